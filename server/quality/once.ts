import { createHash } from 'node:crypto';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Actor } from '../knowledge/index.ts';
import { QualityKeyReused } from './errors.ts';

export interface Request {
  actor: Actor;
  /** Null where the caller sent none; then every request stands for itself. */
  idempotencyKey: string | null;
  operation: string;
  /** All that the request asks for. */
  asked: unknown;
}

/**
 * The id of what this request makes: `newId` the first time, and what was made then when it comes again.
 *
 * @throws QualityKeyReused if another request has the key
 */
export async function claimOnce(
  tx: Tx,
  tenantId: TenantId,
  { actor, idempotencyKey, operation, asked }: Request,
  newId: string,
): Promise<{ id: string; isNew: boolean }> {
  if (idempotencyKey === null) return { id: newId, isNew: true };
  const key = { tenant_id: tenantId, actor: `${actor.kind}:${actor.id ?? ''}`, key: idempotencyKey };
  const requestHash = createHash('sha256')
    .update(JSON.stringify([operation, asked]))
    .digest('hex');
  const row = { ...key, route: operation, request_hash: requestHash, result: JSON.stringify({ id: newId }) };
  const taken = await tx('idempotency_keys').insert(row).onConflict().ignore().returning('key');
  if (taken.length > 0) return { id: newId, isNew: true };
  const earlier = await tx('idempotency_keys').where(key).first();
  if (earlier?.route !== operation || earlier.request_hash !== requestHash) throw new QualityKeyReused();
  return { id: earlier.result.id, isNew: false };
}
