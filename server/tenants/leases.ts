import { type Db, outsideTransaction } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';

export interface LeaseOptions {
  name: string;
  ttlMs: number;
  waitMs: number;
  /** Keeps the lease while `work` runs, so that a short `ttlMs` suits long work: a crash blocks for no longer. */
  renew?: boolean;
}

/**
 * Runs `work` while no other process runs work of the same name for this tenant. A lease is a row that
 * expires, so that a killed holder blocks nobody for longer than `ttlMs`, and no connection is held.
 *
 * `lost` aborts if a lease that is renewed could not be kept.
 *
 * @returns null, without running, if another holds it and did not let go within `waitMs`
 */
export async function withLease<T>(
  db: Db,
  tenantId: TenantId,
  { name, ttlMs, waitMs, renew = false }: LeaseOptions,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<{ value: T } | null> {
  const holder = newId();
  const deadline = Date.now() + waitMs;
  for (;;) {
    if (await take(db, tenantId, name, holder, ttlMs)) break;
    if (Date.now() >= deadline) return null;
    await new Promise(resolve => setTimeout(resolve, 50 + Math.random() * 100));
  }
  const lost = new AbortController();
  const renewing = renew ? keep(db, tenantId, { name, ttlMs, holder }, lost) : null;
  try {
    return { value: await work(lost.signal) };
  } finally {
    await renewing?.stop();
    await db.withTenant(tenantId, tx => tx('leases').where({ tenant_id: tenantId, name, holder }).delete());
  }
}

/** Frees what a process held that is surely dead: for a database that serves one process, at its start. */
export async function freeLeases(db: Db, tenantId: TenantId): Promise<void> {
  await db.withTenant(tenantId, tx => tx('leases').where({ tenant_id: tenantId }).delete());
}

function keep(
  db: Db,
  tenantId: TenantId,
  { name, ttlMs, holder }: { name: string; ttlMs: number; holder: string },
  lost: AbortController,
): { stop(): Promise<void> } {
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = outsideTransaction(() => take(db, tenantId, name, holder, ttlMs)).then(
      kept => kept || lost.abort(new Error(`the lease ${name} was lost`)),
      // One failure is within the time that the lease has left.
      () => undefined,
    );
  }, ttlMs / 3).unref();
  return {
    async stop() {
      clearInterval(timer);
      await renewing;
    },
  };
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
       where leases.expires_at < now() or leases.holder = excluded.holder`,
      { tenantId, name, holder, seconds: ttlMs / 1000 },
    ),
  );
  return rowCount === 1;
}
