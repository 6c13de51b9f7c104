import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';
import { toError } from '../kernel/index.ts';
import { ModelAnswerUnreadable, ModelStreamCut } from './errors.ts';
import { failureToError, word } from './translate-failure.ts';

/** What arrived together: tokens of one network read are one text. */
export interface CompletionPart {
  text: string;
  /** The model's reason to stop, once it gave one. */
  finishReason: string | null;
  refused: boolean;
  usage: ReportedUsage | null;
  /** Pieces of calls, in the order they came. */
  calls: CallPiece[];
  /** `[DONE]` was read: nothing more will come. */
  ended: boolean;
}

/** A fragment of a tool call: the first of a call carries its id and name, the later ones more of its arguments. */
export interface CallPiece {
  index: number | null;
  id: string | null;
  name: string | null;
  arguments: string;
}

export interface ReportedUsage {
  inputTokens: number;
  outputTokens: number;
  /** In US dollars, as OpenRouter reports it. */
  cost: number | null;
}

const Count = z.number().int().nonnegative();
const Piece = z.object({
  index: z.number().int().nonnegative().nullish(),
  id: z.string().nullish(),
  // Ollama and some proxies send the arguments as an object.
  function: z.object({
    name: z.string().nullish(),
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  }),
});
const Said = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(Piece).nullish(),
});
const Chunk = z
  .object({
    choices: z
      .array(
        z.object({
          delta: Said.nullish(),
          message: Said.nullish(), // a server that does not stream sends it all at once
          finish_reason: z.string().nullish(),
        }),
      )
      .nullish(),
    usage: z
      .object({
        prompt_tokens: Count,
        completion_tokens: Count,
        cost: z.number().nonnegative().nullish().catch(null),
      })
      .nullish()
      .catch(null), // an answer is worth more than its token count
    error: z.unknown().optional(),
  })
  .refine(chunk => chunk.choices ?? chunk.usage ?? chunk.error, 'neither choices nor usage nor an error');
type Chunk = z.output<typeof Chunk>;

/** No event of a chat completion comes near this; a line without end must not fill the memory. */
const eventCharsMax = 1_000_000;

/**
 * Reads a chat completion as server-sent events.
 *
 * Not the library's own reader: that one hides whether the stream was cut, and costs about as much CPU as the
 * rest of a turn.
 *
 * @throws ModelAnswerUnreadable, ModelStreamCut, or what the provider reported inside the stream
 */
export async function* readCompletion(response: Response): AsyncGenerator<CompletionPart> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/html') || response.body === null) throw new ModelAnswerUnreadable();
  if (type.includes('application/json')) {
    const part = newPart();
    addChunk(part, await readText(response));
    yield part;
    return;
  }
  yield* readEvents(response.body);
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<CompletionPart> {
  let events: string[] = [];
  let overflow = false;
  const parser = createParser({
    onEvent: (event: EventSourceMessage) => events.push(event.data),
    onError: error => {
      overflow ||= error.type === 'max-buffer-size-exceeded';
    },
    maxBufferSize: eventCharsMax,
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let open = true;
  while (open) {
    const { value, done } = await reader.read().catch(cut);
    open = !done;
    // The blank line closes a last event that a server left without one.
    parser.feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
    if (overflow) throw new ModelAnswerUnreadable();
    if (events.length === 0) continue;
    const arrived = events;
    events = [];
    yield* partsOf(arrived);
  }
}

/** One part for all events; a fault in a later event does not swallow the text of the earlier ones. */
function* partsOf(events: string[]): Generator<CompletionPart> {
  const part = newPart();
  try {
    for (const data of events) {
      if (part.ended) break;
      if (data.trim() === '[DONE]') part.ended = true;
      else addChunk(part, data);
    }
  } catch (thrown) {
    if (part.text !== '') yield part;
    throw thrown;
  }
  yield part;
}

function newPart(): CompletionPart {
  return { text: '', finishReason: null, refused: false, usage: null, calls: [], ended: false };
}

function addChunk(part: CompletionPart, data: string): void {
  const { choices, usage, error } = parseChunk(data);
  if (error !== undefined && error !== null) throw failureInStream(error);
  const choice = choices?.[0];
  const said = choice?.delta ?? choice?.message;
  part.text += said?.content ?? '';
  if (said?.refusal) {
    part.text += said.refusal;
    part.refused = true;
  }
  for (const { index, id, function: called } of said?.tool_calls ?? []) {
    const given = called.arguments ?? '';
    part.calls.push({
      index: index ?? null,
      id: id ?? null,
      name: called.name ?? null,
      arguments: typeof given === 'string' ? given : JSON.stringify(given),
    });
  }
  part.finishReason = choice?.finish_reason ?? part.finishReason;
  if (usage) {
    part.usage = {
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      cost: usage.cost ?? null,
    };
  }
}

function parseChunk(data: string): Chunk {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw new ModelAnswerUnreadable(); // the message of the SyntaxError quotes the text
  }
  const chunk = Chunk.safeParse(json);
  if (!chunk.success) throw new ModelAnswerUnreadable();
  return chunk.data;
}

const FailureInStream = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  type: z.string().nullish(),
});

/** OpenRouter and vLLM report a fault after the headers as an `error` member; its `code` may be an HTTP status. */
function failureInStream(error: unknown): Error {
  const { code, type } = FailureInStream.safeParse(error).data ?? {};
  const status = Number(code);
  return failureToError({
    status: status >= 400 && status < 600 ? status : code === 'rate_limit_exceeded' ? 429 : 500,
    code: word(code),
    type: word(type),
    requestId: '',
    retryAfterSeconds: null,
  });
}

async function readText(response: Response): Promise<string> {
  return response.text().catch(cut);
}

function cut(thrown: unknown): never {
  throw new ModelStreamCut({ cause: toError(thrown) });
}
