import type { Db } from '../../db/index.ts';
import type { Sweep } from '../../jobs/index.ts';
import type { Clock, Logger, TenantId } from '../../kernel/index.ts';
import { dropTracesBefore } from './keep-trace.ts';

export interface TraceSweepDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  listTenants(): Promise<TenantId[]>;
  /** How long traces are kept. */
  days: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Lets go of traces that are older than the operator keeps them; runs and their numbers stay. */
export function traceSweep({ db, clock, log, listTenants, days }: TraceSweepDeps): Sweep {
  let nextAt = 0;
  return {
    name: 'agents.old-traces',
    async run(signal) {
      const now = clock.now().getTime();
      if (now < nextAt) return;
      nextAt = now + dayMs;
      const before = new Date(now - days * dayMs);
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        const gone = await db.withTenant(tenantId, tx => dropTracesBefore(tx, tenantId, before));
        if (gone > 0) log.info({ tenantId, gone }, 'old traces were dropped');
      }
    },
  };
}
