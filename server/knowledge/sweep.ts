import type { Db } from '../db/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Embedder } from '../llm/index.ts';
import { silenceSecondsMax } from './claim.ts';
import { failedLately, findSpace, selectLacking } from './embed-passages.ts';
import { embedPassagesJob, indexDocumentJob } from './job-names.ts';

export interface SweepDeps {
  db: Db;
  queue: Queue;
  embedder: Embedder | null;
  listTenants(): Promise<TenantId[]>;
  /** True where no other process shares the database: what was being indexed before the start is then dead. */
  soleProcess: boolean;
}

/** The upload itself adds the job; only when that was lost is the document still queued after this long. */
const queuedSecondsMax = 5;

/** Finds documents that wait without a job or whose worker died, and passages that lack vectors. */
export function unfinishedDocumentsSweep({
  db,
  queue,
  embedder,
  listTenants,
  soleProcess,
}: SweepDeps): Sweep {
  let justStarted = soleProcess;
  return {
    name: 'knowledge.unfinished-documents',
    async run(signal) {
      const orphaned = justStarted;
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        const unfinished = await db.withTenant(tenantId, async tx => {
          const { rows } = await tx.raw(
            `
            update documents set state = 'queued', claim_id = null, updated_at = now()
            where tenant_id = :tenantId and (
              (state = 'queued' and updated_at < now() - make_interval(secs => :queuedSecondsMax))
              or (state = 'indexing' and (:orphaned or updated_at < now() - make_interval(secs => :silenceSecondsMax))))
            returning id`,
            { tenantId, orphaned, queuedSecondsMax, silenceSecondsMax },
          );
          const spaceId = embedder && (await findSpace(tx, tenantId, embedder));
          const waits = spaceId !== null && !(await failedLately(tx, tenantId, spaceId));
          const lacking = waits ? await selectLacking(tx, tenantId, spaceId) : [];
          return {
            ids: (rows as { id: string }[]).map(({ id }) => id),
            lacksVectors: lacking.length > 0,
          };
        });
        for (const id of unfinished.ids) await queue.add(indexDocumentJob(tenantId, id));
        if (unfinished.lacksVectors) await queue.add(embedPassagesJob(tenantId));
      }
      justStarted = false;
    },
  };
}
