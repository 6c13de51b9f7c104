import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { textsFor } from '../texts/index.ts';
import type { UndoPlan } from './action.ts';
import { actionNamed } from './kinds/index.ts';
import { effectsOf, type StoredEffect, type StoredProposal } from './proposal-queries.ts';
import type { EffectResult, EffectView, ProposalView } from './views.ts';

/** Proposals as the API shows them, with what became of them. */
export async function showProposals(
  tx: Tx,
  tenantId: TenantId,
  proposals: StoredProposal[],
  now: Date,
): Promise<ProposalView[]> {
  const effects = await effectsOf(
    tx,
    tenantId,
    proposals.map(({ id }) => id),
  );
  return proposals.map(proposal => toView(proposal, effects.get(proposal.id) ?? [], now));
}

export async function showProposal(
  tx: Tx,
  tenantId: TenantId,
  proposal: StoredProposal,
  now: Date,
): Promise<ProposalView> {
  const [view] = await showProposals(tx, tenantId, [proposal], now);
  if (!view) throw new Error('A proposal without a view.');
  return view;
}

/** Expired by the clock, whether or not a sweep has written it down yet. */
export function isExpired(proposal: StoredProposal, now: Date): boolean {
  const waits = proposal.state === 'open' || proposal.state === 'draft';
  return proposal.state === 'expired' || (waits && proposal.expiresAt.getTime() <= now.getTime());
}

function toView(proposal: StoredProposal, effects: StoredEffect[], now: Date): ProposalView {
  const done = effects.find(({ purpose }) => purpose === 'action');
  const undo = effects.findLast(({ purpose }) => purpose === 'undo');
  return {
    id: proposal.id,
    groupId: proposal.groupId,
    leadId: proposal.leadId,
    runId: proposal.runId,
    messageId: proposal.messageId,
    action: proposal.action,
    arguments: proposal.args as Record<string, unknown>,
    digest: proposal.digest,
    state: isExpired(proposal, now) ? 'expired' : proposal.state,
    changes: proposal.changes,
    conflict: done ? done.conflict : proposal.conflict,
    wording: proposal.wording && { ...proposal.wording, tasks: proposal.wording.tasks.map(({ id }) => id) },
    effect: done ? toEffectView(done) : null,
    undo: undoOf(proposal, done, undo),
    target: proposal.target,
    proposedBy: { kind: proposal.proposer.kind, name: proposal.proposer.name },
    approvedBy: proposal.state === 'approved' ? proposal.decidedBy : null,
    refusedReason: proposal.refusedReason,
    createdAt: proposal.createdAt.toISOString(),
    expiresAt: proposal.expiresAt.toISOString(),
    decidedAt: proposal.decidedAt?.toISOString() ?? null,
  };
}

export function toEffectView(effect: StoredEffect): EffectView {
  const waits = effect.state === 'queued' || effect.state === 'failed';
  return {
    id: effect.id,
    state: effect.state,
    attempts: effect.attempts,
    nextAttemptAt: waits ? effect.nextAttemptAt.toISOString() : null,
    error: effect.errorCode === null ? null : { code: effect.errorCode, detail: effect.errorDetail ?? '' },
    result: effect.result,
  };
}

function undoOf(
  proposal: StoredProposal,
  done: StoredEffect | undefined,
  undo: StoredEffect | undefined,
): ProposalView['undo'] {
  const { way, why } = actionNamed(proposal.action).undo;
  const state = undo ? undoState(undo) : null;
  const again = state === null || state === 'conflict' || undo?.state === 'dead';
  if (way === 'none') return { way, possible: false, why, state };
  if (done?.state !== 'done' || !done.result) return { way, possible: false, why: 'not-done', state };
  if (undoPlan(proposal, done.result) === null)
    return { way, possible: false, why: 'nothing-changed', state };
  return again
    ? { way, possible: true, why: null, state }
    : { way, possible: false, why: state === 'done' ? 'undone' : 'being-undone', state };
}

/** What would put it back; null where it changed nothing. */
export function undoPlan(proposal: StoredProposal, result: EffectResult): UndoPlan | null {
  const { args, seen, beside, action, locale } = proposal;
  if (result.already) return null;
  return actionNamed(action).undo.plan?.({ args, seen, beside, result }, textsFor(locale)) ?? null;
}

function undoState(undo: StoredEffect): NonNullable<ProposalView['undo']['state']> {
  if (undo.state !== 'dead') return undo.state;
  return undo.errorCode === 'record-changed' ? 'conflict' : 'failed';
}
