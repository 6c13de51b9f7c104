import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { MirrorKind } from './kinds.ts';

/**
 * Asks for the notes and tasks of records that were deleted or restored to be read back: with their record they
 * leave Kommo's lists and come back to them, and neither a hook, nor an event, nor their own time tells of it.
 */
export async function wantChildren(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0 || !owners.includes(kind)) return;
  await tx.raw(
    `insert into hook_hints (tenant_id, kind, id, parent_kind, received_at, due_at)
     select tenant_id, kind, id, case when kind = 'notes' then parent_kind else '' end,
       cast(:at as timestamptz), cast(:at as timestamptz)
     from mirror_records
     where tenant_id = :tenantId and kind in ('notes', 'tasks') and parent_kind = :kind
       and parent_id = any(array(select jsonb_array_elements_text(cast(:ids as jsonb))))
     order by kind, id
     on conflict (tenant_id, kind, id, parent_kind) do update set
       arrivals = hook_hints.arrivals + 1, received_at = excluded.received_at`,
    { tenantId, kind, at, ids: JSON.stringify(ids) },
  );
}

const owners: MirrorKind[] = ['leads', 'contacts', 'companies'];
