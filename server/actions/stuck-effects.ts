import { recordAudit } from '../audit/index.ts';
import type { Caller } from '../http/index.ts';
import { actorOf } from '../http/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { ActionsDeps } from './deps.ts';
import { EffectNotStuck } from './errors.ts';
import { claimKey, type RequestKey } from './idempotency.ts';
import type { EffectState } from './views.ts';

export interface StuckEffect {
  id: string;
  proposalId: string;
  leadId: number;
  purpose: string;
  action: string;
  state: EffectState;
  attempts: number;
  error: { code: string; detail: string } | null;
  createdAt: string;
}

/** Effects that wait for a person, newest first. */
export async function listStuckEffects(
  { db }: ActionsDeps,
  tenantId: TenantId,
  states: ('dead' | 'unknown')[],
  before: string | null,
  limit: number,
): Promise<StuckEffect[]> {
  const rows = await db.withTenant(tenantId, tx => {
    const query = tx('effects')
      .where({ tenant_id: tenantId })
      .whereIn('state', states)
      .orderBy('id', 'desc')
      .limit(limit);
    return before === null ? query : query.where('id', '<', before);
  });
  return rows.map(toStuck);
}

/**
 * A person's word about an effect that nothing tells of, or one more try of a dead one. What is unknown is
 * never replayed: first somebody has to say that it did not happen.
 *
 * @throws NotFound, EffectNotStuck
 */
export async function decideEffect(
  deps: ActionsDeps,
  caller: Caller | null,
  tenantId: TenantId,
  {
    effectId,
    decision,
    request,
  }: { effectId: string; decision: 'replay' | 'done' | 'not-done'; request: RequestKey | null },
): Promise<StuckEffect> {
  const now = deps.clock.now();
  const row = await deps.db.withTenant(tenantId, async tx => {
    const key = { tenant_id: tenantId, id: effectId };
    const found = await tx('effects').where(key).forUpdate().first();
    if (!found) throw new NotFound('effect');
    if (request && (await claimKey(tx, tenantId, request, { effectId })) !== null) return found;
    if (found.state !== (decision === 'replay' ? 'dead' : 'unknown')) throw new EffectNotStuck();
    const change =
      decision === 'replay'
        ? { state: 'queued', attempts: 0, next_attempt_at: now, error_code: null, error_detail: null }
        : decision === 'done'
          ? { state: 'done', done_at: now, error_code: null, error_detail: null }
          : {
              state: 'dead',
              error_code: 'settled-not-done',
              error_detail: 'Somebody found that it did not happen.',
            };
    const [changed] = await tx('effects')
      .where(key)
      .update({ ...change, mark: null, sent_at: null })
      .returning('*');
    await recordAudit(tx, tenantId, {
      event: decision === 'replay' ? 'action.replayed' : 'action.settled',
      actor: actorOf(caller),
      target: effectId,
      details: { action: found.action, leadId: found.lead_id, decision },
    });
    return changed;
  });
  if (row.state === 'queued') await deps.hint(tenantId, effectId);
  return toStuck(row);
}

function toStuck(row: Record<string, never>): StuckEffect {
  const { id, proposal_id, lead_id, purpose, action, state, attempts, error_code, error_detail, created_at } =
    row as unknown as {
      id: string;
      proposal_id: string;
      lead_id: number;
      purpose: string;
      action: string;
      state: EffectState;
      attempts: number;
      error_code: string | null;
      error_detail: string | null;
      created_at: Date;
    };
  return {
    id,
    proposalId: proposal_id,
    leadId: lead_id,
    purpose,
    action,
    state,
    attempts,
    error: error_code === null ? null : { code: error_code, detail: error_detail ?? '' },
    createdAt: created_at.toISOString(),
  };
}
