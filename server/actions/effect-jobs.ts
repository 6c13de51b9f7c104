import { z } from 'zod';
import type { Job, Queue, Sweep } from '../jobs/index.ts';
import { asTenantId, type TenantId } from '../kernel/index.ts';
import type { ActionsDeps } from './deps.ts';
import { dueEffects } from './effect-queries.ts';
import { performEffect } from './perform.ts';

const name = 'actions.perform-effect';
const Payload = z.object({ tenantId: z.uuid(), effectId: z.uuid() });

/**
 * A job with a key of its own for each attempt: a queue takes no second job under the key of one that is being
 * handled, and the worker that handles it may be the one that hangs.
 */
export function effectJob(tenantId: TenantId, effectId: string, attempts = 0): Job {
  return { name, key: `${effectId}.${attempts}`, payload: { tenantId, effectId } };
}

const hasOpen = `exists (select from effects where state in ('queued', 'performing', 'failed'))
  or exists (select from proposals where state in ('draft', 'open') and expires_at <= ($2 ->> 'now')::timestamptz)`;

export interface EffectWorker {
  work(queue: Queue): Promise<void>;
  /** Effects whose job was lost or whose worker died, and proposals that nobody decided in time. */
  sweep(options: { listTenants(): Promise<TenantId[]>; soleProcess: boolean }): Sweep;
  close(): void;
}

export function effectWorker(deps: ActionsDeps): EffectWorker {
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  /** The sweep would find it too, only later. */
  function later(tenantId: TenantId, effectId: string, at: Date): void {
    if (closed) return;
    const ms = Math.max(0, at.getTime() - deps.clock.now().getTime());
    const timer = setTimeout(() => {
      timers.delete(timer);
      void deps.hint(tenantId, effectId);
    }, ms).unref();
    timers.add(timer);
  }

  return {
    async work(queue) {
      const handler = async (payload: Job['payload']) => {
        const { tenantId, effectId } = Payload.parse(payload);
        const at = await performEffect(deps, asTenantId(tenantId), effectId);
        if (at !== null) later(asTenantId(tenantId), effectId, at);
      };
      await queue.work(name, handler, { concurrency: deps.atOnce });
    },
    sweep({ listTenants, soleProcess }) {
      // Where no other process shares the database, a claim from before this start belongs to a dead one.
      let startedAt: Date | null = soleProcess ? deps.clock.now() : null;
      return {
        name: 'actions.effects',
        async run(signal) {
          const now = deps.clock.now();
          const tenants = await deps.db.tenantsWhere(await listTenants(), hasOpen, {
            now: now.toISOString(),
          });
          for (const tenantId of tenants) {
            if (signal.aborted) return;
            const due = await deps.db.withTenant(tenantId, async tx => {
              await tx('proposals')
                .where({ tenant_id: tenantId })
                .whereIn('state', ['draft', 'open'])
                .where('expires_at', '<=', now)
                .update({ state: 'expired' });
              return dueEffects(tx, tenantId, { now, startedAt, limit: 500 });
            });
            for (const { id, attempts } of due) await deps.queue.add(effectJob(tenantId, id, attempts));
          }
          startedAt = null;
        },
      };
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
