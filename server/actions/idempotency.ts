import type { Db, Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { ActionKeyReused } from './errors.ts';
import { hashOf } from './json.ts';

export interface RequestKey {
  /** As the audit log names the caller: `rep:9100001`. */
  actor: string;
  /** Null where the caller sent none; then every request stands for itself. */
  key: string | null;
  operation: string;
  /** All that the request asks for. */
  request: unknown;
}

/**
 * The same request again is answered as it was, before anything is looked at: what it was about may have
 * changed or gone since.
 *
 * @returns null the first time
 * @throws ActionKeyReused if another request has the key
 */
export async function answeredBefore<T>(
  db: Db,
  tenantId: TenantId,
  request: RequestKey | null | undefined,
  show: (tx: Tx, result: Record<string, unknown>) => Promise<T>,
): Promise<T | null> {
  if (request?.key == null) return null;
  const { actor, key, operation } = request;
  return db.withTenant(tenantId, async tx => {
    const row = await tx('idempotency_keys').where({ tenant_id: tenantId, actor, key }).first();
    if (!row) return null;
    if (row.route !== operation || row.request_hash !== hashOf(request.request)) throw new ActionKeyReused();
    return show(tx, row.result);
  });
}

/**
 * Claims the key within the transaction of the change it stands for.
 *
 * @returns null the first time; what was made then when the same request comes again
 * @throws ActionKeyReused if another request has it
 */
export async function claimKey(
  tx: Tx,
  tenantId: TenantId,
  { actor, key, operation, request }: RequestKey,
  result: object,
): Promise<Record<string, unknown> | null> {
  if (key === null) return null;
  const requestHash = hashOf(request);
  const inserted = await tx('idempotency_keys')
    .insert({
      tenant_id: tenantId,
      actor,
      key,
      route: operation,
      request_hash: requestHash,
      result: JSON.stringify(result),
    })
    .onConflict(['tenant_id', 'actor', 'key'])
    .ignore()
    .returning('key');
  if (inserted.length > 0) return null;
  const row = await tx('idempotency_keys').where({ tenant_id: tenantId, actor, key }).first();
  if (row.route !== operation || row.request_hash !== requestHash) throw new ActionKeyReused();
  return row.result;
}
