import type { Db } from '../db/index.ts';
import type { Sweep } from '../jobs/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** Rows that nobody will ask for again: ended installs, sessions whose token is long over, old idempotency keys. */
export function wasteSweep({
  db,
  directory,
  clock,
}: {
  db: Db;
  directory: TenantDirectory;
  clock: Clock;
}): Sweep {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'kommo.waste',
    async run(signal) {
      const now = clock.now().getTime();
      // Two statements per tenant: too many for every round of sweeps.
      if (Math.abs(now - sweptAt) < hourMs) return;
      sweptAt = now;
      const daysAgo = (days: number) => new Date(now - days * dayMs);
      await db.withoutTenant(tx =>
        tx('pending_installs').whereNot({ state: 'waiting' }).where('created_at', '<', daysAgo(7)).delete(),
      );
      for (const { tenantId } of await directory.all()) {
        if (signal.aborted) return;
        await db.withTenant(tenantId, async tx => {
          await tx('sessions')
            .where({ tenant_id: tenantId })
            .where('token_expires_at', '<', daysAgo(1))
            .delete();
          await tx('idempotency_keys')
            .where({ tenant_id: tenantId })
            .where('created_at', '<', daysAgo(2))
            .delete();
        });
      }
    },
  };
}
