import { recordAudit } from '../audit/index.ts';
import type { ActionsDeps } from './deps.ts';
import { insertEffect } from './effect-queries.ts';
import { UndoConflict, UndoImpossible } from './errors.ts';
import { answeredBefore, claimKey, type RequestKey } from './idempotency.ts';
import { sameJson } from './json.ts';
import { actionNamed } from './kinds/index.ts';
import { authoriseChange } from './place.ts';
import { effectsOf, readProposal } from './proposal-queries.ts';
import { type Rep, reachProposal } from './reach.ts';
import { showProposal, undoPlan } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

/**
 * Takes back what was done, where Kommo lets us: an old value is put back only if nobody changed it since.
 *
 * @throws NotFound, UndoImpossible, UndoConflict, MayNotChange
 */
export async function undo(
  deps: ActionsDeps,
  rep: Rep,
  { proposalId, request }: { proposalId: string; request: RequestKey | null },
  signal?: AbortSignal,
): Promise<ProposalView> {
  const { tenantId, userId } = rep;
  const { proposal, place } = await reachProposal(deps, rep, proposalId, signal);
  const repeated = await answeredBefore(deps.db, tenantId, request, tx =>
    showProposal(tx, tenantId, proposal, deps.clock.now()),
  );
  if (repeated) return repeated;
  const action = actionNamed(proposal.action);
  const done = await deps.db.withTenant(tenantId, async tx =>
    (await effectsOf(tx, tenantId, [proposalId]))
      .get(proposalId)
      ?.find(({ purpose, state }) => purpose === 'action' && state === 'done'),
  );
  if (!action.undo.plan) throw new UndoImpossible(action.undo.why ?? 'no-way');
  if (!done?.result) throw new UndoImpossible('not-done');
  const plan = undoPlan(proposal, done.result);
  if (plan === null) throw new UndoImpossible('nothing-changed');
  const backwards = actionNamed(plan.action);
  const sight = await backwards.see(place, plan.args);
  if (sight === null) throw new UndoConflict();
  await authoriseChange(place, sight);
  const { view, effectId } = await deps.db.withTenant(tenantId, async tx => {
    const now = deps.clock.now();
    const locked = await readProposal(tx, tenantId, { proposalId, userId, lock: true });
    if (request && (await claimKey(tx, tenantId, request, { proposalId })) !== null)
      return { view: await showProposal(tx, tenantId, locked, now), effectId: null };
    const before = await showProposal(tx, tenantId, locked, now);
    if (!before.undo.possible) throw new UndoImpossible(before.undo.why ?? 'no-way');
    if (!sameJson(plan.expected, sight.fields)) throw new UndoConflict();
    const effectId = await insertEffect(tx, tenantId, {
      proposalId,
      leadId: proposal.leadId,
      purpose: 'undo',
      action: plan.action,
      args: plan.args,
      seen: plan.expected,
      actingUserId: userId,
      locale: proposal.locale,
      at: now,
    });
    const view = await showProposal(tx, tenantId, locked, now);
    await recordAudit(tx, tenantId, {
      event: 'action.undone',
      actor: { kind: 'rep', id: String(userId) },
      target: proposalId,
      details: { action: proposal.action, leadId: proposal.leadId, effectId },
    });
    return { view, effectId };
  });
  if (effectId !== null) await deps.hint(tenantId, effectId);
  return view;
}
