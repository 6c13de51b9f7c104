import type { TenantId } from '../../kernel/index.ts';
import type { Candidate, QualityDeps } from '../deps.ts';
import { gate } from './gate.ts';

/** Whether a set stands before a publish. One that was emptied since stands before nothing. */
export async function hasGatingSets(deps: QualityDeps, tenantId: TenantId): Promise<boolean> {
  return (await gatingSets(deps, tenantId)).length > 0;
}

/**
 * Runs every set that stands before a publish over what would be published; all of them have to pass.
 *
 * @throws what search says; then there is no verdict
 */
export async function judgeCandidate(
  deps: QualityDeps,
  tenantId: TenantId,
  candidate: Candidate,
  signal: AbortSignal,
  { withAnswers = false } = {},
): Promise<{ passed: boolean; report: Record<string, unknown> }> {
  const sets: Record<string, unknown>[] = [];
  let passed = true;
  for (const { id, name } of await gatingSets(deps, tenantId)) {
    const actor = { kind: 'system', id: null } as const;
    const request = { setId: id, candidate, withAnswers, actor, idempotencyKey: null, signal };
    const verdict = await gate(deps, tenantId, request);
    passed &&= verdict.passed;
    const { runId, regressions, figures } = verdict;
    sets.push({ set: name, runId, passed: verdict.passed, regressions, figures: figures?.overall ?? null });
  }
  return { passed, report: { sets } };
}

async function gatingSets({ db }: QualityDeps, tenantId: TenantId): Promise<{ id: string; name: string }[]> {
  return db.withTenant(tenantId, tx =>
    tx('golden_sets as s')
      .where({ 's.tenant_id': tenantId, 's.gates_publish': true })
      .whereExists(
        tx('golden_questions as q')
          .whereRaw('q.tenant_id = s.tenant_id and q.set_id = s.id')
          .select(tx.raw('1')),
      )
      .orderBy('s.id')
      .select('s.id', 's.name'),
  );
}
