import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/** A question whose answer did not help. */
export interface Unhelped {
  messageId: string;
  question: string;
  locale: string;
  reason: 'unanswered' | 'thumbed-down';
  at: Date;
}

/** Transactions that were open when the last look was taken may have been stored since. */
const overlap = '5 minutes';
const atOnceMax = 200;

/**
 * Questions since the last look whose answer cites nothing at all, or that got a thumb down other than for its
 * tone. Commands are no questions, and what is said in a private thread stays there.
 */
export async function selectUnhelped(
  tx: Tx,
  tenantId: TenantId,
): Promise<{ unhelped: Unhelped[]; lookedUntil: Date; more: boolean }> {
  const { rows } = await tx.raw(
    `
    with mark as (
      select coalesce((select looked_until from gap_marks where tenant_id = :tenantId), '-infinity') - interval '${overlap}'
        as since),
    unanswered as (
      select r.answer_id as message_id, r.question_id, r.conversation_id, r.locale, 'unanswered' as reason, r.ended_at as at
      from runs r, mark
      where r.tenant_id = :tenantId and r.state = 'done' and r.ended_at > mark.since
        and not exists (select from citations c where c.tenant_id = :tenantId and c.message_id = r.answer_id)
        and not exists (select from gap_questions g where g.tenant_id = :tenantId and g.message_id = r.answer_id)),
    down as (
      select r.answer_id, r.question_id, r.conversation_id, r.locale, 'thumbed-down', f.updated_at
      from feedback f
      cross join mark
      join runs r on r.tenant_id = :tenantId and r.answer_id = f.message_id and r.state = 'done'
      where f.tenant_id = :tenantId and f.rating = 'down' and f.updated_at > mark.since
        and coalesce(f.reason, '') <> 'tone'
        and not exists (select from gap_questions g
          where g.tenant_id = :tenantId and g.message_id = r.answer_id and g.reason = 'thumbed-down')),
    both_kinds as (
      select distinct on (message_id) * from (select * from unanswered union all select * from down) u
      -- A thumb says more than that nothing was cited.
      order by message_id, reason)
    select b.message_id as "messageId", q.text as question, b.locale, b.reason, b.at
    from both_kinds b
    join messages q on q.tenant_id = :tenantId and q.id = b.question_id
    join conversations c on c.tenant_id = :tenantId and c.id = b.conversation_id
    where c.visibility = 'shared' and q.text not like '/%'
    order by b.at, b.message_id limit :limit`,
    { tenantId, limit: atOnceMax },
  );
  const { rows: times } = await tx.raw('select now() as now');
  const more = rows.length === atOnceMax;
  return { unhelped: rows, lookedUntil: more ? rows.at(-1).at : times[0].now, more };
}
