import { z } from 'zod';
import type { Job, Queue, Sweep } from '../../jobs/index.ts';
import { asTenantId, type Clock, type TenantId } from '../../kernel/index.ts';
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
    async (payload, signal) => takePosts(deps, asTenantId(Payload.parse(payload).tenantId), signal),
    { concurrency: 2 },
  );
}

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
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        const waits = await db.withTenant(tenantId, tx =>
          tx('hook_posts')
            .where({ tenant_id: tenantId })
            .where('due_at', '<', new Date(clock.now().getTime() - 2_000))
            .first('attempts'),
        );
        if (waits) await queue.add(takePostsJob(tenantId, clock));
      }
    },
  };
}
