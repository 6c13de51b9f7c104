import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget, pageSize } from './ask.ts';
import { confirmRecords, isRefused } from './confirm.ts';
import type { MirrorKind } from './kinds.ts';
import type { MirrorDeps, Wanted } from './wanted.ts';

/** Kommo's events of a record that is gone. Of leads it keeps a list, which `reconcile` reads. */
const types: Partial<Record<MirrorKind, string>> = {
  contacts: 'contact_deleted',
  companies: 'company_deleted',
  tasks: 'task_deleted',
  notes: 'common_note_deleted',
};
const pagesMax = 8;
/** Read back in one go. */
const heldMax = 1_000;
const overlapSeconds = 120;
/** As many as Kommo gives of events. */
const eventsAPage = 100;

const NotesOf = z.array(z.object({ note: z.object({ id: z.int() }).optional() })).catch([]);
const DeletionEvent = z.object({
  type: z.string(),
  entity_id: z.int(),
  entity_type: z.string(),
  value_before: NotesOf,
  value_after: NotesOf,
});
const owners: Record<string, string> = { lead: 'leads', contact: 'contacts', company: 'companies' };

/**
 * Finds what was deleted since the last time: Kommo's events name it, and it is read back before the mirror
 * believes it. Where an account's events may not be read, some of the records that were not met for the longest
 * are read back each time instead; the daily walk meets the rest.
 *
 * @returns false if there was more than it reads, or it cannot tell since when
 */
export async function readDeletions(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  budget: Budget,
): Promise<boolean> {
  const type = types[kind];
  if (type === undefined || budget.isSpent()) return true;
  const { db, client } = deps;
  const { tenantId } = account;
  const mark = await readMark(deps, tenantId, kind);
  const began = client.now(account);
  const isAhead = mark > began + overlapSeconds;
  const since = Math.max(0, Math.min(mark, began) - overlapSeconds);
  try {
    const { named, isAll } = await readEvents(deps, account, { kind, type, since }, budget);
    const known = await db.withTenant(tenantId, tx => stillHeld(tx, tenantId, kind, named));
    const left = known.length === 0 ? [] : await confirmRecords(deps, account, known, budget);
    if (left.length > 0 || budget.isSpent()) return true;
    await db.withTenant(tenantId, tx =>
      tx('mirror_syncs').where({ tenant_id: tenantId, kind }).update({ deletions_watermark: began }),
    );
    return isAll && !isAhead && known.length < heldMax;
  } catch (error) {
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid || isRefused(error))) throw error;
    await rereadSome(deps, account, kind, budget);
    return true;
  }
}

async function readMark({ db }: MirrorDeps, tenantId: TenantId, kind: MirrorKind): Promise<number> {
  const row = await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId, kind }).first('deletions_watermark', 'watermark'),
  );
  return Number(row?.deletions_watermark ?? row?.watermark ?? 0);
}

/** What events name: records, and records that one of what hangs on them is gone from. */
interface Named {
  ids: string[];
  parents: { kind: string; id: string }[];
}

async function readEvents(
  { client }: MirrorDeps,
  account: Account,
  { kind, type, since }: { kind: MirrorKind; type: string; since: number },
  budget: Budget,
): Promise<{ named: Named; isAll: boolean }> {
  const list = { path: '/events', embedded: 'events', unordered: true };
  const query = `filter[type][]=${type}&filter[created_at][from]=${since}`;
  const named: Named = { ids: [], parents: [] };
  for (let page = 1; page <= pagesMax && !budget.isSpent(); page += 1) {
    const at = { page, limit: eventsAPage, query, budget };
    const { items, hasMore } = await askPage(client, account, list, at);
    for (const item of items) {
      const parsed = DeletionEvent.safeParse(item);
      if (parsed.success && parsed.data.type === type) note(named, kind, parsed.data);
    }
    if (!hasMore) return { named, isAll: true };
  }
  return { named, isAll: false };
}

/** An event of a task or a note hangs on its record, and need not name the task or the note. */
function note({ ids, parents }: Named, kind: MirrorKind, event: z.output<typeof DeletionEvent>): void {
  const inValues = [...event.value_before, ...event.value_after].flatMap(value => value.note?.id ?? []);
  const owner = owners[event.entity_type];
  if (kind === 'notes' && inValues.length > 0) ids.push(...inValues.map(String));
  else if ((kind === 'notes' || kind === 'tasks') && owner !== undefined)
    parents.push({ kind: owner, id: String(event.entity_id) });
  else ids.push(String(event.entity_id));
}

async function stillHeld(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  { ids, parents }: Named,
): Promise<Wanted[]> {
  const held: Held[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind, deleted_at: null })
    .where(named =>
      named.whereIn('id', ids).orWhereIn(
        ['parent_kind', 'parent_id'],
        parents.map(parent => [parent.kind, parent.id]),
      ),
    )
    .orderBy('id')
    .limit(heldMax)
    .select('id', 'parent_kind');
  return held.map(row => toWanted(kind, row));
}

interface Held {
  id: string;
  parent_kind: string | null;
}

function toWanted(kind: MirrorKind, { id, parent_kind }: Held): Wanted {
  return { kind, id, ...(kind === 'notes' && parent_kind ? { parentKind: parent_kind } : {}) };
}

async function rereadSome(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  budget: Budget,
): Promise<void> {
  const { db } = deps;
  const { tenantId } = account;
  const rows: Held[] = await db.withTenant(tenantId, tx =>
    tx('mirror_records')
      .where({ tenant_id: tenantId, kind, deleted_at: null })
      .orderBy('seen_at')
      .limit(pageSize)
      .select('id', 'parent_kind'),
  );
  const wanted = rows.map(row => toWanted(kind, row));
  const readAt = new Date();
  const left = new Set((await confirmRecords(deps, account, wanted, budget)).map(({ id }) => id));
  await db.withTenant(tenantId, tx =>
    tx('mirror_records')
      .where({ tenant_id: tenantId, kind })
      .whereIn(
        'id',
        rows.map(({ id }) => id).filter(id => !left.has(id)),
      )
      .update({ seen_at: readAt }),
  );
}
