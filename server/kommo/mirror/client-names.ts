import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/**
 * Which of these are full names of clients, persons or companies, that the mirror knows; in any case. The index
 * holds the first 300 letters, as a row of it has no room for a name of any length.
 */
export async function clientNamesAmong(tx: Tx, tenantId: TenantId, spelled: string[]): Promise<string[]> {
  if (spelled.length === 0) return [];
  const { rows } = await tx.raw(
    `select distinct body ->> 'name' as name
     from mirror_records
     where tenant_id = :tenantId and kind in ('contacts', 'companies') and deleted_at is null
       and left(lower(body ->> 'name'), 300) in (select left(lower(one), 300) from unnest(:spelled::text[]) as one)
       and lower(body ->> 'name') in (select lower(one) from unnest(:spelled::text[]) as one)`,
    { tenantId, spelled },
  );
  return rows.map((row: { name: string }) => row.name);
}
