import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { MirrorKind } from './kinds.ts';

export interface MirrorRecord {
  kind: MirrorKind;
  id: string;
  parentKind: string | null;
  parentId: string | null;
  updatedAt: number | null;
  /** False while only a hook has told of it. */
  confirmed: boolean;
  deleted: boolean;
  body: Record<string, unknown>;
}

/** Records of the mirror by id, deleted ones included; unknown ids are left out. */
export async function readMirrored(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: (string | number)[],
): Promise<MirrorRecord[]> {
  const rows = await readStored(tx, tenantId, kind, ids.map(String));
  return [...rows.values()].map(row => toRecord(kind, row));
}

/**
 * The first of what hangs on one record and still exists, such as the newest notes of a lead. What has nothing in
 * the field that it is sorted by comes last.
 */
export async function readMirroredOf(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  parent: { kind: string; ids: (string | number)[] },
  { newestBy, limit }: { newestBy: 'created_at' | 'complete_till'; limit: number },
): Promise<MirrorRecord[]> {
  const rows: Stored[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind, parent_kind: parent.kind })
    .whereIn('parent_id', parent.ids.map(String))
    .whereNull('deleted_at')
    // As JSON: a value of another type than a number sorts, where a cast would fail.
    .orderByRaw('body -> cast(? as text) desc nulls last, id desc', [newestBy])
    .limit(limit);
  return rows.map(row => toRecord(kind, row));
}

export interface Stored {
  id: string;
  parent_kind: string | null;
  parent_id: string | null;
  updated_at: number | null;
  confirmed: boolean;
  deleted_at: Date | null;
  read_at: Date;
  body: Record<string, unknown>;
}

export async function readStored(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
): Promise<Map<string, Stored>> {
  const rows: Stored[] = await tx('mirror_records').where({ tenant_id: tenantId, kind }).whereIn('id', ids);
  return new Map(rows.map(row => [row.id, row]));
}

function toRecord(kind: MirrorKind, row: Stored): MirrorRecord {
  return {
    kind,
    id: row.id,
    parentKind: row.parent_kind,
    parentId: row.parent_id,
    updatedAt: row.updated_at,
    confirmed: row.confirmed,
    deleted: row.deleted_at !== null,
    body: row.body,
  };
}
