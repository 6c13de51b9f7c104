import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { type Change, keepChanges } from './changes.ts';
import { wantChildren } from './children.ts';
import { changedFields, keyFields } from './key-fields.ts';
import type { Incoming, MirrorKind } from './kinds.ts';
import { clearProblems } from './problems.ts';
import { readStored, type Stored } from './stored.ts';
import { isUnchanged, type Outgoing, writeRecords } from './write-records.ts';

export interface Reading {
  /** When the call that brought the records began: of two readings of one second the later counts. */
  readAt: Date;
  /** A walk marks what it met; what it did not meet is looked for afterwards. */
  walk?: boolean;
  /** False for what only a hook has told. */
  confirmed?: boolean;
}

/**
 * Lets one transaction at a time change records of a kind, and makes the kind's row where it is missing.
 *
 * @returns whether the kind was read whole once: before that everything is new, and nothing is news
 */
export async function lockKind(tx: Tx, tenantId: TenantId, kind: MirrorKind): Promise<boolean> {
  await tx('mirror_syncs').insert({ tenant_id: tenantId, kind }).onConflict().ignore();
  const row = await tx('mirror_syncs').where({ tenant_id: tenantId, kind }).forUpdate().first('completed_at');
  return row.completed_at !== null;
}

/** Takes what Kommo said into the mirror: newer wins, whatever the order in which it came. */
export async function applyRecords(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  incoming: Incoming[],
  { readAt, walk = false, confirmed = true }: Reading,
): Promise<void> {
  const records = [...new Map(incoming.map(one => [one.id, one])).values()];
  if (records.length === 0) return;
  const newsworthy = await lockKind(tx, tenantId, kind);
  await clearProblems(
    tx,
    tenantId,
    kind,
    records.map(({ id }) => id),
  );
  const stored = await readStored(
    tx,
    tenantId,
    kind,
    records.map(({ id }) => id),
  );
  const written: Outgoing[] = [];
  const changes: Change[] = [];
  for (const record of records) {
    const before = stored.get(record.id);
    if (before && !supersedes(record, readAt, before, confirmed)) continue;
    // A hook's words stay where REST gives fewer.
    const body = before && kind === 'messages' ? { ...before.body, ...record.body } : record.body;
    const after = { ...record, body, confirmed: confirmed || before?.confirmed === true };
    if (before && before.deleted_at === null && isUnchanged(before, after)) continue;
    written.push(after);
    if (newsworthy) changes.push(...changeOf(kind, before, after));
  }
  if (written.length > 0) await writeRecords(tx, tenantId, kind, written, readAt);
  if (walk) {
    await tx('mirror_records')
      .where({ tenant_id: tenantId, kind })
      .whereIn(
        'id',
        records.map(({ id }) => id),
      )
      .update({ seen_at: readAt });
  }
  await keepChanges(tx, tenantId, kind, changes, readAt);
  const restored = changes.filter(({ change }) => change === 'restored').map(({ id }) => id);
  await wantChildren(tx, tenantId, kind, restored, readAt);
}

/** Marks records that Kommo no longer has. */
export async function markDeleted(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
  { readAt, parentKind }: { readAt: Date; parentKind?: string | undefined },
): Promise<void> {
  if (ids.length === 0) return;
  const newsworthy = await lockKind(tx, tenantId, kind);
  const gone: { id: string; updated_at: number | null }[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind, deleted_at: null })
    .whereIn('id', ids)
    .where('read_at', '<=', readAt)
    .where(same => {
      // A note that one list lacks may hang on a record of another kind.
      if (parentKind !== undefined) same.where({ parent_kind: parentKind });
    })
    .update({ deleted_at: readAt, read_at: readAt })
    .returning(['id', 'updated_at']);
  await clearProblems(tx, tenantId, kind, ids);
  await wantChildren(
    tx,
    tenantId,
    kind,
    gone.map(({ id }) => id),
    readAt,
  );
  if (!newsworthy) return;
  const changes = gone.map(({ id, updated_at }) => ({
    id,
    change: 'deleted' as const,
    fields: [],
    updatedAt: updated_at,
  }));
  await keepChanges(tx, tenantId, kind, changes, readAt);
}

/**
 * Of two readings the one begun later holds the later state, whatever it says of its time: a record dated into
 * the future must not stay as it is for good. Only of one begun earlier, which may have ended later, Kommo's
 * time tells; and it brings nothing back that a later one found deleted.
 */
function supersedes(record: Incoming, readAt: Date, before: Stored, confirmed: boolean): boolean {
  if (!confirmed) return false;
  if (!before.confirmed && before.deleted_at === null) return true;
  if (readAt.getTime() >= before.read_at.getTime()) return true;
  if (before.deleted_at !== null || record.updatedAt === null || before.updated_at === null) return false;
  return record.updatedAt > before.updated_at;
}

function changeOf(kind: MirrorKind, before: Stored | undefined, after: Incoming): Change[] {
  const was = before ? keyFields(kind, before.body) : {};
  const fields = changedFields(was, keyFields(kind, after.body));
  const { id, updatedAt } = after;
  if (!before) return [{ id, change: 'added', fields, updatedAt }];
  if (before.deleted_at !== null) return [{ id, change: 'restored', fields, updatedAt }];
  return fields.length > 0 ? [{ id, change: 'changed', fields, updatedAt }] : [];
}
