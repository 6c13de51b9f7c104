import { z } from 'zod';
import type { Job, Queue, Sweep } from '../jobs/index.ts';
import { completeInstall, type InstallDeps } from './install.ts';
import { syncUsers } from './users.ts';

const name = 'kommo.complete-install';
const Payload = z.object({ installId: z.uuid() });

export function installJob(installId: string): Job {
  return { name, key: installId, payload: { tenantId: null, installId } };
}

export async function workInstalls(queue: Queue, deps: InstallDeps): Promise<void> {
  await queue.work(name, payload => completeInstall(deps, Payload.parse(payload).installId), {
    concurrency: 2,
  });
}

/** Codes whose job was lost. Waits a little, so that a job that is on its way is not doubled. */
export function installSweep(queue: Queue, deps: InstallDeps): Sweep {
  return {
    name: 'kommo.installs',
    async run() {
      const rows = await deps.db.withoutTenant(tx =>
        tx('pending_installs')
          .where({ state: 'waiting' })
          .where(free => free.whereNull('claimed_until').orWhere('claimed_until', '<', tx.fn.now()))
          .where('created_at', '<', new Date(deps.clock.now().getTime() - 5_000))
          .limit(100)
          .select('id'),
      );
      for (const { id } of rows) await queue.add(installJob(id));
    },
  };
}

const areOld = `exists (select from tenants where state = 'ready')
  and not exists (select from kommo_users where synced_at >= ($2 ->> 'before')::timestamptz)`;

/** Users and rights, read again when they are older than 15 minutes. */
export function usersSweep(deps: InstallDeps): Sweep {
  const everyMs = 15 * 60_000;
  return {
    name: 'kommo.users',
    async run(signal) {
      const routes = new Map((await deps.directory.all()).map(route => [route.tenantId, route]));
      const before = new Date(deps.clock.now().getTime() - everyMs).toISOString();
      for (const tenantId of await deps.db.tenantsWhere([...routes.keys()], areOld, { before })) {
        if (signal.aborted) return;
        const origin = routes.get(tenantId)?.origin ?? '';
        await syncUsers(deps, { tenantId, origin }, 'sync').catch(error =>
          deps.log.warn({ tenantId, err: error }, 'users could not be read'),
        );
      }
    },
  };
}
