import { z } from 'zod';
import type { Job, Queue, Sweep } from '../../jobs/index.ts';
import { asTenantId, type Clock, newId, type TenantId } from '../../kernel/index.ts';
import type { MirrorDeps } from '../mirror/index.ts';
import { takePosts } from './take-posts.ts';

const name = 'kommo.take-hooks';
const Payload = z.object({ tenantId: z.uuid() });

/**
 * Another key each second: a queue may take a job under the key of one that runs for the same, and what
 * came while that one was ending would wait for the sweep.
 */
export function takePostsJob(tenantId: TenantId, clock: Clock): Job {
  return { name, key: `${tenantId}-${Math.floor(clock.now().getTime() / 1000)}`, payload: { tenantId } };
}

export async function workHooks(queue: Queue, deps: MirrorDeps): Promise<void> {
  await queue.work(
    name,
    async (payload, signal) => {
      const tenantId = asTenantId(Payload.parse(payload).tenantId);
      // Behind the jobs of other accounts.
      if (await takePosts(deps, tenantId, signal))
        await queue.add({ name, key: `${tenantId}-${newId()}`, payload: { tenantId } });
    },
    { concurrency: 4 },
  );
}

const hasDue = `exists (select from hook_posts where due_at <= ($2 ->> 'at')::timestamptz)
  or exists (select from hook_hints where due_at <= ($2 ->> 'at')::timestamptz)`;

/** Posts whose job was lost, and those whose pause after a failure is over. */
export function hooksSweep({
  db,
  queue,
  clock,
  listTenants,
}: {
  db: MirrorDeps['db'];
  queue: Queue;
  clock: Clock;
  listTenants(): Promise<TenantId[]>;
}): Sweep {
  return {
    name: 'kommo.hooks',
    async run(signal) {
      const at = new Date(clock.now().getTime() - 2_000).toISOString();
      for (const tenantId of await db.tenantsWhere(await listTenants(), hasDue, { at })) {
        if (signal.aborted) return;
        await queue.add(takePostsJob(tenantId, clock));
      }
    },
  };
}
