import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';

export const GapView = z.object({
  id: z.uuid(),
  state: z.enum(['open', 'closed', 'dismissed']),
  /** As it was asked the first time, without phones and addresses. */
  question: z.string(),
  language: z.string(),
  /** How often it was asked, in whatever words. */
  questions: z.int(),
  /** Its questions, each worth half as much with every two weeks that pass. */
  weight: z.number(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** The article that waits for a person, or was accepted. */
  draftId: z.uuid().nullable(),
  documentId: z.uuid().nullable(),
  /** How often it came back after an article was accepted. */
  reopened: z.int(),
});
export type GapView = z.output<typeof GapView>;

export interface GapRow {
  id: string;
  state: 'open' | 'closed' | 'dismissed';
  question: string;
  language: string;
  questions: number;
  heat: number;
  weight: number;
  first_at: Date;
  last_at: Date;
  draft_id: string | null;
  document_id: string | null;
  reopened: number;
}

/** Half of what a question counts is gone after so long. */
const halfLifeDays = 14;
const daysOf = (time: string) => `(extract(epoch from ${time}) / 86400 / ${halfLifeDays})`;

/** Counts a group anew from its questions; one without any is gone. */
export async function recountGap(tx: Tx, tenantId: TenantId, gapId: string): Promise<void> {
  await tx.raw(
    `
    update knowledge_gaps g set questions = q.questions, first_at = q.first_at, last_at = q.last_at,
      heat = ${daysOf('q.last_at')} + q.log_sum, updated_at = now()
    from (
      select count(*)::int as questions, min(asked_at) as first_at, max(asked_at) as last_at,
        ln(sum(power(2.0::float8, (${daysOf('asked_at')} - ${daysOf('newest')})::float8))) / ln(2.0::float8) as log_sum
      from gap_questions, (select max(asked_at) as newest from gap_questions
        where tenant_id = :tenantId and gap_id = :gapId) n
      where tenant_id = :tenantId and gap_id = :gapId) q
    where g.tenant_id = :tenantId and g.id = :gapId and q.questions > 0`,
    { tenantId, gapId },
  );
  await tx('knowledge_gaps')
    .where({ tenant_id: tenantId, id: gapId })
    .whereNotExists(tx('gap_questions').where({ tenant_id: tenantId, gap_id: gapId }))
    .delete();
}

/** So often it has to be asked again before an accepted article is taken for insufficient. */
const comesBackMin = 2;

/** Takes out what was a thumb down and is none any more, and opens again what keeps coming. */
export async function settleGaps(tx: Tx, tenantId: TenantId): Promise<void> {
  const { rows } = await tx.raw(
    `
    delete from gap_questions g
    where g.tenant_id = :tenantId and g.reason = 'thumbed-down' and not exists (
      select from feedback f where f.tenant_id = :tenantId and f.message_id = g.message_id and f.rating = 'down')
    returning g.gap_id`,
    { tenantId },
  );
  for (const gapId of new Set((rows as { gap_id: string }[]).map(row => row.gap_id)))
    await recountGap(tx, tenantId, gapId);
  await tx.raw(
    `
    update knowledge_gaps g set state = 'open', reopened = reopened + 1, draft_id = null, updated_at = now()
    where g.tenant_id = :tenantId and g.state = 'closed' and :comesBackMin <= (
      select count(*) from gap_questions q
      where q.tenant_id = :tenantId and q.gap_id = g.id and q.asked_at > g.closed_at)`,
    { tenantId, comesBackMin },
  );
}

export interface GapPage {
  id?: string;
  state?: string;
  below?: { heat: number; id: string } | null;
  limit: number;
}

/** Groups, those asked for most and of late first. */
export async function selectGaps(
  tx: Tx,
  tenantId: TenantId,
  { id, state, below = null, limit }: GapPage,
): Promise<GapRow[]> {
  const found = tx('knowledge_gaps')
    .where({ tenant_id: tenantId })
    .orderBy([
      { column: 'heat', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .select<GapRow[]>('*', tx.raw(`power(2.0::float8, (heat - ${daysOf('now()')})::float8) as weight`));
  if (id !== undefined) found.andWhere({ id });
  if (state !== undefined) found.andWhere({ state });
  if (below !== null)
    found.andWhereRaw('(heat, id) < (cast(? as float8), cast(? as uuid))', [below.heat, below.id]);
  return found;
}

/** @throws NotFound */
export async function readGap(tx: Tx, tenantId: TenantId, id: string): Promise<GapRow> {
  const [row] = await selectGaps(tx, tenantId, { id, limit: 1 });
  if (!row) throw new NotFound('knowledge gap');
  return row;
}

export function toGapView(row: GapRow): GapView {
  return {
    id: row.id,
    state: row.state,
    question: row.question,
    language: row.language,
    questions: row.questions,
    weight: row.weight,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    draftId: row.draft_id,
    documentId: row.document_id,
    reopened: row.reopened,
  };
}
