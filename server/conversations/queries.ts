import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { CitationView, FeedbackView, MessageView, ToolUse } from './views.ts';

export type Visibility = 'shared' | 'private';

/** Whose thread of which lead. A private one is its owner's alone. */
export interface ThreadKey {
  leadId: number;
  visibility: Visibility;
  userId: number;
}

const ownerOf = ({ visibility, userId }: ThreadKey) => (visibility === 'private' ? userId : 0);

export async function findConversation(tx: Tx, tenantId: TenantId, key: ThreadKey): Promise<string | null> {
  const row = await tx('conversations')
    .where({
      tenant_id: tenantId,
      lead_id: key.leadId,
      visibility: key.visibility,
      owner_user_id: ownerOf(key),
    })
    .first('id');
  return row?.id ?? null;
}

export async function openConversation(tx: Tx, tenantId: TenantId, key: ThreadKey): Promise<string> {
  const existing = await findConversation(tx, tenantId, key);
  if (existing) return existing;
  await tx('conversations')
    .insert({
      tenant_id: tenantId,
      id: newId(),
      lead_id: key.leadId,
      visibility: key.visibility,
      owner_user_id: ownerOf(key),
    })
    .onConflict(['tenant_id', 'lead_id', 'visibility', 'owner_user_id'])
    .ignore();
  const made = await findConversation(tx, tenantId, key);
  if (!made) throw new Error('A conversation that was just inserted is missing.');
  return made;
}

/** The lead a message belongs to, if this user may see the thread; whether they may see the lead is Kommo's to say. */
export async function findMessagePlace(
  tx: Tx,
  tenantId: TenantId,
  { messageId, userId }: { messageId: string; userId: number },
): Promise<{ leadId: number; conversationId: string; role: 'rep' | 'assistant' } | null> {
  const row = await tx('messages as m')
    .join('conversations as c', { 'c.tenant_id': 'm.tenant_id', 'c.id': 'm.conversation_id' })
    .where({ 'm.tenant_id': tenantId, 'm.id': messageId })
    .whereIn('c.owner_user_id', [0, userId])
    .first('c.lead_id', 'c.id', 'm.role');
  return row ? { leadId: row.lead_id, conversationId: row.id, role: row.role } : null;
}

interface MessageRow {
  id: string;
  role: 'rep' | 'assistant';
  author_user_id: number | null;
  author_name: string;
  text: string;
  created_at: Date;
  offline: boolean;
  run_id: string | null;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted' | null;
  draft: string | null;
  error_code: string | null;
  error_detail: string | null;
  error_retryable: boolean | null;
}

/**
 * A page of a thread, oldest first, ending just before `before`. An answer stands after its question;
 * of several tries at one question only the latest is shown.
 */
export async function readThread(
  tx: Tx,
  tenantId: TenantId,
  {
    conversationId,
    userId,
    limit,
    before,
  }: { conversationId: string; userId: number; limit: number; before: string | null },
): Promise<{ messages: MessageView[]; hasMore: boolean }> {
  const { rows } = await tx.raw(
    `with shown as (
       select m.*, coalesce(r.question_id, m.id) as turn, r.state, r.draft, r.error_code, r.error_detail, r.error_retryable
       from messages m
       left join runs r on r.tenant_id = m.tenant_id and r.id = m.run_id
       where m.tenant_id = :tenantId and m.conversation_id = :conversationId
         and (r.id is null or not exists (
           select from runs later
           where later.tenant_id = r.tenant_id and later.question_id = r.question_id and later.id > r.id)))
     select * from shown
     -- The place of a message stays, also when a later try has replaced it since the caller read it.
     where :before::uuid is null or (turn, id) < (
       select coalesce(r.question_id, m.id), m.id from messages m
       left join runs r on r.tenant_id = m.tenant_id and r.id = m.run_id
       where m.tenant_id = :tenantId and m.conversation_id = :conversationId and m.id = :before::uuid)
     order by turn desc, id desc
     limit :limit`,
    { tenantId, conversationId, before, limit: limit + 1 },
  );
  const page: MessageRow[] = rows.slice(0, limit).reverse();
  return { messages: await toMessages(tx, tenantId, page, userId), hasMore: rows.length > limit };
}

/** Messages by id, as this user sees them. */
export async function readMessages(
  tx: Tx,
  tenantId: TenantId,
  ids: string[],
  userId: number,
): Promise<MessageView[]> {
  const rows = await tx('messages as m')
    .leftJoin('runs as r', { 'r.tenant_id': 'm.tenant_id', 'r.id': 'm.run_id' })
    .where({ 'm.tenant_id': tenantId })
    .whereIn('m.id', ids)
    .orderBy('m.id')
    .select<MessageRow[]>('m.*', 'r.state', 'r.draft', 'r.error_code', 'r.error_detail', 'r.error_retryable');
  return toMessages(tx, tenantId, rows, userId);
}

