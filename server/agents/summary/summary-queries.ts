import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import {
  findPersonKey,
  type Person,
  personKey,
  seal,
  type TenantSecrets,
  unseal,
} from '../../secrets/index.ts';

/** What was said in a conversation before the messages that are still sent as they are. */
export interface Summary {
  text: string;
  /** The last message it covers. */
  coversMessageId: string;
}

/** A summary that somebody is to extend, and what it stood at when they began. */
export interface DueSummary {
  conversationId: string;
  person: Person;
  leadId: number;
  ownerUserId: number;
  locale: string;
  coversMessageId: string | null;
  text: string | null;
}

export interface EarlierMessage {
  id: string;
  role: 'rep' | 'assistant';
  author: string;
  text: string;
}

/** So long a worker may take for one piece before another takes over. */
const claimMs = 180_000;

const place = (tenantId: TenantId, conversationId: string) => `summary:${tenantId}:${conversationId}`;

/** Null where there is none, and where its person was erased. */
export async function readSummary(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  conversationId: string,
): Promise<Summary | null> {
  const row = await tx('conversation_summaries')
    .where({ tenant_id: tenantId, conversation_id: conversationId })
    .whereNotNull('sealed')
    .first('person', 'key_id', 'sealed', 'covers_message_id');
  const text = row && (await open(tx, secrets, tenantId, conversationId, row));
  return text ? { text, coversMessageId: row.covers_message_id } : null;
}

async function open(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  conversationId: string,
  row: { person: string; key_id: string | null; sealed: Buffer | null },
): Promise<string | null> {
  if (row.sealed === null) return null;
  const found = await findPersonKey(tx, secrets, tenantId, row.person);
  if (found === null || found.id !== row.key_id) return null;
  return unseal(found.key, row.sealed, place(tenantId, conversationId)).toString();
}

/** Notes that a conversation has outgrown what is sent whole; a sweep finds it if the job is lost. */
export async function markDue(
  tx: Tx,
  tenantId: TenantId,
  { conversationId, person }: { conversationId: string; person: Person },
): Promise<void> {
  await tx('conversation_summaries')
    .insert({ tenant_id: tenantId, conversation_id: conversationId, person, due_at: tx.fn.now() })
    .onConflict(['tenant_id', 'conversation_id'])
    .merge({ due_at: tx.fn.now() });
}

/** Those that wait and that nobody is at. */
export async function dueSummaries(tx: Tx, tenantId: TenantId): Promise<string[]> {
  const rows = await tx('conversation_summaries')
    .where({ tenant_id: tenantId })
    .whereNotNull('due_at')
    .whereRaw('(claimed_until is null or claimed_until < now())')
    .orderBy('due_at')
    .limit(200)
    .select('conversation_id');
  return rows.map(row => row.conversation_id);
}

/** Takes a summary that is due for one piece of work; null where there is nothing to do or somebody else is at it. */
export async function claimSummary(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  conversationId: string,
  { again }: { again: boolean },
): Promise<DueSummary | null> {
  const [row] = await tx('conversation_summaries')
    .where({ tenant_id: tenantId, conversation_id: conversationId })
    .whereNotNull('due_at')
    .whereRaw('(?::boolean or claimed_until is null or claimed_until < now())', [again])
    .update({ claimed_until: tx.raw('now() + make_interval(secs => ?)', [claimMs / 1000]) })
    .returning(['covers_message_id', 'person', 'key_id', 'sealed']);
  if (!row) return null;
  const [{ lead_id, owner_user_id, locale }] = await tx('conversations as c')
    .leftJoin('runs as r', { 'r.tenant_id': 'c.tenant_id', 'r.conversation_id': 'c.id' })
    .where({ 'c.tenant_id': tenantId, 'c.id': conversationId })
    .orderBy('r.id', 'desc')
    .limit(1)
    .select('c.lead_id', 'c.owner_user_id', 'r.locale');
  return {
    conversationId,
    person: row.person,
    leadId: Number(lead_id),
    ownerUserId: Number(owner_user_id),
    locale: locale ?? 'en',
    coversMessageId: row.covers_message_id,
    text: await open(tx, secrets, tenantId, conversationId, row),
  };
}

/** What was said after the last covered message, oldest first. */
export async function uncoveredMessages(
  tx: Tx,
  tenantId: TenantId,
  { conversationId, coversMessageId }: Pick<DueSummary, 'conversationId' | 'coversMessageId'>,
  limit: number,
): Promise<EarlierMessage[]> {
  const { rows } = await tx.raw(
    `select m.id, m.role, m.author_name, m.text from messages m
     left join runs r on r.tenant_id = m.tenant_id and r.id = m.run_id
     where m.tenant_id = :tenantId and m.conversation_id = :conversationId
       and (:covers::uuid is null or m.id > :covers::uuid)
       and (m.role = 'rep' or r.state = 'done')
     order by m.id limit :limit`,
    { tenantId, conversationId, covers: coversMessageId, limit },
  );
  return rows.map(
    ({ id, role, author_name, text }: { author_name: string } & Omit<EarlierMessage, 'author'>) => ({
      id,
      role,
      author: author_name,
      text,
    }),
  );
}

/**
 * Stores the longer summary if the one it was made from still stands: false where somebody was quicker, or its
 * person was erased meanwhile.
 */
export async function storeSummary(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  from: DueSummary,
  made: Summary & { by: 'model' | 'rules'; isWhole: boolean },
): Promise<boolean> {
  const { conversationId, person } = from;
  // An erasure takes this row first, and so waits here or is seen here.
  const row = await tx('conversation_summaries')
    .where({ tenant_id: tenantId, conversation_id: conversationId })
    .forUpdate()
    .first('covers_message_id');
  if (!row || row.covers_message_id !== from.coversMessageId) return false;
  const { id, key } = await personKey(tx, secrets, tenantId, person);
  await tx('conversation_summaries')
    .where({ tenant_id: tenantId, conversation_id: conversationId })
    .update({
      covers_message_id: made.coversMessageId,
      key_id: id,
      sealed: seal(key, Buffer.from(made.text), place(tenantId, conversationId)),
      made_by: made.by,
      updated_at: tx.fn.now(),
      ...(made.isWhole ? { due_at: null, claimed_until: null } : {}),
    });
  return true;
}

/**
 * Takes every summary about these people away, for good. What was said until now is neither sent nor summed up
 * again, so that it does not come back by the next turn.
 */
export async function eraseSummaries(tx: Tx, tenantId: TenantId, people: string[]): Promise<void> {
  await tx.raw(
    `update conversation_summaries s
     set sealed = null, key_id = null, made_by = null, due_at = null, claimed_until = null, updated_at = now(),
       covers_message_id = (select m.id from messages m
         where m.tenant_id = s.tenant_id and m.conversation_id = s.conversation_id order by m.id desc limit 1)
     where s.tenant_id = :tenantId and s.person = any(:people::text[])`,
    { tenantId, people },
  );
}

/** There was nothing to add after all. */
export async function settleSummary(tx: Tx, tenantId: TenantId, conversationId: string): Promise<void> {
  await tx('conversation_summaries')
    .where({ tenant_id: tenantId, conversation_id: conversationId })
    .update({ due_at: null, claimed_until: null });
}
