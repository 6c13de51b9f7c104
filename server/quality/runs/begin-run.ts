import { recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { NotFound, newId, type TenantId, toError } from '../../kernel/index.ts';
import type { Actor } from '../../knowledge/index.ts';
import type { Candidate, QualityDeps } from '../deps.ts';
import { GoldenSetEmpty } from '../errors.ts';
import { evalRunJob } from '../job-names.ts';
import { claimOnce } from '../once.ts';

export interface NewRun {
  setId: string;
  withAnswers: boolean;
  candidate: Candidate | null;
  isGate: boolean;
  actor: Actor;
  idempotencyKey: string | null;
}

/**
 * Stores a run with every question it will ask, as they are now, and leaves the asking to a worker.
 *
 * @throws NotFound, GoldenSetEmpty, QualityKeyReused
 */
export async function beginRun(deps: QualityDeps, tenantId: TenantId, run: NewRun): Promise<string> {
  const id = await storeRun(deps, tenantId, run);
  // Added again for a key that came again: a job is only a hint.
  await deps.queue
    .add(evalRunJob(tenantId, id))
    .catch(thrown =>
      deps.log.warn({ tenantId, err: toError(thrown) }, 'the queue took no job; the sweep will add it'),
    );
  return id;
}

/** Stores a run and leaves it to the caller, or to the sweep, to perform it. @throws as `beginRun` */
export async function storeRun(
  { db, thresholds }: QualityDeps,
  tenantId: TenantId,
  run: NewRun,
): Promise<string> {
  const threshold = await thresholds.of(tenantId);
  return db.withTenant(tenantId, tx =>
    insertRun(tx, tenantId, run, { threshold, meaning: thresholds.meaning }),
  );
}

async function insertRun(
  tx: Tx,
  tenantId: TenantId,
  run: NewRun,
  { threshold, meaning }: { threshold: number; meaning: string },
): Promise<string> {
  const { setId, withAnswers, candidate, isGate, actor, idempotencyKey } = run;
  const set = await tx('golden_sets').where({ tenant_id: tenantId, id: setId }).first('id');
  if (!set) throw new NotFound('golden set');
  const asked = [setId, withAnswers, candidate, isGate];
  const request = { actor, idempotencyKey, operation: 'beginEvalRun', asked };
  const claimed = await claimOnce(tx, tenantId, request, newId());
  if (!claimed.isNew) return claimed.id;
  await tx('eval_runs').insert({
    tenant_id: tenantId,
    id: claimed.id,
    set_id: setId,
    with_answers: withAnswers,
    candidate: candidate === null ? null : JSON.stringify(candidate),
    is_gate: isGate,
    total: 0,
    threshold,
    score_meaning: meaning,
    created_by: `${actor.kind}:${actor.id ?? ''}`,
  });
  const { rowCount } = await tx.raw(
    `
    insert into eval_results (tenant_id, run_id, ordinal, question_id, question, language, expected, facts)
    select :tenantId, :runId, row_number() over (order by id) - 1, id, question, language, expected, facts
    from golden_questions where tenant_id = :tenantId and set_id = :setId`,
    { tenantId, runId: claimed.id, setId },
  );
  if (!rowCount) throw new GoldenSetEmpty();
  await tx('eval_runs').where({ tenant_id: tenantId, id: claimed.id }).update({ total: rowCount });
  const details = { questions: rowCount, gate: isGate };
  await recordAudit(tx, tenantId, { event: 'quality.run-begun', actor, target: claimed.id, details });
  return claimed.id;
}
