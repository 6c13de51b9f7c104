import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Keys } from './keys.ts';
import { seal, unseal } from './seal.ts';

/** Seals a tenant's secrets with a data key of its own, which is sealed under the master key. */
export interface TenantSecrets {
  seal(tx: Tx, tenantId: TenantId, place: string, plain: string): Promise<Buffer>;
  /** @throws CannotUnseal */
  unseal(tx: Tx, tenantId: TenantId, place: string, sealed: Uint8Array): Promise<string>;
}

export function tenantSecrets(keys: Keys): TenantSecrets {
  const master = keys.derive('tenant-data-keys');
  const opened = new LRUCache<string, Buffer>({ max: 5000, ttl: 10 * 60_000 });

  async function dataKey(tx: Tx, tenantId: TenantId): Promise<Buffer> {
    const known = opened.get(tenantId);
    if (known) return known;
    const place = `data-key:${tenantId}`;
    const fresh = seal(master, randomBytes(32), place);
    await tx('tenant_keys')
      .insert({ tenant_id: tenantId, version: 1, sealed_key: fresh })
      .onConflict(['tenant_id', 'version'])
      .ignore();
    const row = await tx('tenant_keys')
      .where({ tenant_id: tenantId })
      .orderBy('version', 'desc')
      .first('sealed_key');
    const key = unseal(master, row.sealed_key, place);
    // Remembered only once it is certain that it was stored.
    void tx.executionPromise.then(
      () => opened.set(tenantId, key),
      () => undefined,
    );
    return key;
  }

  return {
    async seal(tx, tenantId, place, plain) {
      return seal(await dataKey(tx, tenantId), Buffer.from(plain), `${place}:${tenantId}`);
    },
    async unseal(tx, tenantId, place, sealed) {
      return unseal(await dataKey(tx, tenantId), sealed, `${place}:${tenantId}`).toString();
    },
  };
}
