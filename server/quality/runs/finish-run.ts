import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { QualityDeps } from '../deps.ts';
import { holdRun, type RunClaim } from './claim-run.ts';
import { type Asked, changeSince, figuresOf } from './figures.ts';

/** Stores what a run came to. A gate passes where nothing fell by more than the set tolerates. */
export async function finishRun({ db }: QualityDeps, claim: RunClaim): Promise<void> {
  const { tenantId, runId, setId, isGate } = claim;
  await db.withTenant(tenantId, async tx => {
    await holdRun(tx, claim);
    const asked = await readAsked(tx, tenantId, runId);
    const baselineId = await findBaseline(tx, claim);
    const { tolerance } = await tx('golden_sets')
      .where({ tenant_id: tenantId, id: setId })
      .first('tolerance');
    const regressions =
      baselineId === null
        ? []
        : changeSince(baselineId, await readAsked(tx, tenantId, baselineId), asked, tolerance).regressions;
    await holdRun(tx, claim, {
      state: 'done',
      claim_id: null,
      figures: JSON.stringify(figuresOf(asked)),
      baseline_id: baselineId,
      passed: isGate ? regressions.length === 0 : null,
      ended_at: tx.fn.now(),
    });
  });
}

/** The last gate that passed, for a gate; otherwise, and before there is one, the last run of the same kind. */
async function findBaseline(
  tx: Tx,
  { tenantId, runId, setId, isGate, withAnswers }: RunClaim,
): Promise<string | null> {
  const earlier = () =>
    tx('eval_runs')
      .where({ tenant_id: tenantId, set_id: setId, with_answers: withAnswers, state: 'done' })
      .andWhere('id', '<', runId)
      .orderBy('id', 'desc');
  const passed = isGate ? await earlier().where({ is_gate: true, passed: true }).first('id') : null;
  // A gate that failed is what a gate must not be held against.
  const usual = earlier().whereRaw('(not is_gate or passed)');
  return (passed ?? (await (isGate ? usual : earlier()).first('id')))?.id ?? null;
}

/** What was asked in a run, question by question; those that were not asked yet are left out. */
export async function readAsked(tx: Tx, tenantId: TenantId, runId: string): Promise<Asked[]> {
  const { rows } = await tx.raw(
    `
    select question_id || ' ' || md5(question || expected::text) as "questionId", language, rank, refused,
      (expected <> '[]' or facts <> '{}') as answerable,
      case when facts_missing is null or facts = '{}' then null else facts_missing = '{}' end as "holdsFacts"
    from eval_results where tenant_id = :tenantId and run_id = :runId and asked_at is not null
    order by ordinal`,
    { tenantId, runId },
  );
  return rows;
}
