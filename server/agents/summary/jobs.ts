import { z } from 'zod';
import type { Job, Queue, Sweep } from '../../jobs/index.ts';
import { asTenantId, type TenantId } from '../../kernel/index.ts';
import { type SummariseDeps, summarise } from './summarise.ts';
import { dueSummaries } from './summary-queries.ts';

const name = 'agents.summarise-conversation';
const Payload = z.object({ tenantId: z.uuid(), conversationId: z.uuid() });

export function summaryJob(tenantId: TenantId, conversationId: string): Job {
  return { name, key: conversationId, payload: { tenantId, conversationId } };
}

export async function workSummaries(deps: SummariseDeps & { queue: Queue }): Promise<void> {
  await deps.queue.work(name, async (payload, signal) => {
    const { tenantId, conversationId } = Payload.parse(payload);
    await summarise(deps, asTenantId(tenantId), conversationId, signal);
  });
}

const hasDue = 'exists (select from conversation_summaries where due_at is not null)';

export function summariesSweep(
  { db, queue }: Pick<SummariseDeps, 'db'> & { queue: Queue },
  listTenants: () => Promise<TenantId[]>,
): Sweep {
  return {
    name: 'agents.summaries',
    async run(signal) {
      for (const tenantId of await db.tenantsWhere(await listTenants(), hasDue)) {
        if (signal.aborted) return;
        const due = await db.withTenant(tenantId, tx => dueSummaries(tx, tenantId));
        for (const conversationId of due) await queue.add(summaryJob(tenantId, conversationId));
      }
    },
  };
}
