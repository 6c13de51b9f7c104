import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/** What somebody asked, and the documents that the answer rested on. */
export interface RecentQuestion {
  /** The answer, by which a person finds it. */
  messageId: string;
  text: string;
  locale: string;
  documents: { id: string; sourceId: string | null; tags: string[] }[];
}

const age = '90 days';
/** So many runs are looked through, the newest first. */
const runsMax = 300;

/**
 * The newest questions of shared threads that were answered from documents which are still there, those with a
 * thumb up before the others. An answer with a thumb down is no example, and a command is no question.
 */
export async function selectRecentQuestions(
  tx: Tx,
  tenantId: TenantId,
  limit: number,
): Promise<RecentQuestion[]> {
  const { rows } = await tx.raw(
    `
    with recent as (
      select r.id, r.answer_id, r.question_id, r.conversation_id, r.locale
      from runs r
      where r.tenant_id = :tenantId and r.state = 'done' and r.ended_at > now() - interval '${age}'
      order by r.id desc limit ${runsMax}),
    asked as (
      -- Asked twice, it is one question.
      select distinct on (lower(trim(q.text))) r.*, q.text
      from recent r
      join messages q on q.tenant_id = :tenantId and q.id = r.question_id
      join conversations v on v.tenant_id = :tenantId and v.id = r.conversation_id
      where v.visibility = 'shared' and q.text not like '/%'
        and exists (select from citations c
          join documents d on d.tenant_id = :tenantId and d.id = c.document_id and d.state <> 'deleted'
          where c.tenant_id = :tenantId and c.message_id = r.answer_id)
        and not exists (select from feedback f
          where f.tenant_id = :tenantId and f.message_id = r.answer_id and f.rating = 'down')
      order by lower(trim(q.text)), r.id desc)
    select a.answer_id as "messageId", a.text, a.locale,
      (select jsonb_agg(distinct jsonb_build_object('id', d.id, 'sourceId', d.source_id, 'tags', d.tags))
       from citations c join documents d on d.tenant_id = :tenantId and d.id = c.document_id and d.state <> 'deleted'
       where c.tenant_id = :tenantId and c.message_id = a.answer_id) as documents
    from asked a
    order by exists (select from feedback f
      where f.tenant_id = :tenantId and f.message_id = a.answer_id and f.rating = 'up') desc, a.id desc
    limit :limit`,
    { tenantId, limit },
  );
  return rows;
}
