import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';
import { type QuestionRow, type QuestionView, toQuestionView } from './question.ts';

export const SetView = z.object({
  id: z.uuid(),
  name: z.string(),
  /** By how much a figure may fall, against the last run that passed, before a publish is held back. */
  tolerance: z.number(),
  /** An agent is published only where this set passes. */
  gatesPublish: z.boolean(),
  questions: z.int(),
  /** Of them, those that nothing in the knowledge answers. */
  unanswerable: z.int(),
  languages: z.array(z.string()),
  lastRunId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type SetView = z.output<typeof SetView>;

export interface SetPage {
  id?: string | null;
  after?: string | null;
  limit: number;
}

/** Sets, newest first; `after` is the last id of the page before. */
export async function selectSets(
  tx: Tx,
  tenantId: TenantId,
  { id = null, after = null, limit }: SetPage,
): Promise<SetView[]> {
  const { rows } = await tx.raw(
    `
    select s.id, s.name, s.tolerance, s.gates_publish, s.created_at, s.updated_at, q.questions, q.unanswerable, q.languages,
      (select id from eval_runs r where r.tenant_id = :tenantId and r.set_id = s.id order by id desc limit 1)
        as last_run_id
    from golden_sets s
    cross join lateral (
      select count(*)::int as questions, coalesce(array_agg(distinct language), '{}') as languages,
        (count(*) filter (where expected = '[]' and facts = '{}'))::int as unanswerable
      from golden_questions q where q.tenant_id = :tenantId and q.set_id = s.id) q
    where s.tenant_id = :tenantId
      and (cast(:id as uuid) is null or s.id = cast(:id as uuid))
      and (cast(:after as uuid) is null or s.id < cast(:after as uuid))
    order by s.id desc
    limit :limit`,
    { tenantId, id, after, limit },
  );
  return rows.map(
    (row: Record<string, unknown> & { created_at: Date; updated_at: Date; tolerance: number }) => ({
      id: row['id'],
      name: row['name'],
      tolerance: Number(row.tolerance.toFixed(4)),
      gatesPublish: row['gates_publish'],
      questions: row['questions'],
      unanswerable: row['unanswerable'],
      languages: row['languages'],
      lastRunId: row['last_run_id'],
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }),
  );
}

/** @throws NotFound */
export async function readSet(tx: Tx, tenantId: TenantId, id: string): Promise<SetView> {
  const [set] = await selectSets(tx, tenantId, { id, limit: 1 });
  if (!set) throw new NotFound('golden set');
  return set;
}

/** Questions of a set in the order they came in. */
export async function selectQuestions(
  tx: Tx,
  tenantId: TenantId,
  setId: string,
  {
    after = null,
    language = null,
    limit,
  }: { after?: string | null; language?: string | null; limit: number },
): Promise<QuestionView[]> {
  const found = tx<QuestionRow & { tenant_id: string; set_id: string }>('golden_questions')
    .where({ tenant_id: tenantId, set_id: setId })
    .orderBy('id')
    .limit(limit);
  if (after !== null) found.andWhere('id', '>', after);
  if (language !== null) found.andWhere({ language });
  return ((await found) as QuestionRow[]).map(toQuestionView);
}
