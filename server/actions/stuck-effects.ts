import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import type { Caller } from '../http/index.ts';
import { actorOf } from '../http/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { AnyActionName } from './action.ts';
import type { ActionsDeps } from './deps.ts';
import { EffectNotStuck } from './errors.ts';
import { type FollowedEffect, followUp } from './follow-up.ts';
import { claimKey, type RequestKey } from './idempotency.ts';
import type { Fields } from './json.ts';
import { actionNamed } from './kinds/index.ts';
import type { EffectResult, EffectState } from './views.ts';

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
  const { origin } = await deps.accountOf(tenantId);
  let next: string[] = [];
  const row = await deps.db.withTenant(tenantId, async tx => {
    const key = { tenant_id: tenantId, id: effectId };
    const found = await tx('effects').where(key).forUpdate().first();
    if (!found) throw new NotFound('effect');
    if (request && (await claimKey(tx, tenantId, request, { effectId })) !== null) return found;
    if (found.state !== (decision === 'replay' ? 'dead' : 'unknown')) throw new EffectNotStuck();
    if (decision === 'replay') await assertOnlyUndo(tx, tenantId, found);
    const change =
      decision === 'replay'
        ? { state: 'queued', attempts: 0, next_attempt_at: now, error_code: null, error_detail: null }
        : decision === 'done'
          ? {
              state: 'done',
              done_at: now,
              error_code: null,
              error_detail: null,
              result: JSON.stringify(await settledResult(tx, tenantId, found, origin)),
            }
          : {
              state: 'dead',
              error_code: 'settled-not-done',
              error_detail: 'Somebody found that it did not happen.',
            };
    const [changed] = await tx('effects')
      .where(key)
      .update({ ...change, mark: null, sent_at: null })
      .returning('*');
    if (decision === 'done')
      next = await followUp(
        deps,
        tx,
        followedOf(tenantId, changed),
        { result: changed.result, updatedAt: null },
        now,
      );
    await recordAudit(tx, tenantId, {
      event: decision === 'replay' ? 'action.replayed' : 'action.settled',
      actor: actorOf(caller),
      target: effectId,
      details: { action: found.action, leadId: found.lead_id, decision },
    });
    return changed;
  });
  if (row.state === 'queued') await deps.hint(tenantId, effectId);
  for (const hint of next) await deps.hint(tenantId, hint);
  return toStuck(row);
}

interface EffectRow {
  id: string;
  proposal_id: string;
  lead_id: number;
  purpose: string;
  action: AnyActionName;
  arguments: object;
  seen: Fields;
  acting_user_id: number;
  locale: string;
}

/** Of several tries to undo one thing, an older one is no longer the one to go on with. @throws EffectNotStuck */
async function assertOnlyUndo(tx: Tx, tenantId: TenantId, { id, proposal_id, purpose }: EffectRow) {
  if (purpose !== 'undo') return;
  const key = { tenant_id: tenantId, id: proposal_id };
  // Undoing locks the proposal too, so no other try begins meanwhile.
  await tx('proposals').where(key).forUpdate().first('id');
  const other = await tx('effects')
    .where({ tenant_id: tenantId, proposal_id, purpose })
    .where(newer => newer.where('id', '>', id).orWhereNot({ state: 'dead' }))
    .whereNot({ id })
    .first('id');
  if (other) throw new EffectNotStuck();
}

/** The record that a change was about; which record was added nobody said. */
async function settledResult(
  tx: Tx,
  tenantId: TenantId,
  { proposal_id, lead_id, action }: EffectRow,
  origin: string,
): Promise<EffectResult | null> {
  if (actionNamed(action).perform.kind === 'make') return null;
  const { target } = await tx('proposals').where({ tenant_id: tenantId, id: proposal_id }).first('target');
  const record = target.kind === 'task' || target.kind === 'contact' ? target.kind : 'lead';
  return { record, recordId: target.id, url: `${origin}/leads/detail/${lead_id}` };
}

function followedOf(tenantId: TenantId, row: EffectRow): FollowedEffect {
  return {
    tenantId,
    leadId: row.lead_id,
    proposalId: row.proposal_id,
    action: row.action,
    args: row.arguments,
    seen: row.seen,
    actingUserId: row.acting_user_id,
    locale: row.locale,
  };
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
