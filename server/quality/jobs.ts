import { z } from 'zod';
import type { JobHandler, Sweep } from '../jobs/index.ts';
import { asTenantId, type TenantId, toError } from '../kernel/index.ts';
import type { QualityDeps } from './deps.ts';
import { TooFewLabels } from './errors.ts';
import { evalRunJob, evalRunName } from './job-names.ts';
import { silentSecondsMax } from './runs/claim-run.ts';
import { performRun } from './runs/perform-run.ts';
import { learnThreshold } from './threshold/learn-threshold.ts';

const EvalRun = z.object({ tenantId: z.uuid(), runId: z.uuid() });
const queuedSecondsMax = 5;

/** The background work of this slice, for `queue.work`. */
export function qualityJobs(deps: QualityDeps): { name: string; handler: JobHandler; concurrency: number }[] {
  return [
    {
      name: evalRunName,
      concurrency: 1,
      async handler(payload, signal) {
        const { tenantId, runId } = EvalRun.parse(payload);
        await performRun(deps, asTenantId(tenantId), runId, signal);
        await learnFrom(deps, asTenantId(tenantId), signal);
      },
    },
  ];
}

/** What a run found out about scores is used from then on; with too little of it, all stays as it was. */
async function learnFrom(deps: QualityDeps, tenantId: TenantId, signal: AbortSignal): Promise<void> {
  try {
    await learnThreshold(deps, tenantId, { kind: 'system', id: null }, signal);
  } catch (thrown) {
    if (thrown instanceof TooFewLabels || signal.aborted) return;
    deps.log.warn({ tenantId, err: toError(thrown) }, 'no threshold could be learned from a run');
  }
}

export interface QualitySweepDeps extends QualityDeps {
  listTenants(): Promise<TenantId[]>;
  /** True where no other process shares the database: what ran before the start is then dead. */
  soleProcess: boolean;
}

const hasOpen = `exists (select from eval_runs where state in ('queued', 'running'))`;

/** Finds runs that wait without a job, or whose worker died; they go on where they were. */
export function evalRunsSweep({ db, queue, listTenants, soleProcess }: QualitySweepDeps): Sweep {
  let justStarted = soleProcess;
  return {
    name: 'quality.eval-runs',
    async run(signal) {
      const orphaned = justStarted;
      for (const tenantId of await db.tenantsWhere(await listTenants(), hasOpen)) {
        if (signal.aborted) return;
        const { rows } = await db.withTenant(tenantId, tx =>
          tx.raw(
            `
            update eval_runs set state = 'queued', claim_id = null, updated_at = now()
            where tenant_id = :tenantId and (
              (state = 'queued' and updated_at < now() - make_interval(secs => :queuedSecondsMax))
              or (state = 'running' and (:orphaned or updated_at < now() - make_interval(secs => :silentSecondsMax))))
            returning id`,
            { tenantId, orphaned, queuedSecondsMax, silentSecondsMax },
          ),
        );
        for (const { id } of rows as { id: string }[]) await queue.add(evalRunJob(tenantId, id));
      }
      justStarted = false;
    },
  };
}
