import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';
import type { OwnField } from './changes.ts';
import { type FieldChange, keyFields } from './key-fields.ts';
import { type MirrorKind, mirrorKinds, toIncoming } from './kinds.ts';
import { ownFields } from './own-fields.ts';
import { applyRecords, lockKind } from './records.ts';
import { readStored, type Stored } from './stored.ts';

export interface OwnWrite {
  /** As in Kommo's addresses: `leads`, `tasks`. One that the mirror does not hold is passed over. */
  kind: string;
  id: string | number;
  /** Unix seconds, as Kommo answered the write; null if it did not say. */
  updatedAt: number | null;
  /** The record as it was read back, or null. */
  body: unknown;
  /** What we wrote, as proposals spell it: `stage`, `price`, `dueAt`, `field:123`, or `statusId`. */
  fields: string[];
  /** The values we wrote, under the names of their arguments. */
  values?: Record<string, unknown>;
}

/** An echo that comes later than this is none: a hook and its retries have their own way to be recognised. */
const echoMs = 60_000;

/**
 * Tells the mirror of a change that we made in Kommo, so that its echo, a hook that comes back, is no news.
 *
 * The echo may be faster than this call. Then the change already stands here as Kommo's, not yet told to
 * anybody, and becomes ours. What a person changed after us stays theirs, and stays what the mirror holds.
 */
export async function recordOwnChange(tx: Tx, tenantId: TenantId, write: OwnWrite): Promise<void> {
  const kind = mirrorKinds.find(one => one === write.kind);
  if (kind === undefined) return;
  const { updatedAt } = write;
  const id = String(write.id);
  const incoming = toIncoming(kind, write.body);
  await lockKind(tx, tenantId, kind);
  const fields = ownFields(write.fields, {
    held: incoming && keyFields(kind, incoming.body),
    values: write.values ?? {},
  });
  if (await claimEcho(tx, tenantId, { kind, id, updatedAt, fields })) return;
  const stored = (await readStored(tx, tenantId, kind, [id])).get(id);
  // A later state stands here and said nothing of ours: somebody wrote over it, and no echo is to come.
  if (isPast(stored, updatedAt)) return;
  const ownId = newId();
  await tx('mirror_own_changes').insert({
    tenant_id: tenantId,
    id: ownId,
    kind,
    record_id: id,
    record_updated_at: updatedAt,
    fields: JSON.stringify(fields),
    at: new Date(),
  });
  if (incoming === null) return;
  const isNewer =
    stored === undefined ||
    stored.updated_at === null ||
    (incoming.updatedAt !== null && incoming.updatedAt > stored.updated_at);
  // Of one second the stored state may be a person's, made after ours: the hook's reading back decides then.
  if (!isNewer) return;
  const kept = stored ? { parentKind: stored.parent_kind, parentId: stored.parent_id } : {};
  const parent = incoming.parentKind === null ? kept : {};
  await applyRecords(tx, tenantId, kind, [{ ...incoming, ...parent }], { readAt: new Date() });
  // The mirror holds it now, so its echo changes nothing any more.
  await tx('mirror_own_changes').where({ tenant_id: tenantId, id: ownId }).delete();
}

/** The change as the mirror wrote it down when the echo came first; false if it did not. */
async function claimEcho(
  tx: Tx,
  tenantId: TenantId,
  {
    kind,
    id,
    updatedAt,
    fields,
  }: { kind: MirrorKind; id: string; updatedAt: number | null; fields: OwnField[] },
): Promise<boolean> {
  const row: { id: string; change: string; fields: FieldChange[] } | undefined = await tx('mirror_changes')
    .where({ tenant_id: tenantId, kind, record_id: id, who: 'kommo', told_at: null })
    .where('at', '>', new Date(Date.now() - echoMs))
    .where(same => {
      if (updatedAt !== null) same.where({ record_updated_at: updatedAt });
    })
    .orderBy('id', 'desc')
    .first('id', 'change', 'fields');
  if (!row) return false;
  const isOurs = (change: FieldChange) =>
    fields.some(one => one.field === change.field && (!('after' in one) || one.after === change.after));
  const ours = row.change === 'added' ? row.fields : row.fields.filter(isOurs);
  const theirs = row.change === 'added' ? [] : row.fields.filter(change => !isOurs(change));
  if (row.change !== 'added' && ours.length === 0) return false;
  const { rows } = await tx.raw(
    `update mirror_changes set who = 'ours', fields = cast(:ours as jsonb)
     where tenant_id = :tenantId and id = :id returning *`,
    { tenantId, id: row.id, ours: JSON.stringify(ours) },
  );
  if (theirs.length > 0)
    await tx('mirror_changes').insert({
      ...rows[0],
      id: newId(),
      who: 'kommo',
      fields: JSON.stringify(theirs),
    });
  return true;
}

function isPast(stored: Stored | undefined, updatedAt: number | null): boolean {
  if (updatedAt === null || !stored || stored.updated_at === null) return false;
  return stored.updated_at > updatedAt;
}
