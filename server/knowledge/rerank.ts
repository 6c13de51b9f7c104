import { type Logger, type TenantId, toError } from '../kernel/index.ts';
import type { Reranker } from '../llm/index.ts';
import type { Mask } from '../masking/index.ts';
import type { ModelMeter } from './deps.ts';
import { maskedLengthMax } from './mask-question.ts';
import type { Ranked } from './ranking.ts';
import type { PassageRow } from './search-queries.ts';

/** What a model reads in the time that one waits for an answer. */
const readMax = 30;

/**
 * The best passages in the order in which a reranking model puts them, those it is not asked about after them.
 * Only the order changes: scores stay, so that they mean the same with and without it. A model that fails, or that
 * the account's budget does not allow for, leaves the order as it was.
 */
export async function rerank(
  { reranker, meter, log }: { reranker: Reranker; meter: ModelMeter; log: Logger },
  tenantId: TenantId,
  { text, mask, best, rows }: { text: string; mask: Mask; best: Ranked[]; rows: PassageRow[] },
  signal: AbortSignal,
): Promise<Ranked[]> {
  const rowAt = new Map(rows.map(row => [`${row.versionId} ${row.ordinal}`, row]));
  const read = best.slice(0, readMax).flatMap(ranked => {
    const row = rowAt.get(`${ranked.versionId} ${ranked.ordinal}`);
    return row ? [{ ranked, text: [row.title, row.heading, row.body].filter(Boolean).join('\n') }] : [];
  });
  try {
    const masked = mask.mask(text).slice(0, maskedLengthMax);
    const texts = read.map(({ text }) => mask.maskOwnText(text));
    const what = { purpose: 'rerank' as const, model: reranker.model, texts: [masked, ...texts] };
    const scores = await meter(tenantId, what, () => reranker.rank(masked, texts, signal));
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
