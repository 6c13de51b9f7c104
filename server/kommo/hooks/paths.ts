import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Db, Tx } from '../../db/index.ts';
import { asTenantId, type TenantId } from '../../kernel/index.ts';

/** From the secret part of a hook's address to the tenant. Kommo signs no hook: the address is all there is. */
export interface HookPaths {
  /** Null for any path that is not in use, however it is spelled. */
  tenantOf(path: string): Promise<TenantId | null>;
  isInUse(path: string): Promise<boolean>;
  set(tx: Tx, tenantId: TenantId, path: string): Promise<void>;
}

/** 192 random bits. */
export function newPath(): string {
  return randomBytes(24).toString('base64url');
}

const spelling = /^[\w-]{32}$/;

/** Found ones are remembered for 3 s, like the routes of tenants; unknown ones are not, or guessing would fill the memory. */
export function hookPaths(db: Db): HookPaths {
  const remembered = new LRUCache<string, TenantId>({ max: 10_000, ttl: 3_000 });

  async function find(path: string): Promise<TenantId | null> {
    if (!spelling.test(path)) return null;
    const row = await db.withoutTenant(tx =>
      tx('hook_paths')
        .where({ path_hash: hash(path) })
        .first('tenant_id'),
    );
    return row ? asTenantId(row.tenant_id) : null;
  }
  return {
    async tenantOf(path) {
      const known = remembered.get(path);
      if (known) return known;
      const tenantId = await find(path);
      if (tenantId !== null) remembered.set(path, tenantId);
      return tenantId;
    },
    isInUse: async path => (await find(path)) !== null,
    async set(tx, tenantId, path) {
      const row = { path_hash: hash(path), tenant_id: tenantId };
      await tx('hook_paths').insert(row).onConflict('tenant_id').merge(row);
    },
  };
}

/** Random enough that a plain hash hides it. */
function hash(path: string): Buffer {
  return createHash('sha256').update(path).digest();
}
