import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { Person } from '../secrets/index.ts';
import type { AnyActionName } from './action.ts';
import type { Fields, Json } from './json.ts';
import type { EffectResult, EffectState } from './views.ts';

export interface NewEffect {
  proposalId: string;
  leadId: number;
  purpose: 'action' | 'undo' | 'record';
  action: AnyActionName;
  args: object;
  seen: Fields;
  actingUserId: number;
  locale: string;
  at: Date;
}

export async function insertEffect(tx: Tx, tenantId: TenantId, effect: NewEffect): Promise<string> {
  const id = newId();
  await tx('effects').insert({
    tenant_id: tenantId,
    id,
    proposal_id: effect.proposalId,
    lead_id: effect.leadId,
    purpose: effect.purpose,
    action: effect.action,
    arguments: JSON.stringify(effect.args),
    seen: JSON.stringify(effect.seen),
    acting_user_id: effect.actingUserId,
    locale: effect.locale,
    next_attempt_at: effect.at,
    created_at: effect.at,
  });
  return id;
}

/** One worker's right to perform an effect, until it falls silent for too long. */
export interface Claim {
  tenantId: TenantId;
  effectId: string;
  claimId: string;
  proposalId: string;
  leadId: number;
  purpose: NewEffect['purpose'];
  action: AnyActionName;
  args: object;
  seen: Fields;
  actingUserId: number;
  locale: string;
  attempts: number;
  mark: Json;
  /** When a write was begun whose outcome nobody has seen. */
  sentAt: Date | null;
}

/** The claim was taken away: whoever has it now goes on. */
export class ClaimLost extends Error {}

/** Takes an effect that is due, or whose worker fell silent. Null when there is nothing to do. */
export async function claimEffect(
  tx: Tx,
  tenantId: TenantId,
  { effectId, now, claimMs }: { effectId: string; now: Date; claimMs: number },
): Promise<Claim | null> {
  const claimId = newId();
  const { rows } = await tx.raw(
    `update effects set state = 'performing', claim_id = :claimId::uuid, attempts = attempts + 1,
       claimed_at = :now::timestamptz, claimed_until = :until::timestamptz
     where tenant_id = :tenantId and id = :effectId::uuid and (
       (state in ('queued', 'failed') and next_attempt_at <= :now::timestamptz)
       or (state = 'performing' and claimed_until <= :now::timestamptz))
     returning *`,
    { tenantId, effectId, claimId, now, until: new Date(now.getTime() + claimMs) },
  );
  const row = rows[0];
  if (!row) return null;
  return {
    tenantId,
    effectId,
    claimId,
    proposalId: row.proposal_id,
    leadId: row.lead_id,
    purpose: row.purpose,
    action: row.action,
    args: row.arguments,
    seen: row.seen,
    actingUserId: row.acting_user_id,
    locale: row.locale,
    attempts: row.attempts,
    mark: row.mark,
    sentAt: row.sent_at,
  };
}

/** Stores where to look for the write that is about to be sent, unless the claim was lost. @throws ClaimLost */
export async function storeMark(
  tx: Tx,
  { tenantId, effectId, claimId }: Claim,
  { mark, sentAt, claimedUntil }: { mark: Json; sentAt: Date; claimedUntil: Date },
): Promise<void> {
  const held = await tx('effects')
    .where({ tenant_id: tenantId, id: effectId, claim_id: claimId, state: 'performing' })
    .update({ mark: JSON.stringify(mark), sent_at: sentAt, claimed_until: claimedUntil });
  if (held === 0) throw new ClaimLost();
}

export interface Ending {
  state: EffectState;
  /** The write surely was not performed, so there is nothing to look for. */
  unsent: boolean;
  nextAttemptAt: Date | null;
  error: { code: string; detail: string } | null;
  result: EffectResult | null;
  /** Whom an answer in the result is about. */
  about: Person | null;
  /** The time of the record that was written, for telling its echo; it is not stored. */
  updatedAt: number | null;
  made: string | null;
  at: Date;
}

/** Gives the claim back with what came of it. @throws ClaimLost */
export async function endAttempt(tx: Tx, claim: Claim, ending: Ending): Promise<void> {
  const held = await tx('effects')
    .where({
      tenant_id: claim.tenantId,
      id: claim.effectId,
      claim_id: claim.claimId,
      state: 'performing',
    })
    .update({
      state: ending.state,
      claim_id: null,
      claimed_until: null,
      ...(ending.unsent ? { mark: null, sent_at: null } : {}),
      ...(ending.nextAttemptAt ? { next_attempt_at: ending.nextAttemptAt } : {}),
      error_code: ending.error?.code ?? null,
      error_detail: ending.error?.detail ?? null,
      result: ending.result === null ? null : JSON.stringify(ending.result),
      made: ending.made,
      done_at: ending.state === 'done' ? ending.at : null,
    });
  if (held === 0) throw new ClaimLost();
}

/** Records that other effects made: never taken for one's own. */
export async function madeByOthers(tx: Tx, { tenantId, effectId, leadId }: Claim): Promise<Set<string>> {
  const rows = await tx('effects')
    .where({ tenant_id: tenantId, lead_id: leadId })
    .whereNot({ id: effectId })
    .whereNotNull('made')
    .select('made');
  return new Set(rows.map(row => row.made));
}

/** Effects that a worker should look at now; with `startedAt`, also those that nobody alive can hold. */
export async function dueEffects(
  tx: Tx,
  tenantId: TenantId,
  { now, startedAt, limit }: { now: Date; startedAt: Date | null; limit: number },
): Promise<{ id: string; attempts: number }[]> {
  if (startedAt !== null) {
    await tx('effects')
      .where({ tenant_id: tenantId, state: 'performing' })
      .where('claimed_at', '<', startedAt)
      .update({ claimed_until: now });
  }
  return tx('effects')
    .where({ tenant_id: tenantId })
    .where(due =>
      due
        .where(waits => waits.whereIn('state', ['queued', 'failed']).where('next_attempt_at', '<=', now))
        .orWhere(silent => silent.where({ state: 'performing' }).where('claimed_until', '<=', now)),
    )
    .orderBy('next_attempt_at')
    .limit(limit)
    .select('id', 'attempts');
}
