import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/** The leads that a contact is tied to, as far as the mirror knows; it reads all leads, and is for rare use. */
export async function leadsOfContact(tx: Tx, tenantId: TenantId, contactId: number): Promise<number[]> {
  const { rows } = await tx.raw(
    `select id from mirror_records
     where tenant_id = :tenantId and kind = 'leads' and body #> '{_embedded,contacts}' @> cast(:contact as jsonb)`,
    { tenantId, contact: JSON.stringify([{ id: contactId }]) },
  );
  return rows.map(({ id }: { id: string }) => Number(id));
}
