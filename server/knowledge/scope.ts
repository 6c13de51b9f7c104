import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** Those of these sources that the account does not have; another account's are among them. */
export async function missingSources(tx: Tx, tenantId: TenantId, sourceIds: string[]): Promise<string[]> {
  const rows = await tx('sources').where({ tenant_id: tenantId }).whereIn('id', sourceIds).select('id');
  const known = new Set(rows.map(({ id }) => id));
  return sourceIds.filter(id => !known.has(id));
}
