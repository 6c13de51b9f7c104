/** As a provider reports it; `cost` is OpenRouter's. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  cost?: number;
}

/** As providers stream it: the first fragment of a call names it, the later ones only add to its arguments. */
export interface CallFragment {
  index: number;
  id?: string;
  type?: 'function';
  function: { name?: string; arguments?: string };
}

/** What the scripted model server does with one call. */
export type ModelStep =
  | {
      kind: 'reply';
      /** Pieces of text; a promise between them holds the stream until it is fulfilled. */
      chunks: (string | Promise<unknown>)[];
      /** `none` ends in good order but without a reason, `cut` breaks the connection. */
      finish: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'none' | 'cut';
      /** Null for a server that ignores `stream_options`. */
      usage: Usage | 'counted' | null;
      /** Before each piece. */
      delayMs: number;
      reasoning?: string;
      /** Fragments of tool calls, sent one by one after the text. */
      calls: CallFragment[];
    }
  | {
      kind: 'raw';
      status: number;
      headers: Record<string, string>;
      lines: string[];
      /** `open`: says no more and leaves the connection standing. */
      end: 'complete' | 'cut' | 'open';
    }
  | { kind: 'vectors'; dimensions: number }
  | { kind: 'models'; ids: string[] }
  | { kind: 'silence' };

type Chunks = (string | Promise<unknown>)[];
type Reply = Extract<ModelStep, { kind: 'reply' }>;

/** Short ways to write the steps. */
export const modelStep = {
  reply: (chunks: string | Chunks, options: Partial<Omit<Reply, 'kind' | 'chunks'>> = {}): ModelStep => ({
    kind: 'reply',
    chunks: typeof chunks === 'string' ? [chunks] : chunks,
    finish: 'stop',
    usage: 'counted',
    delayMs: 0,
    calls: [],
    ...options,
  }),
  /** Calls tools, each streamed as its name and then its arguments in two pieces. */
  calls: (calls: { name: string; arguments: object | string }[], said = ''): ModelStep =>
    modelStep.reply(said === '' ? [] : [said], {
      finish: 'tool_calls',
      calls: calls.flatMap(({ name, arguments: given }, index) => {
        const text = typeof given === 'string' ? given : JSON.stringify(given);
        const half = Math.ceil(text.length / 2);
        return [
          { index, id: `call_${index}`, type: 'function' as const, function: { name, arguments: '' } },
          { index, function: { arguments: text.slice(0, half) } },
          { index, function: { arguments: text.slice(half) } },
        ];
      }),
    }),
  /** Says this much, then the connection breaks. */
  cut: (chunks: Chunks): ModelStep => modelStep.reply(chunks, { finish: 'cut' }),
  /** Says this much, then stops in good order, but without a finish reason. */
  endWithoutFinish: (chunks: Chunks): ModelStep => modelStep.reply(chunks, { finish: 'none', usage: null }),
  refusal: (chunks: Chunks = []): ModelStep => modelStep.reply(chunks, { finish: 'content_filter' }),
  rateLimited: (retryAfter?: string): ModelStep =>
    modelStep.failure(429, { code: 'rate_limit_exceeded' }, retryAfter ? { 'retry-after': retryAfter } : {}),
  serverError: (status = 500): ModelStep => modelStep.failure(status, { type: 'server_error' }),
  failure: (
    status: number,
    error: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): ModelStep => ({
    kind: 'raw',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    lines: [JSON.stringify({ error: { message: 'a sentence of the provider', ...error } })],
    end: 'complete',
  }),
  /** Events exactly as given, for what no well-behaved provider sends. */
  events: (data: string[], end: 'complete' | 'cut' | 'open' = 'complete'): ModelStep => ({
    kind: 'raw',
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    lines: data.map(event => `data: ${event}\n\n`),
    end,
  }),
  invalidJson: (): ModelStep => modelStep.events(['{"choices":[{"delta":{"content":"half']),
  wrongShape: (): ModelStep => modelStep.events(['{"answer":"in a shape of its own"}']),
  page: (): ModelStep => ({
    kind: 'raw',
    status: 200,
    headers: { 'content-type': 'text/html' },
    lines: ['<!doctype html><title>Welcome</title>'],
    end: 'complete',
  }),
  neverAnswers: (): ModelStep => ({ kind: 'silence' }),
  models: (...ids: string[]): ModelStep => ({ kind: 'models', ids }),
  vectors: (dimensions: number): ModelStep => ({ kind: 'vectors', dimensions }),
};
