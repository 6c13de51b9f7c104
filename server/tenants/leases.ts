import type { Db } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';

/**
 * Runs `work` while no other process runs work of the same name for this tenant. A lease is a row that
 * expires, so that a killed holder blocks nobody for longer than `ttlMs`, and no connection is held.
 *
 * @returns null, without running, if another holds it and did not let go within `waitMs`
 */
export async function withLease<T>(
  db: Db,
  tenantId: TenantId,
  { name, ttlMs, waitMs }: { name: string; ttlMs: number; waitMs: number },
  work: () => Promise<T>,
): Promise<{ value: T } | null> {
  const holder = newId();
  const deadline = Date.now() + waitMs;
  for (;;) {
    if (await take(db, tenantId, name, holder, ttlMs)) break;
    if (Date.now() >= deadline) return null;
    await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 100));
  }
  try {
    return { value: await work() };
  } finally {
    await db.withTenant(tenantId, tx => tx('leases').where({ tenant_id: tenantId, name, holder }).delete());
  }
}

async function take(
  db: Db,
  tenantId: TenantId,
  name: string,
  holder: string,
  ttlMs: number,
): Promise<boolean> {
  const { rowCount } = await db.withTenant(tenantId, tx =>
    tx.raw(
      `insert into leases (tenant_id, name, holder, expires_at)
       values (:tenantId, :name, :holder, now() + make_interval(secs => :seconds))
       on conflict (tenant_id, name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where leases.expires_at < now()`,
      { tenantId, name, holder, seconds: ttlMs / 1000 },
    ),
  );
  return rowCount === 1;
}
