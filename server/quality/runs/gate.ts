import type { TenantId } from '../../kernel/index.ts';
import type { Actor } from '../../knowledge/index.ts';
import type { Candidate, QualityDeps } from '../deps.ts';
import { storeRun } from './begin-run.ts';
import type { ChangeView, RegressionView, RunFigures } from './figures.ts';
import { performRun } from './perform-run.ts';
import { readRun } from './run-view.ts';

export interface GateRequest {
  setId: string;
  /** What would be published: ids that `search` and `answer` of the slice's deps understand. */
  candidate: Candidate | null;
  /** Asks the agent as well, which costs what its answers cost. */
  withAnswers?: boolean;
  actor: Actor;
  /** The same key again continues or answers the same run. */
  idempotencyKey: string | null;
  signal: AbortSignal;
}

export interface GateVerdict {
  runId: string;
  passed: boolean;
  figures: RunFigures | null;
  /** Null where the set was never run before: then there is nothing to fall below, and it passes. */
  change: ChangeView | null;
  regressions: RegressionView[];
}

/**
 * Runs a golden set over what would be published and says whether it may be: no figure may fall by more than the
 * set tolerates, against the last run that passed. Takes as long as asking all questions.
 *
 * @throws NotFound, GoldenSetEmpty, and what search or the agent say
 */
export async function gate(
  deps: QualityDeps,
  tenantId: TenantId,
  { setId, candidate, withAnswers = false, actor, idempotencyKey, signal }: GateRequest,
): Promise<GateVerdict> {
  const run = { setId, withAnswers, candidate, isGate: true, actor, idempotencyKey };
  const id = await storeRun(deps, tenantId, run);
  await performRun(deps, tenantId, id, signal);
  const { state, gate, figures, change } = await deps.db.withTenant(tenantId, tx =>
    readRun(tx, tenantId, id),
  );
  return {
    runId: id,
    passed: state === 'done' && gate?.passed === true,
    figures,
    change,
    regressions: gate?.regressions ?? [],
  };
}
