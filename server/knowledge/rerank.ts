import { type Logger, toError } from '../kernel/index.ts';
import type { Reranker } from '../llm/index.ts';
import { createMask } from '../masking/index.ts';
import type { Ranked } from './ranking.ts';
import type { PassageRow } from './search-queries.ts';

/** What a model reads in the time that one waits for an answer. */
const readMax = 30;

/**
 * The best passages in the order in which a reranking model puts them, those it is not asked about after them.
 * Only the order changes: scores stay, so that they mean the same with and without it. A model that fails leaves
 * the order as it was.
 */
export async function rerank(
  { reranker, log }: { reranker: Reranker; log: Logger },
  question: string,
  best: Ranked[],
  rows: PassageRow[],
  signal: AbortSignal,
): Promise<Ranked[]> {
  const rowAt = new Map(rows.map(row => [`${row.versionId} ${row.ordinal}`, row]));
  const read = best.slice(0, readMax).flatMap(ranked => {
    const row = rowAt.get(`${ranked.versionId} ${ranked.ordinal}`);
    return row ? [{ ranked, text: [row.title, row.heading, row.body].filter(Boolean).join('\n') }] : [];
  });
  try {
    const masked = createMask().mask(question).slice(0, 2000);
    const scores = await reranker.rank(
      masked,
      read.map(({ text }) => text),
      signal,
    );
    const ordered = read
      .map(({ ranked }, index) => ({ ranked, score: scores[index] ?? Number.NEGATIVE_INFINITY }))
      .sort((a, b) => b.score - a.score)
      .map(({ ranked }) => ranked);
    return [...ordered, ...best.filter(ranked => !ordered.includes(ranked))];
  } catch (thrown) {
    signal.throwIfAborted();
    log.warn({ err: toError(thrown) }, 'passages stay in the order of search');
    return best;
  }
}
