import { recordAudit } from '../audit/index.ts';
import { AppError, type TenantId, toError } from '../kernel/index.ts';
import { KommoAmbiguous, KommoUnavailable } from '../kommo/index.ts';
import type { Action, Place, Sight } from './action.ts';
import type { ActionsDeps } from './deps.ts';
import { type Claim, ClaimLost, claimEffect, endAttempt, storeMark } from './effect-queries.ts';
import { findAgain } from './find-again.ts';
import { followUp } from './follow-up.ts';
import { giveWay } from './give-way.ts';
import { type Json, sameJson } from './json.ts';
import { actionNamed } from './kinds/index.ts';
import { kommoAs } from './kommo-as.ts';
import { holds } from './look.ts';
import { attemptsMax, type Outcome, outcome } from './outcome.ts';
import { placeOf } from './place.ts';
import { conflictNow, showConflict } from './show-conflict.ts';
import { keepAnswer } from './tool-answer-seal.ts';
import type { EffectResult } from './views.ts';

/**
 * Performs an effect that is due, exactly once, whatever happens on the way.
 *
 * Before a write is sent, where to look for it is stored. If its answer is lost, or this process dies, the
 * record is read back: the write is found, or it can no longer land and is sent again, or nobody can tell
 * and a person decides. The claim fences off a worker that was slow.
 *
 * @returns when to try again; null when there is nothing more to do, or another worker has it
 */
export async function performEffect(
  deps: ActionsDeps,
  tenantId: TenantId,
  effectId: string,
): Promise<Date | null> {
  const claim = await deps.db.withTenant(tenantId, tx =>
    claimEffect(tx, tenantId, { effectId, now: deps.clock.now(), claimMs: deps.timing.claimMs }),
  );
  if (claim === null) return null;
  try {
    await deps.reach('effect.after-claim');
    const came = await attempt(deps, claim);
    await deps.reach('effect.before-end');
    const { hints, again } = await endOrLookAgain(deps, claim, came);
    await deps.reach('effect.after-end');
    for (const hint of hints) await deps.hint(tenantId, hint);
    return again;
  } catch (thrown) {
    if (!(thrown instanceof ClaimLost)) throw thrown;
    deps.log.warn({ tenantId, effectId }, 'a slower worker left an effect to another one');
    return null;
  }
}

async function attempt(deps: ActionsDeps, claim: Claim): Promise<Outcome> {
  const say = outcome(deps, claim);
  try {
    const place = await placeOf(deps, claim.tenantId, {
      leadId: claim.leadId,
      userId: claim.actingUserId,
      locale: claim.locale,
    });
    const action = actionNamed(claim.action);
    if (claim.sentAt === null) return await begin(deps, claim, place, action);
    const found = await findAgain(place, action, claim);
    if (found.kind !== 'absent' && found.kind !== 'altered')
      return await unlessOverwritten(deps, claim, place, action, say.found(found));
    // A request that was on its way could still land: only after so long is it surely lost.
    const settledAt = claim.sentAt.getTime() + deps.timing.settleMs;
    if (deps.clock.now().getTime() < settledAt) return say.wait(new Date(settledAt));
    if (found.kind === 'altered') return say.found(found);
    return await begin(deps, claim, place, action);
  } catch (thrown) {
    if (thrown instanceof ClaimLost) throw thrown;
    return say.failed(thrown);
  }
}

/** Looks, stores the mark, writes. */
async function begin(deps: ActionsDeps, claim: Claim, place: Place, action: Action): Promise<Outcome> {
  const say = outcome(deps, { ...claim, sentAt: null });
  let sight: Sight | null;
  let mark: Json;
  try {
    sight = await action.see(place, claim.args);
    if (sight === null) return say.dead('target-gone', 'The record no longer exists, or may not be seen.');
    const after = action.after(claim.args, claim.seen, sight.beside);
    if (after !== null && sameJson(after, sight.fields)) return say.alreadySo(place, sight);
    if (!holds(claim.seen, sight.fields))
      return say.dead(
        'record-changed',
        'The record was changed after this was approved; nothing was written.',
      );
    if (action.perform.kind === 'make')
      mark = await action.perform.mark(place, claim.args, claim.effectId, sight);
    else mark = { updatedAt: sight.updatedAt };
  } catch (thrown) {
    // Up to here everything may be repeated, so a doubt is no more than a delay.
    return say.failed(thrown instanceof KommoAmbiguous ? new KommoUnavailable(thrown) : thrown);
  }
  const sentAt = deps.clock.now();
  const claimedUntil = new Date(sentAt.getTime() + deps.timing.claimMs);
  await deps.db.withTenant(claim.tenantId, tx => storeMark(tx, claim, { mark, sentAt, claimedUntil }));
  await deps.reach('effect.before-send');
  return write(deps, { ...claim, mark, sentAt }, place, action, sight);
}

