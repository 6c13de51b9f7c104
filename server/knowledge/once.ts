import { createHash } from 'node:crypto';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { AddOptions } from './add-document.ts';
import { UploadKeyReused } from './errors.ts';

/**
 * The id of what a request makes: `id` the first time, and what was made then when the same request comes again.
 *
 * @throws UploadKeyReused if another request has the key
 */
export async function claimOnce(
  tx: Tx,
  tenantId: TenantId,
  { actor, idempotencyKey }: AddOptions,
  { id, operation, asked }: { id: string; operation: string; asked: unknown },
): Promise<{ id: string; isNew: boolean }> {
  if (idempotencyKey === null) return { id, isNew: true };
  const key = { tenant_id: tenantId, actor: `${actor.kind}:${actor.id ?? ''}`, key: idempotencyKey };
  const requestHash = createHash('sha256')
    .update(JSON.stringify([operation, asked]))
    .digest('hex');
  const row = { ...key, route: operation, request_hash: requestHash, result: JSON.stringify({ id }) };
  const taken = await tx('idempotency_keys').insert(row).onConflict().ignore().returning('key');
  if (taken.length > 0) return { id, isNew: true };
  const earlier = await tx('idempotency_keys').where(key).first();
  if (earlier?.route !== operation || earlier.request_hash !== requestHash) throw new UploadKeyReused();
  return { id: earlier.result.id, isNew: false };
}
