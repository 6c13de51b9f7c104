import type { Db } from '../db/index.ts';
import type { Files } from '../files/index.ts';
import type { Sweep } from '../jobs/index.ts';
import type { Clock, Logger, TenantId } from '../kernel/index.ts';
import { eraseTenant, leftTenants } from './erase-tenant.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

export interface EraseDeps {
  db: Db;
  files: Files;
  clock: Clock;
  log: Logger;
  listTenants(): Promise<TenantId[]>;
  /** For how long an account that has left finds its data again. */
  retentionDays: number;
}

/**
 * Erases accounts that left longer ago than the retention time. Rows go first, while it is certain that the
 * account has not come back; a file that a crash leaves behind belongs to nothing then and goes with those.
 */
export function eraseSweep({ db, files, clock, log, listTenants, retentionDays }: EraseDeps): Sweep {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'tenants.erase-left',
    async run(signal) {
      const now = clock.now().getTime();
      if (Math.abs(now - sweptAt) < hourMs) return;
      sweptAt = now;
      const leftBefore = new Date(now - retentionDays * dayMs);
      for (const tenantId of await leftTenants(db, await listTenants(), leftBefore)) {
        if (signal.aborted) return;
        if (!(await eraseTenant(db, tenantId, leftBefore))) continue;
        for (const { key } of await files.list(tenantId)) await files.remove(tenantId, key);
        log.info({ tenantId }, 'an account that left was erased');
      }
    },
  };
}
