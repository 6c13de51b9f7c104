import type { Db } from '../../db/index.ts';
import type { Queue, Sweep } from '../../jobs/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { syncSourceJob } from '../job-names.ts';
import { silentSecondsMax } from './source-queries.ts';

export interface SourceSweepDeps {
  db: Db;
  queue: Queue;
  listTenants(): Promise<TenantId[]>;
  soleProcess: boolean;
}

const queuedSecondsMax = 5;

const hasOpen = `exists (select from sources where state in ('queued', 'syncing'))
  or exists (select from sources where next_sync_at < now())`;

/** Finds sources that are due, that wait without a job, or whose worker died. */
export function sourcesSweep({ db, queue, listTenants, soleProcess }: SourceSweepDeps): Sweep {
  let justStarted = soleProcess;
  return {
    name: 'knowledge.sources',
    async run(signal) {
      const orphaned = justStarted;
      for (const tenantId of await db.tenantsWhere(await listTenants(), hasOpen)) {
        if (signal.aborted) return;
        const { rows } = await db.withTenant(tenantId, tx =>
          tx.raw(
            `
            update sources set state = 'queued', claim_id = null, updated_at = now(),
              next_sync_at = case when state in ('ready', 'failed') then null else next_sync_at end,
              settings = case when kind = 'archive' and state in ('ready', 'failed')
                then settings || '{"at": 0}' else settings end
            where tenant_id = :tenantId and (
              (state = 'queued' and updated_at < now() - make_interval(secs => :queuedSecondsMax))
              or (state = 'syncing' and (:orphaned or updated_at < now() - make_interval(secs => :silentSecondsMax)))
              or (state in ('ready', 'failed') and next_sync_at < now()))
            returning id`,
            { tenantId, orphaned, queuedSecondsMax, silentSecondsMax },
          ),
        );
        for (const { id } of rows as { id: string }[]) await queue.add(syncSourceJob(tenantId, id));
      }
      justStarted = false;
    },
  };
}
