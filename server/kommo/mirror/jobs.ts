import { z } from 'zod';
import type { Job, Queue, Sweep } from '../../jobs/index.ts';
import { asTenantId, type TenantId, toError } from '../../kernel/index.ts';
import { readTenant } from '../../tenants/index.ts';
import type { Account } from '../client.ts';
import { ReconnectNeeded } from '../errors.ts';
import { dropOld } from './retention.ts';
import { readDue, syncTurn } from './sync.ts';
import type { MirrorDeps } from './wanted.ts';

const name = 'kommo.sync';
const Payload = z.object({ tenantId: z.uuid() });

export interface SyncJobDeps extends MirrorDeps {
  queue: Queue;
  /** Hooks come first, so that nothing changes unseen while the first walk is under way. */
  ensureSubscribed(account: Account): Promise<void>;
  isCheckDue(tenantId: TenantId): Promise<boolean>;
  listTenants(): Promise<TenantId[]>;
}

/** Another key each second, as for hooks: the last lines of a turn would swallow the next one. */
export function syncJob(tenantId: TenantId): Job {
  return { name, key: `${tenantId}-${Math.floor(Date.now() / 1000)}`, payload: { tenantId } };
}

export async function workSync(deps: SyncJobDeps): Promise<void> {
  await deps.queue.work(
    name,
    (payload, signal) => runSync(deps, asTenantId(Payload.parse(payload).tenantId), signal),
    { concurrency: 2 },
  );
}

async function runSync(deps: SyncJobDeps, tenantId: TenantId, signal: AbortSignal): Promise<void> {
  const tenant = await deps.db.withTenant(tenantId, tx => readTenant(tx, tenantId));
  if (tenant?.state !== 'ready') return;
  const account = { tenantId, origin: tenant.origin };
  try {
    if (await deps.isCheckDue(tenantId)) await deps.ensureSubscribed(account);
    const hasMore = await syncTurn(deps, account, signal);
    if (hasMore && !signal.aborted) await deps.queue.add(syncJob(tenantId));
  } catch (error) {
    if (!(error instanceof ReconnectNeeded)) throw error;
  }
}

/** Asks for a turn wherever something is due, and forgets what nobody will ask for again. */
export function mirrorSweep(deps: SyncJobDeps): Sweep {
  const sweptAt = new Map<TenantId, number>();
  return {
    name: 'kommo.mirror',
    async run(signal) {
      for (const tenantId of await deps.listTenants()) {
        if (signal.aborted) return;
        const isReady = await deps.db.withTenant(tenantId, async tx => {
          await dropOld(tx, tenantId, deps.clock.now(), sweptAt);
          return (await readTenant(tx, tenantId))?.state === 'ready';
        });
        if (!isReady) continue;
        if ((await deps.isCheckDue(tenantId)) || (await readDue(deps, tenantId)).length > 0)
          await deps.queue.add(syncJob(tenantId)).catch(thrown => {
            deps.log.warn(
              { tenantId, err: toError(thrown) },
              'a turn of the mirror waits for the next sweep',
            );
          });
      }
    },
  };
}
