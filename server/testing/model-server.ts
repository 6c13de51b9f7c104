import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chat, type Dialect, Embeddings, faultOf, isChat, readChat } from './model-protocol.ts';
import type { ModelStep, Usage } from './model-steps.ts';

export { type ModelStep, modelStep } from './model-steps.ts';

/** One call as it arrived, planned or not. */
export interface ModelCall {
  path: string;
  authorization: string;
  /** Azure's header for the key. */
  apiKey: string;
  /** The parsed body, kept whole for assertions; null where it was no JSON. */
  body: unknown;
  /** Why the strict server refused it, or null. */
  fault: string | null;
  /** Fulfilled when the connection's other end went away before our answer was complete. */
  abandoned: Promise<void>;
}

/** One message of a chat as it arrived. */
export interface ModelMessage {
  role: string;
  content: string | null;
}

export interface ModelServer {
  /** What to configure as the base URL, with `/v1`. */
  url: string;
  calls: ModelCall[];
  /** The usage of each chat answer as it was sent, for whoever wants to add it up. */
  served: Usage[];
  /** Plans what the next calls are answered with, in order. */
  script(...steps: ModelStep[]): void;
  /** From now on answers every chat call that has no step with this text, in about `chunks` pieces. */
  always(reply: string, options?: { chunks?: number; delayMs?: number }): void;
  /** From now on lets `decide` answer chat calls that have no step, by what they hold; null ends it. */
  decideWith(decide: ((messages: ModelMessage[]) => ModelStep) | null): void;
  /** From now on answers every embedding call that has no step with vectors of this length. */
  alwaysVectors(dimensions: number): void;
  /** The call with this index, as soon as it has arrived. */
  call(index: number): Promise<ModelCall>;
  /** Tells of every new connection, so that a test can count them. */
  onConnection(listener: (socket: Socket) => void): void;
  /** @throws Error naming every unplanned or refused call and every unused step */
  expectDone(): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

type Reply = Extract<ModelStep, { kind: 'reply' }>;

/**
 * A model provider on this machine that plays a script. It is strict: a call that a real provider would refuse,
 * a call nobody planned and a step nobody used all fail the test, through `expectDone`.
 */
export async function startModelServer({
  port = 0,
  host = '127.0.0.1',
  dialect = 'openai' as Dialect,
} = {}): Promise<ModelServer> {
  const script = new Script(dialect);
  const http = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    script.answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = http.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}${dialect === 'azure' ? '' : '/v1'}`,
    calls: script.calls,
    served: script.served,
    script: (...steps) => script.plan(steps),
    always: (reply, options) => script.always(reply, options),
    decideWith: decide => script.decideWith(decide),
    alwaysVectors: dimensions => script.alwaysVectors(dimensions),
    call: index => script.call(index),
    onConnection: listener => {
      http.on('connection', listener);
    },
    expectDone: () => script.expectDone(),
    close: () =>
      new Promise(resolve => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

class Script {
  readonly calls: ModelCall[] = [];
  readonly served: Usage[] = [];
  readonly #steps: ModelStep[] = [];
  readonly #waiting = new Map<number, (call: ModelCall) => void>();
  readonly #unplanned: string[] = [];
  #always: Reply | null = null;
  #decide: ((messages: ModelMessage[]) => ModelStep) | null = null;
  #alwaysVectors: ModelStep | null = null;
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  plan(steps: ModelStep[]): void {
    this.#steps.push(...steps);
  }

  always(reply: string, { chunks = 1, delayMs = 0 }: { chunks?: number; delayMs?: number } = {}): void {
    this.#always = {
      kind: 'reply',
      chunks: split(reply, chunks),
      finish: 'stop',
      usage: 'counted',
      delayMs,
      calls: [],
    };
  }

  decideWith(decide: ((messages: ModelMessage[]) => ModelStep) | null): void {
    this.#decide = decide;
  }

  alwaysVectors(dimensions: number): void {
    this.#alwaysVectors = { kind: 'vectors', dimensions };
  }

  async call(index: number): Promise<ModelCall> {
    return this.calls[index] ?? new Promise(resolve => this.#waiting.set(index, resolve));
  }

  expectDone(): void {
    const refused = this.calls
      .filter(({ fault }) => fault !== null)
      .map(({ path, fault }) => `${path}: ${fault}`);
    const unused = this.#steps.map(({ kind }) => `unused step "${kind}"`);
    const complaints = [...refused, ...this.#unplanned, ...unused];
    if (complaints.length > 0)
      throw new Error(`The model server was not used as planned: ${complaints.join('; ')}.`);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abandoned = new Promise<void>(resolve => {
      response.once('close', () => (response.writableEnded ? undefined : resolve()));
    });
    const call = await receive(request, abandoned, this.#dialect);
    this.calls.push(call);
    const index = this.calls.length - 1;
    this.#waiting.get(index)?.(call);
    this.#waiting.delete(index);
    if (call.fault !== null) {
      sendError(response, call.authorization + call.apiKey === '' ? 401 : 400, { message: call.fault });
      return;
    }
    const chat = isChat(call.path);
    const decided =
      chat && this.#steps.length === 0 ? this.#decide?.(readChat(call.body).messages) : undefined;
    const step = this.#steps.shift() ?? decided ?? (chat ? this.#always : this.#alwaysVectors);
    if (step === null) {
      this.#unplanned.push(`unplanned call of ${call.path}`);
      sendError(response, 500, { message: 'Nobody planned this call.' });
      return;
    }
    await perform(step, call, response, this.served);
  }
}

async function receive(
  request: IncomingMessage,
  abandoned: Promise<void>,
  dialect: Dialect,
): Promise<ModelCall> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = parseJson(Buffer.concat(pieces).toString());
  const call = {
    path: request.url ?? '',
    authorization: request.headers.authorization ?? '',
    apiKey: String(request.headers['api-key'] ?? ''),
    body,
    fault: null,
    abandoned,
  };
  return { ...call, fault: faultOf(dialect, request.method ?? '', call) };
}

async function perform(
  step: ModelStep,
  call: ModelCall,
  response: ServerResponse,
  served: Usage[],
): Promise<void> {
  switch (step.kind) {
    case 'reply':
      return sendReply(step, readChat(call.body), response, served);
    case 'raw':
      response.writeHead(step.status, step.headers);
      for (const line of step.lines) response.write(line);
      if (step.end === 'complete') response.end();
      if (step.end === 'cut') await cut(response);
      return;
    case 'vectors':
      return sendVectors(step.dimensions, Embeddings.parse(call.body), response);
    case 'models':
      return sendJson(response, 200, {
        object: 'list',
        data: step.ids.map(id => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'test' })),
      });
    case 'silence':
      return;
  }
}

async function sendReply(step: Reply, chat: Chat, response: ServerResponse, served: Usage[]): Promise<void> {
  if (chat.stream !== true) return sendWhole(step, chat, response);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (value: object): boolean =>
    response.write(`data: ${JSON.stringify({ ...head(chat), ...value })}\n\n`);
  if (step.reasoning !== undefined)
    send(choice({ reasoning_content: step.reasoning, reasoning: step.reasoning }));
  for (const chunk of step.chunks) {
    if (step.delayMs > 0) await delay(step.delayMs);
    if (typeof chunk === 'string') send(choice({ content: chunk }));
    else await chunk;
    if (response.destroyed) return;
  }
  for (const piece of step.calls) send(choice({ tool_calls: [piece] }));
  if (step.finish === 'cut') return cut(response);
  if (step.finish !== 'none') send(choice({}, step.finish));
  const usage = usageOf(step, chat);
  if (usage !== null && chat.stream_options?.include_usage) {
    served.push(usage);
    send({ choices: [], usage });
  }
  response.end('data: [DONE]\n\n');
}

function sendWhole(step: Reply, chat: Chat, response: ServerResponse): void {
  const content = step.chunks.filter(chunk => typeof chunk === 'string').join('');
  const whole = { index: 0, message: { role: 'assistant', content }, finish_reason: step.finish };
  sendJson(response, 200, {
    ...head(chat),
    object: 'chat.completion',
    choices: [whole],
    usage: usageOf(step, chat),
  });
}

function head(chat: Chat): object {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: chat.model,
  };
}

function choice(delta: object, finish: string | null = null): object {
  return { choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] };
}

/** Counts words where the step does not say: any numbers do, as long as they are the same each time. */
function usageOf(step: Reply, chat: Chat): Usage | null {
  if (step.usage !== 'counted') return step.usage;
  const text = step.chunks.filter(chunk => typeof chunk === 'string').join('');
  const prompt_tokens = chat.messages.reduce((sum, { content }) => sum + countWords(content ?? ''), 0);
  const completion_tokens = countWords(text);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function countWords(text: string): number {
  return text.split(/\s+/).filter(word => word !== '').length;
}

function sendVectors(dimensions: number, { input, model }: Embeddings, response: ServerResponse): void {
  const texts = typeof input === 'string' ? [input] : input;
  const data = texts.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: hashVector(text, dimensions),
  }));
  const usage = { prompt_tokens: texts.length, total_tokens: texts.length };
  sendJson(response, 200, { object: 'list', model, data, usage });
}

/** Equal texts have equal vectors of length 1; what texts mean plays no part. */
export function hashVector(text: string, dimensions: number): number[] {
  const numbers: number[] = [];
  for (let block = 0; numbers.length < dimensions; block += 1) {
    const digest = createHash('sha256').update(`${block}:${text}`).digest();
    for (let at = 0; at < digest.length; at += 2) numbers.push(digest.readInt16BE(at));
  }
  const cut = numbers.slice(0, dimensions);
  const length = Math.hypot(...cut) || 1;
  return cut.map(number => number / length);
}

function sendError(response: ServerResponse, status: number, error: object): void {
  sendJson(response, status, { error });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Hands what was written to the kernel first: the reader shall see the beginning, then a broken connection. */
async function cut(response: ServerResponse): Promise<void> {
  await new Promise<void>(resolve => {
    response.write(': the end of what you get\n\n', () => resolve());
  });
  response.destroy();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Splits by code points, so that no chunk holds half a character. */
function split(text: string, count: number): string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / Math.max(1, count)));
  const chunks: string[] = [];
  for (let at = 0; at < characters.length; at += size) chunks.push(characters.slice(at, at + size).join(''));
  return chunks;
}