async function write(
  deps: ActionsDeps,
  claim: Claim & { sentAt: Date },
  place: Place,
  action: Action,
  sight: Sight,
): Promise<Outcome> {
  const unsent = outcome(deps, { ...claim, sentAt: null });
  const say = outcome(deps, claim);
  // Asleep for too long in between: others may take it for lost by now. Here it is known that nothing was sent.
  const left = claim.sentAt.getTime() + deps.timing.sendWithinMs - deps.clock.now().getTime();
  if (left <= 0) return unsent.failed(new KommoUnavailable(new Error('it took too long to begin')));
  const signal = AbortSignal.timeout(left);
  const { account, userId } = place;
  const sending = {
    ...place,
    signal,
    kommo: kommoAs(deps.client, account, { userId, signal }),
    asAdmin: kommoAs(deps.client, account, { userId: null, signal }),
  };
  try {
    const result =
      action.perform.kind === 'make'
        ? await action.perform.write(sending, claim.args, claim.mark, claim.effectId)
        : await action.perform.write(sending, claim.args, sight);
    await deps.reach('effect.after-send');
    return await unlessOverwritten(deps, claim, place, action, say.done(result));
  } catch (thrown) {
    // Every other refusal that we know of is one of something that surely was not performed.
    if (thrown instanceof AppError && !(thrown instanceof KommoAmbiguous)) return unsent.failed(thrown);
    deps.log.warn(
      { tenantId: claim.tenantId, effectId: claim.effectId, err: toError(thrown) },
      'the outcome of a write is unknown and is being read back',
    );
  }
  await deps.reach('effect.in-doubt');
  try {
    const found = await findAgain(place, action, claim);
    // What may be another's is told apart once that one is done with.
    return found.kind === 'absent' || found.kind === 'altered'
      ? say.wait(new Date(claim.sentAt.getTime() + deps.timing.settleMs))
      : await unlessOverwritten(deps, claim, place, action, say.found(found));
  } catch (thrown) {
    return say.failed(thrown);
  }
}

/** A person's value that our write replaced is put back; then theirs stands, and nothing of ours does. */
async function unlessOverwritten(
  deps: ActionsDeps,
  claim: Claim,
  place: Place,
  action: Action,
  came: Outcome,
): Promise<Outcome> {
  if (came.kind !== 'done') return came;
  const say = outcome(deps, claim);
  try {
    if (!(await giveWay(place, action, claim))) return came;
    return say.dead(
      'record-changed',
      'Somebody changed the record at the same moment; what they set was put back.',
    );
  } catch (thrown) {
    const log = { tenantId: claim.tenantId, effectId: claim.effectId, err: toError(thrown) };
    deps.log.warn(log, 'whether a write replaced somebody’s change could not be seen to');
    const passes = !(thrown instanceof AppError) || thrown.retryable || thrown instanceof KommoAmbiguous;
    // The write itself is done: it is only looked into again for as long as a failed one would be tried.
    if (!passes || claim.attempts >= attemptsMax) return came;
    return say.wait(new Date(deps.clock.now().getTime() + deps.timing.retryMs));
  }
}

/**
 * Two effects of equal words whose answers were lost together may find the same record: the first to store it
 * has it, and the other one looks again for its own.
 */
async function endOrLookAgain(
  deps: ActionsDeps,
  claim: Claim,
  came: Outcome,
): Promise<{ hints: string[]; again: Date | null }> {
  try {
    return { hints: await end(deps, claim, came), again: came.kind === 'again' ? came.at : null };
  } catch (thrown) {
    if (!isTakenByAnother(thrown)) throw thrown;
    const at = deps.clock.now();
    const later = outcome(deps, { ...claim, sentAt: at }).wait(at);
    return { hints: await end(deps, claim, later), again: at };
  }
}

/** The unique index on what an effect made. */
function isTakenByAnother(thrown: unknown): boolean {
  const { code, constraint } = (thrown ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'effects_made';
}

/** What a tool answered is kept sealed, beside the result. */
function withoutAnswer(result: EffectResult | null): EffectResult | null {
  if (result?.answer === undefined) return result;
  const { answer: _, ...rest } = result;
  return rest;
}

/** Stores what came of the attempt; answers effects that follow from it. */
async function end(deps: ActionsDeps, claim: Claim, came: Outcome): Promise<string[]> {
  const { tenantId, effectId } = claim;
  const conflict = await conflictNow(deps, claim, came);
  const now = deps.clock.now();
  return deps.db.withTenant(tenantId, async tx => {
    const { result, about } = came.ending;
    await endAttempt(tx, claim, { ...came.ending, result: withoutAnswer(result), at: now });
    if (result?.answer !== undefined)
      await keepAnswer(tx, deps.secrets, claim, {
        answer: result.answer,
        about: about ?? `lead-${claim.leadId}`,
      });
    if (conflict) await showConflict(tx, claim, conflict, now);
    const next = came.kind === 'done' ? await followUp(deps, tx, claim, came.ending, now) : [];
    if (came.kind !== 'again') {
      const { state, error, result } = came.ending;
      await recordAudit(tx, tenantId, {
        event: state === 'done' ? 'action.performed' : 'action.stuck',
        actor: { kind: 'system', id: null },
        target: effectId,
        details: {
          action: claim.action,
          purpose: claim.purpose,
          leadId: claim.leadId,
          proposalId: claim.proposalId,
          attempts: claim.attempts,
          state,
          code: error?.code ?? null,
          recordId: result?.recordId ?? null,
        },
      });
    }
    return next;
  });
}
