import type { Db, Tx } from '../db/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import type { Logger, TenantId } from '../kernel/index.ts';
import type { Embedder } from '../llm/index.ts';
import { silenceSecondsMax } from './claim.ts';
import type { KnowledgeDeps } from './deps.ts';
import { selectLacking } from './embed-passages.ts';
import { enqueueNext } from './enqueue.ts';
import { embedPassagesJob, reindexJob } from './job-names.ts';
import { selectOutdated } from './reindex.ts';
import { configuredKind, failedLately, openSpaces, servingSpace } from './spaces/space.ts';

export interface SweepDeps {
  db: Db;
  queue: Queue;
  embedder: Embedder | null;
  precision?: KnowledgeDeps['precision'];
  log: Logger;
  listTenants(): Promise<TenantId[]>;
  /** True where no other process shares the database: what was waiting or being indexed before the start is then dead. */
  soleProcess: boolean;
}

/** The upload itself adds the job; only when that was lost is the document still queued after this long. */
const queuedSecondsMax = 5;

/** Finds documents that wait without a job or whose worker died, and passages that lack vectors or have an old index. */
export function unfinishedDocumentsSweep({
  db,
  queue,
  embedder,
  precision,
  log,
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
            with dead as (
              update documents set state = 'queued', claim_id = null, updated_at = now()
              where tenant_id = :tenantId and state = 'indexing'
                and (:orphaned or updated_at < now() - make_interval(secs => :silenceSecondsMax))
              returning id
            )
            select exists (select from dead) or exists (
              select from documents where tenant_id = :tenantId and state = 'queued'
                and (:orphaned or updated_at < now() - make_interval(secs => :queuedSecondsMax))) as waits`,
            { tenantId, orphaned, queuedSecondsMax, silenceSecondsMax },
          );
          return {
            waits: (rows as { waits: boolean }[])[0]?.waits === true,
            lacksVectors: embedder !== null && (await lacksVectors(tx, tenantId, embedder, precision)),
            isOutdated: (await selectOutdated(tx, tenantId)).length > 0,
          };
        });
        if (unfinished.waits) await enqueueNext({ db, queue, log }, tenantId);
        if (unfinished.lacksVectors) await queue.add(embedPassagesJob(tenantId));
        if (unfinished.isOutdated) await queue.add(reindexJob(tenantId));
      }
      justStarted = false;
    },
  };
}

/** Is there a space to fill? One that failed within the hour is left alone: more tries cost money. */
async function lacksVectors(
  tx: Tx,
  tenantId: TenantId,
  embedder: Embedder,
  precision: KnowledgeDeps['precision'],
): Promise<boolean> {
  const serving = await servingSpace(tx, tenantId, configuredKind(embedder, precision));
  const { building } = await openSpaces(tx, tenantId);
  if (building !== null && !failedLately(building)) return true;
  return !failedLately(serving) && (await selectLacking(tx, tenantId, serving.id, 1)).length > 0;
}
