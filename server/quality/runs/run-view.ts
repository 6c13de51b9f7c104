import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';
import { ChangeView, changeSince, RegressionView, RunFigures } from './figures.ts';
import { readAsked } from './finish-run.ts';

export const RunView = z.object({
  id: z.uuid(),
  setId: z.uuid(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  /** Whether the agent was asked as well, and not search alone. */
  withAnswers: z.boolean(),
  candidate: z.record(z.string(), z.string()).nullable(),
  progress: z.object({ done: z.int(), total: z.int() }),
  /** The score from which a passage counted as support. */
  threshold: z.number(),
  figures: RunFigures.nullable(),
  /** Against the last run; of a gate, against the last one that passed. Null for the first. */
  change: ChangeView.nullable(),
  /** Null for a run that nothing waits for. */
  gate: z
    .object({
      passed: z.boolean().nullable(),
      tolerance: z.number(),
      /** What fell by more than that. */
      regressions: z.array(RegressionView),
    })
    .nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type RunView = z.output<typeof RunView>;

/** @throws NotFound */
export async function readRun(tx: Tx, tenantId: TenantId, runId: string): Promise<RunView> {
  const row = await tx('eval_runs as r')
    .join('golden_sets as s', { 's.tenant_id': 'r.tenant_id', 's.id': 'r.set_id' })
    .where({ 'r.tenant_id': tenantId, 'r.id': runId })
    .first('r.*', 's.tolerance');
  if (!row) throw new NotFound('eval run');
  const tolerance = Number(row.tolerance.toFixed(4));
  const compared =
    row.baseline_id === null
      ? null
      : changeSince(
          row.baseline_id,
          await readAsked(tx, tenantId, row.baseline_id),
          await readAsked(tx, tenantId, runId),
          tolerance,
        );
  return {
    id: row.id,
    setId: row.set_id,
    state: row.state,
    withAnswers: row.with_answers,
    candidate: row.candidate,
    progress: { done: row.done, total: row.total },
    threshold: Number(row.threshold.toFixed(4)),
    figures: row.figures,
    change: compared?.change ?? null,
    gate: row.is_gate ? { passed: row.passed, tolerance, regressions: compared?.regressions ?? [] } : null,
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
