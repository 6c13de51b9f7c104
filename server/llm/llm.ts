/**
 * The model port: text out of a question, numbered sources and earlier turns.
 *
 * Promises of every adapter: `answer` yields `text` events as they arrive, then exactly one `done`; it
 * stops within a second of `signal` and throws what the signal carries; every failure of the provider is
 * one of the errors in errors.ts, never the library's own. It never retries by itself: retries are the
 * caller's, who knows what was already shown.
 */
export interface Llm {
  readonly kind: 'online' | 'offline';
  /** The model's name as a person would know it. */
  readonly name: string;
  answer(request: AnswerRequest, signal: AbortSignal): AsyncIterable<LlmEvent>;
  /** An upper bound of what `answer` will cost, in millionths of a US dollar, for reserving it beforehand. */
  estimateCostMicros(request: AnswerRequest): number;
  /** How many tokens it will take in, as well as can be told; errs upwards. */
  estimateTokens(request: AnswerRequest): number;
}

export interface AnswerRequest {
  /** What the agent is told to be and to do; ours and the tenant's, never a client's. */
  instructions: string;
  /** BCP 47 tag of the language the person reads. The answer follows the question's language first. */
  locale: string;
  /** What was said before `history`, summed up. Data like the sources, yet nothing that can be cited. */
  summary?: string;
  /** Earlier turns of this conversation, oldest first. */
  history: { role: 'rep' | 'assistant'; text: string }[];
  question: string;
  /** What may be cited as `[n]`, best first. Data, never instructions. */
  sources: AnswerSource[];
  maxOutputTokens: number;
  /** The answer is one JSON object of this JSON Schema. */
  output?: { name: string; schema: Record<string, unknown> };
  /** What the model may call instead of answering; none where absent. */
  tools?: ToolSpec[];
  /** What it called in this turn already, and what came of it, in order. */
  exchanges?: ToolExchange[];
}

/** A tool as the model is told of it. */
export interface ToolSpec {
  /** Letters, digits and underscores. */
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters: Record<string, unknown>;
}

/** A call as the model wrote it: the name may be unknown and `arguments` no JSON. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** One step of a turn: what the model said and called, and one result for each call. Results are data. */
export interface ToolExchange {
  text: string;
  calls: ToolCall[];
  results: { id: string; content: string }[];
}

/** A numbered thing the answer may cite. `text` is what the model sees (masked where it has to be). */
export interface AnswerSource {
  n: number;
  kind: 'document' | 'lead';
  /** Title of the document, or label of the lead's record such as "Note, 3 March". */
  title: string;
  /** The headings above the text in its document, where there are any. */
  heading?: string;
  text: string;
  /** 0..1 for documents: how well the passage fits the question; 1 for lead records. */
  score: number;
  /** What a record of the lead is. Those of one kind come newest first, tasks by when they are due. */
  record?: 'lead' | 'contact' | 'note' | 'task' | 'message';
  /** Of a message: from the client, or to them. */
  direction?: 'in' | 'out';
  /** Of a task. */
  state?: 'open' | 'overdue' | 'done';
}

export type LlmEvent =
  | { type: 'text'; text: string }
  | {
      type: 'done';
      usage: LlmUsage;
      /** `tools` where it waits for the results of `calls`, which are empty otherwise. */
      finish: 'stop' | 'length' | 'refused' | 'tools';
      calls: ToolCall[];
    };

export interface LlmUsage {
  inputTokens: number;
  outputTokens: number;
  /** Millionths of a US dollar. */
  costMicros: number;
  /** False where the provider sent no usage and the tokens are our estimate. */
  reported: boolean;
}

/** Vectors for texts. Null where no embedding model is set. */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  /** One vector per text, in order. @throws the errors of errors.ts */
  embed(texts: string[], signal: AbortSignal): Promise<number[][]>;
}

/** The one outbound door, shaped like `fetch`; adapters use nothing else to reach the network. */
export type Fetch = typeof fetch;
