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

/** What hangs on one record and still exists, such as the notes of a lead. */
export async function readMirroredOf(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  parent: { kind: string; id: string | number },
): Promise<MirrorRecord[]> {
  const rows: Stored[] = await tx('mirror_records')
    .where({ tenant_id: tenantId, kind, parent_kind: parent.kind, parent_id: String(parent.id) })
    .whereNull('deleted_at')
    .orderBy('updated_at');
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
