import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Incoming, MirrorKind } from './kinds.ts';
import type { Stored } from './stored.ts';

export type Outgoing = Incoming & { confirmed: boolean };

/** Puts records in the place of those the mirror held. */
export async function writeRecords(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  records: Outgoing[],
  readAt: Date,
): Promise<void> {
  const rows = toJson(
    records.map(({ id, parentKind, parentId, updatedAt, confirmed, body }) => ({
      id,
      parent_kind: parentKind,
      parent_id: parentId,
      updated_at: updatedAt,
      confirmed,
      body,
    })),
  );
  await tx.raw(
    `insert into mirror_records
       (tenant_id, kind, id, parent_kind, parent_id, updated_at, confirmed, read_at, seen_at, body)
     select cast(:tenantId as uuid), :kind, r.id, r.parent_kind, r.parent_id, r.updated_at, r.confirmed,
       cast(:readAt as timestamptz), cast(:readAt as timestamptz), r.body
     from jsonb_to_recordset(cast(:rows as jsonb)) as r
       (id text, parent_kind text, parent_id text, updated_at bigint, confirmed boolean, body jsonb)
     on conflict (tenant_id, kind, id) do update set
       parent_kind = excluded.parent_kind, parent_id = excluded.parent_id, updated_at = excluded.updated_at,
       confirmed = excluded.confirmed, read_at = excluded.read_at, seen_at = excluded.seen_at,
       body = excluded.body, deleted_at = null`,
    { tenantId, kind, readAt, rows },
  );
}

/** The database's JSON holds no NUL and no half of a surrogate pair. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry) =>
    typeof entry === 'string' ? entry.replaceAll('\u0000', '').toWellFormed() : entry,
  );
}

function asStored(body: Record<string, unknown>): unknown {
  return JSON.parse(toJson(body));
}

/** Whether writing would change nothing. */
export function isUnchanged(before: Stored, after: Outgoing): boolean {
  return (
    before.updated_at === after.updatedAt &&
    before.confirmed === after.confirmed &&
    before.parent_id === after.parentId &&
    isDeepStrictEqual(before.body, asStored(after.body))
  );
}
