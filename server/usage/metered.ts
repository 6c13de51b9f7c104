import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { reserve, settle } from './ledger.ts';

export interface MeteredCall {
  day: string;
  purpose: string;
  model: string;
  /** What the call can cost at most, and what it counts with once it was made; millionths of a US dollar. */
  atMostMicros: number;
  costMicros: number;
  inputTokens: number;
  capMicros: number;
}

/**
 * Makes a call whose provider reports no cost to us: sets money aside, calls, and counts the estimate. A call
 * that failed counts too, because it may have been charged.
 *
 * @throws CapReached before anything is spent
 */
export async function metered<T>(
  db: Db,
  tenantId: TenantId,
  call: MeteredCall,
  work: () => Promise<T>,
): Promise<T> {
  const { day, purpose, model, atMostMicros, costMicros, inputTokens, capMicros } = call;
  const { id } = await db.withTenant(tenantId, tx =>
    reserve(tx, tenantId, { day, purpose, runId: null, model, micros: atMostMicros, capMicros }),
  );
  try {
    return await work();
  } finally {
    await db.withTenant(tenantId, tx =>
      settle(tx, tenantId, id, { costMicros, inputTokens, outputTokens: 0 }),
    );
  }
}