async function toMessages(
  tx: Tx,
  tenantId: TenantId,
  rows: MessageRow[],
  userId: number,
): Promise<MessageView[]> {
  const ids = rows.filter(row => row.role === 'assistant').map(row => row.id);
  const citations =
    ids.length > 0 ? await readCitations(tx, tenantId, ids) : new Map<string, CitationView[]>();
  const feedback = new Map<string, FeedbackView>();
  if (ids.length > 0) {
    const given = await tx('feedback')
      .where({ tenant_id: tenantId, user_id: userId })
      .whereIn('message_id', ids);
    for (const row of given)
      feedback.set(row.message_id, { rating: row.rating, reason: row.reason, comment: row.comment });
  }
  const tools = await readTools(tx, tenantId, rows);
  return rows.map(row => ({
    id: row.id,
    role: row.role,
    author: { kind: row.role === 'rep' ? 'user' : 'agent', id: row.author_user_id, name: row.author_name },
    text: row.state === 'running' ? (row.draft ?? '') : row.text,
    createdAt: row.created_at.toISOString(),
    run:
      row.role === 'assistant' && row.run_id !== null && row.state !== null
        ? {
            id: row.run_id,
            status: row.state,
            error:
              row.error_code === null
                ? null
                : {
                    code: row.error_code,
                    detail: row.error_detail ?? '',
                    retryable: row.error_retryable ?? false,
                  },
            tools: tools.get(row.run_id) ?? [],
          }
        : null,
    citations: citations.get(row.id) ?? [],
    feedback: feedback.get(row.id) ?? null,
    offline: row.offline,
  }));
}

async function readTools(
  tx: Tx,
  tenantId: TenantId,
  messages: MessageRow[],
): Promise<Map<string, ToolUse[]>> {
  const runIds = messages.flatMap(({ run_id, role }) => (run_id && role === 'assistant' ? [run_id] : []));
  const found = new Map<string, ToolUse[]>();
  if (runIds.length === 0) return found;
  const rows = await tx('run_steps')
    .where({ tenant_id: tenantId, kind: 'tool' })
    .whereIn('run_id', runIds)
    .orderBy(['run_id', 'ordinal'])
    .select('run_id', 'name', 'failure_code');
  for (const { run_id, name, failure_code } of rows)
    found.set(run_id, [
      ...(found.get(run_id) ?? []),
      { name, state: failure_code === null ? 'done' : 'refused' },
    ]);
  return found;
}

async function readCitations(
  tx: Tx,
  tenantId: TenantId,
  messageIds: string[],
): Promise<Map<string, CitationView[]>> {
  const rows = await tx('citations as c')
    .leftJoin('documents as d', { 'd.tenant_id': 'c.tenant_id', 'd.id': 'c.document_id' })
    .where({ 'c.tenant_id': tenantId })
    .whereIn('c.message_id', messageIds)
    .orderBy(['c.message_id', 'c.number'])
    .select('c.*', 'd.state as document_state');
  const byMessage = new Map<string, CitationView[]>();
  for (const row of rows) {
    const view: CitationView =
      row.kind === 'document'
        ? {
            kind: 'document',
            id: row.id,
            n: row.number,
            documentId: row.document_id,
            title: row.title,
            start: row.start_offset,
            end: row.end_offset,
            quote: row.quote,
            deleted: row.document_state === null || row.document_state === 'deleted',
          }
        : {
            kind: 'lead',
            id: row.id,
            n: row.number,
            record: row.record,
            recordId: row.record_id,
            label: row.title,
            quote: row.quote,
            at: row.record_at?.toISOString() ?? null,
          };
    byMessage.set(row.message_id, [...(byMessage.get(row.message_id) ?? []), view]);
  }
  return byMessage;
}

export async function saveFeedback(
  tx: Tx,
  tenantId: TenantId,
  messageId: string,
  userId: number,
  feedback: FeedbackView,
): Promise<void> {
  const row = { ...feedback, updated_at: new Date() };
  await tx('feedback')
    .insert({ tenant_id: tenantId, message_id: messageId, user_id: userId, ...row })
    .onConflict(['tenant_id', 'message_id', 'user_id'])
    .merge(row);
}

export async function removeFeedback(
  tx: Tx,
  tenantId: TenantId,
  messageId: string,
  userId: number,
): Promise<void> {
  await tx('feedback').where({ tenant_id: tenantId, message_id: messageId, user_id: userId }).delete();
}

/** Where a citation points; null if it is not there or not this user's to see. */
export async function findCitation(
  tx: Tx,
  tenantId: TenantId,
  { citationId, userId }: { citationId: string; userId: number },
) {
  const row = await tx('citations').where({ tenant_id: tenantId, id: citationId }).first('message_id');
  if (!row) return null;
  const place = await findMessagePlace(tx, tenantId, { messageId: row.message_id, userId });
  if (!place) return null;
  const list = (await readCitations(tx, tenantId, [row.message_id])).get(row.message_id) ?? [];
  const citation = list.find(candidate => candidate.id === citationId);
  const { version_id } = await tx('citations')
    .where({ tenant_id: tenantId, id: citationId })
    .first('version_id');
  return citation ? { citation, leadId: place.leadId, versionId: version_id as string | null } : null;
}
