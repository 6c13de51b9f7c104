import { z } from 'zod';
import { ModelAnswerUnreadable, ModelUnavailable } from './errors.ts';
import type { Fetch } from './llm.ts';
import { Watch } from './watch.ts';

/** A model that reads a question beside each text and says how well it answers. */
export interface Reranker {
  model: string;
  /**
   * One number per text, in their order; the higher, the better. They mean nothing beside those of another question.
   *
   * @throws whatever keeps the model from answering, in time and for every text
   */
  rank(question: string, texts: string[], signal: AbortSignal): Promise<number[]>;
}

export interface HttpRerankerOptions {
  /** Of the call itself, such as https://api.example.com/v1/rerank. */
  url: string;
  apiKey: string | null;
  model: string;
  fetch: Fetch;
  timeoutMs: number;
}

/** Cohere, Jina, Voyage and most servers of one's own number the results so; TEI answers with the bare list. */
const Result = z
  .object({ index: z.int().min(0), relevance_score: z.number().optional(), score: z.number().optional() })
  .transform(({ index, relevance_score, score }) => ({ index, score: relevance_score ?? score }));
const Answer = z.union([
  z.array(Result),
  z.object({ results: z.array(Result) }).transform(({ results }) => results),
  z.object({ data: z.array(Result) }).transform(({ data }) => data),
]);

/** Speaks `POST /rerank {model, query, documents, top_n}`. */
export function httpReranker({ url, apiKey, model, fetch, timeoutMs }: HttpRerankerOptions): Reranker {
  return {
    model,
    async rank(question, texts, signal) {
      if (texts.length === 0) return [];
      const watch = new Watch(signal, timeoutMs);
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            ...(apiKey === null ? {} : { Authorization: `Bearer ${apiKey}` }),
          },
          body: JSON.stringify({ model, query: question, documents: texts, top_n: texts.length }),
          signal: watch.signal,
        });
        if (!response.ok) throw new ModelUnavailable({ cause: new Error(`It answered ${response.status}.`) });
        return scoresOf(await response.json().catch(() => null), texts.length);
      } catch (thrown) {
        signal.throwIfAborted();
        throw watch.signal.aborted ? watch.signal.reason : thrown;
      } finally {
        watch.close();
      }
    },
  };
}

function scoresOf(answer: unknown, count: number): number[] {
  const scores: number[] = [];
  for (const { index, score } of Answer.safeParse(answer).data ?? [])
    if (index < count && score !== undefined && Number.isFinite(score)) scores[index] = score;
  if (Object.keys(scores).length !== count) throw new ModelAnswerUnreadable();
  return scores;
}
