import type OpenAI from 'openai';
import { z } from 'zod';
import { takesDimensions } from './dialect.ts';
import { ModelAnswerUnreadable, ModelEmbeddingSizeWrong } from './errors.ts';
import type { Embedder, Fetch } from './llm.ts';
import { createClient } from './openai-client.ts';
import { translateFailure } from './translate-failure.ts';
import { Watch } from './watch.ts';

export interface OpenAiEmbedderOptions {
  apiKey: string;
  baseUrl: string;
  model: string;
  dimensions: number;
  fetch: Fetch;
  /** For one batch. */
  timeoutMs: number;
  textsPerBatchMax?: number;
}

/** OpenAI takes 2,048 texts and 300,000 tokens in one call; smaller servers far less, and gain nothing from more. */
const textsPerBatch = 128;
const charsPerBatchMax = 200_000;

const Vectors = z.object({
  data: z.array(z.object({ index: z.number().int().optional(), embedding: z.custom<number[]>(isVector) })),
});

export class OpenAiEmbedder implements Embedder {
  readonly model: string;
  readonly dimensions: number;
  readonly #client: OpenAI;
  readonly #timeoutMs: number;
  readonly #textsPerBatchMax: number;

  constructor({
    apiKey,
    baseUrl,
    model,
    dimensions,
    fetch,
    timeoutMs,
    textsPerBatchMax,
  }: OpenAiEmbedderOptions) {
    this.model = model;
    this.dimensions = dimensions;
    this.#client = createClient({ apiKey, baseUrl, fetch, timeoutMs });
    this.#timeoutMs = timeoutMs;
    this.#textsPerBatchMax = textsPerBatchMax ?? textsPerBatch;
  }

  async embed(texts: string[], signal: AbortSignal): Promise<number[][]> {
    const vectors: number[][] = [];
    for (const batch of batches(texts, this.#textsPerBatchMax)) {
      vectors.push(...(await this.#embedBatch(batch, signal)));
    }
    return vectors;
  }

  async #embedBatch(batch: string[], signal: AbortSignal): Promise<number[][]> {
    signal.throwIfAborted();
    const watch = new Watch(signal, this.#timeoutMs);
    try {
      const answer: unknown = await this.#client.embeddings.create(
        {
          model: this.model,
          // Providers refuse the empty text, and NUL and lone surrogates make several fail.
          input: batch.map(text => text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd') || ' '),
          encoding_format: 'float', // the library's default, base64, is not understood everywhere
          ...(takesDimensions(this.model) ? { dimensions: this.dimensions } : {}),
        },
        { signal: watch.signal },
      );
      return this.#read(answer, batch.length);
    } catch (thrown) {
      signal.throwIfAborted();
      throw watch.signal.aborted ? watch.signal.reason : translateFailure(thrown);
    } finally {
      watch.close();
    }
  }

  /** In the order of the texts: providers number the vectors, and some send them as they are ready. */
  #read(answer: unknown, count: number): number[][] {
    const { data } = Vectors.safeParse(answer).data ?? {};
    if (data?.length !== count) throw new ModelAnswerUnreadable();
    const ordered: number[][] = [];
    for (const [position, { index, embedding }] of data.entries()) {
      if (embedding.length !== this.dimensions)
        throw new ModelEmbeddingSizeWrong(this.dimensions, embedding.length);
      ordered[index ?? position] = embedding;
    }
    if (ordered.length !== count || Object.keys(ordered).length !== count) throw new ModelAnswerUnreadable();
    return ordered;
  }
}

function* batches(texts: string[], textsMax: number): Generator<string[]> {
  let batch: string[] = [];
  let chars = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === textsMax || chars + text.length > charsPerBatchMax)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(text);
    chars += text.length;
  }
  if (batch.length > 0) yield batch;
}

/** A plain loop: a schema per number would cost more than the network for 128 × 1536 of them. */
function isVector(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}
