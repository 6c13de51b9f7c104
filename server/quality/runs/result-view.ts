import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

export const ResultView = z.object({
  ordinal: z.int(),
  questionId: z.uuid(),
  question: z.string(),
  language: z.string(),
  /**
   * `low`: answered from beyond the fifth place; `missed`: the passage was not found; `refused`: it was, and
   * the score said no; `invented`: nothing answers it, and it was not refused.
   */
  outcome: z.enum(['found', 'low', 'missed', 'refused', 'rightly-refused', 'invented']),
  rank: z.int().nullable(),
  topScore: z.number(),
  refused: z.boolean(),
  found: z.array(
    z.object({
      documentId: z.uuid(),
      title: z.string(),
      start: z.int(),
      end: z.int(),
      score: z.number(),
      answers: z.boolean(),
    }),
  ),
  answer: z.string().nullable(),
  factsMissing: z.array(z.string()).nullable(),
});
export type ResultView = z.output<typeof ResultView>;

const outcome = `
  case when expected = '[]' and facts = '{}' then case when refused then 'rightly-refused' else 'invented' end
    when rank is null then 'missed' when refused then 'refused' when rank > 5 then 'low' else 'found' end`;

/** What a run asked, in its order; `after` is the last ordinal of the page before. */
export async function selectResults(
  tx: Tx,
  tenantId: TenantId,
  runId: string,
  { after, only, limit }: { after: number; only: string | null; limit: number },
): Promise<ResultView[]> {
  const { rows } = await tx.raw(
    `
    select * from (
      select ordinal, question_id as "questionId", question, language, rank, top_score as "topScore", refused,
        found, answer, facts_missing as "factsMissing", ${outcome} as outcome
      from eval_results
      where tenant_id = :tenantId and run_id = :runId and asked_at is not null and ordinal > :after) r
    where cast(:only as text) is null or outcome = cast(:only as text)
    order by ordinal limit :limit`,
    { tenantId, runId, after, only, limit },
  );
  return rows;
}
