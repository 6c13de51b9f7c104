import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type MirrorKind, readMirrored, readMirroredOf } from './mirror/index.ts';

/** Whether the mirror may speak for a lead. */
export interface LeadState {
  /**
   * `fresh`: Kommo tells us of every change and told of none that was not read back. `changed`: it told of one.
   * `unsynced`: the mirror is not complete, or might have missed something.
   */
  state: 'fresh' | 'changed' | 'unsynced';
  /** When Kommo last told of anything in the account. */
  lastHookAt: Date | null;
  lead: unknown;
}

/** So many posts are searched for a lead; where more wait, the mirror is behind for all of them. */
const postsMax = 50;

/** The kinds that a view of a lead is made of, and how old their last comparison with Kommo may be. */
const kinds: MirrorKind[] = ['leads', 'contacts', 'tasks', 'notes', 'talks'];
const comparedWithinMs = 25 * 60_000;
const cataloguesWithinMs = 3 * 60 * 60_000;

/**
 * What the mirror knows of a lead, in one statement. A post that was not read yet is searched for the lead's id
 * and its contacts' ids: whatever it says, it names them. Where too many wait, one of them may well do so.
 */
export async function readLeadState(
  tx: Tx,
  tenantId: TenantId,
  leadId: number,
  now: Date,
): Promise<LeadState> {
  const { rows } = await tx.raw(
    `with lead as (
       select body from mirror_records
       where tenant_id = :tenantId and kind = 'leads' and id = :leadId and deleted_at is null and confirmed
     ), named as (
       select cast(:leadId as text) as id
       union all
       select c->>'id' from lead, jsonb_array_elements(
         case jsonb_typeof(body#>'{_embedded,contacts}')
           when 'array' then body#>'{_embedded,contacts}' else cast('[]' as jsonb) end) as c
     ), posts as materialized (
       select body from hook_posts where tenant_id = :tenantId limit cast(:postsMax as integer) + 1
     )
     select (select body from lead) as lead, s.last_post_at,
       s.state = 'subscribed' and :kindsCount = (
         select count(*) from mirror_syncs m
         where m.tenant_id = :tenantId and m.completed_at is not null and m.stage <> 'unavailable'
           and not m.reconcile_wanted and not m.walk_wanted
           and (m.kind = any(string_to_array(:kinds, ',')) and m.reconciled_at > :since
             or m.kind = 'pipelines' and m.reconciled_at > :cataloguesSince)
       ) as synced,
       exists (
         select from hook_hints h where h.tenant_id = :tenantId
           and (h.kind in ('notes', 'tasks', 'talks') or h.id in (select id from named))
       ) or exists (
         select from posts p, named n where position(convert_to(n.id, 'UTF8') in p.body) > 0
       ) or (select count(*) > cast(:postsMax as integer) from posts) or exists (
         select from mirror_problems q where q.tenant_id = :tenantId and q.id in (select id from named)
       ) as waiting
     from hook_subscriptions s where s.tenant_id = :tenantId`,
    {
      tenantId,
      leadId: String(leadId),
      kinds: kinds.join(','),
      kindsCount: kinds.length + 1,
      postsMax,
      since: new Date(now.getTime() - comparedWithinMs),
      cataloguesSince: new Date(now.getTime() - cataloguesWithinMs),
    },
  );
  const row: { lead: unknown; synced: boolean; waiting: boolean; last_post_at: Date | null } | undefined =
    rows[0];
  if (!row?.synced || row.lead === null)
    return { state: 'unsynced', lastHookAt: row?.last_post_at ?? null, lead: null };
  return { state: row.waiting ? 'changed' : 'fresh', lastHookAt: row.last_post_at, lead: row.lead };
}

/** What hangs on a lead, as Kommo sent it. */
export interface LeadParts {
  contacts: unknown[];
  notes: unknown[];
  tasks: unknown[];
  /** Of its latest talks; null where the grant may not read messages. */
  messages: unknown[] | null;
  pipelines: unknown[];
}

const talksMax = 2;
/** Of notes and of tasks; and of messages, over all talks. */
export const listMax = 50;
export const messagesMax = 40;

/** @returns null if the mirror lacks one of its contacts */
export async function readLeadParts(
  tx: Tx,
  tenantId: TenantId,
  {
    leadId,
    contactIds,
    seesContact,
  }: { leadId: number; contactIds: number[]; seesContact(body: unknown): boolean },
): Promise<LeadParts | null> {
  const found = await readMirrored(tx, tenantId, 'contacts', contactIds);
  const contacts = contactIds.flatMap(id => found.find(one => one.id === String(id) && !one.deleted) ?? []);
  if (contacts.length < contactIds.length) return null;
  const parent = { kind: 'leads', ids: [leadId] };
  const notes = await readMirroredOf(tx, tenantId, 'notes', parent, {
    newestBy: 'created_at',
    limit: listMax,
  });
  const tasks = await readMirroredOf(tx, tenantId, 'tasks', parent, {
    newestBy: 'complete_till',
    limit: listMax,
  });
  const [main] = contacts;
  const messages = main
    ? await readTalked(tx, tenantId, { leadId, contactId: main.id, loose: seesContact(main.body) })
    : [];
  const pipelines: { body: unknown }[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind: 'pipelines', deleted_at: null })
    .select('body');
  const bodies = (records: { body: unknown }[]) => records.map(({ body }) => body);
  return {
    contacts: bodies(contacts),
    notes: bodies(notes),
    tasks: bodies(tasks),
    messages,
    pipelines: bodies(pipelines),
  };
}

/** Talks of the lead; with `loose` also those of its main contact that are about no lead: who may not see the contact has no business with them. */
async function readTalked(
  tx: Tx,
  tenantId: TenantId,
  { leadId, contactId, loose }: { leadId: number; contactId: string; loose: boolean },
): Promise<unknown[] | null> {
  const talks: { id: string }[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind: 'talks', deleted_at: null })
    .where(of => {
      of.where({ parent_kind: 'leads', parent_id: String(leadId) });
      if (loose) of.orWhereNull('parent_id');
    })
    .whereRaw(`body->>'contact_id' = ?`, [contactId])
    .orderByRaw('updated_at desc nulls last')
    .limit(talksMax)
    .select('id');
  if (talks.length === 0) return [];
  const parent = { kind: 'talks', ids: talks.map(({ id }) => id) };
  const messages = await readMirroredOf(tx, tenantId, 'messages', parent, {
    newestBy: 'created_at',
    limit: messagesMax,
  });
  const sync = await tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'messages' }).first('stage');
  // Without the right to read them there are the words that hooks brought, or nothing to tell from.
  return messages.length === 0 && sync?.stage === 'unavailable' ? null : messages.map(({ body }) => body);
}
