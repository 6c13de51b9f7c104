import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { destroyPersonKey } from './person-keys.ts';
import { eraseSummaries } from './summary/index.ts';

/**
 * Makes what is kept about a person unreadable for good, copies included, by destroying its key; what a
 * conversation came to is taken away with it.
 *
 * @returns whether there was anything
 */
export async function erasePerson(tx: Tx, tenantId: TenantId, person: string): Promise<boolean> {
  // First the rows that a worker may be about to write: it waits, and then sees that they are gone.
  await eraseSummaries(tx, tenantId, [person]);
  return destroyPersonKey(tx, tenantId, person);
}
