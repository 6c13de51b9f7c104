import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import { type Alone, decide } from './decide.ts';
import type { ActionsDeps } from './deps.ts';
import { digestOf, policyVersion } from './digest.ts';
import { ProposalChanged, ProposalClosed, ProposalConflict, ProposalExpired } from './errors.ts';
import { answeredBefore, claimKey, type RequestKey } from './idempotency.ts';
import { sameJson } from './json.ts';
import { keepingNow, lookAtKeeping } from './keeping-tasks.ts';
import { differencesOf, holds, type Look, lookAt } from './look.ts';
import { authoriseChange } from './place.ts';
import { lockProposals, type StoredProposal, updateProposal } from './proposal-queries.ts';
import { type Rep, reachProposal } from './reach.ts';
import { isExpired, showProposal } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

type Approver = Pick<Rep, 'tenantId' | 'userId' | 'name'>;

/**
 * Approves exactly what was shown, once. The record is read again first; what differs is a conflict, and
 * nothing is written. The approval and its effect are stored together, and a worker performs it. Who approves a
 * promise approves the task that keeps it, as it was shown beside the message and in the same transaction.
 *
 * @throws NotFound, ProposalChanged, ProposalConflict, ProposalClosed, ProposalExpired, MayNotChange, TargetGone
 */
export async function approve(
  deps: ActionsDeps,
  rep: Approver,
  {
    proposalId,
    digest,
    request,
    alone,
  }: {
    proposalId: string;
    digest: string;
    request: RequestKey | null;
    alone?: Alone | undefined;
  },
  signal?: AbortSignal,
): Promise<ProposalView> {
  const { tenantId } = rep;
  const { proposal, place } = await reachProposal(deps, rep, proposalId, signal);
  const repeated = await answeredBefore(deps.db, tenantId, request, tx =>
    showProposal(tx, tenantId, proposal, deps.clock.now()),
  );
  if (repeated) return repeated;
  assertOpen(proposal, digest, deps.clock.now());
  const wish = { action: proposal.action, arguments: proposal.args };
  const look = await lookAt(place, wish, await deps.catalogues.of(place.account), 'arguments');
  await authoriseChange(place, look.sight);
  const looks = await lookAtKeeping(place, proposal);
  await deps.reach('approve.after-look');
  const approved = await deps.db.withTenant(tenantId, async tx => {
    const now = deps.clock.now();
    const ids = [proposalId, ...looks.keys()];
    const all = await lockProposals(tx, tenantId, { ids, userId: rep.userId });
    const locked = all.get(proposalId);
    if (!locked) throw new NotFound('proposal');
    if (request && (await claimKey(tx, tenantId, request, { proposalId })) !== null)
      return { view: await showProposal(tx, tenantId, locked, now), effectIds: [], conflict: false };
    assertOpen(locked, digest, now);
    // An argument the account has given another meaning since is as changed as the record.
    if (!holds(locked.seen, look.sight.fields) || !sameJson(locked.args, look.args)) {
      const view = await refresh(tx, tenantId, locked, look, now);
      if (request) await releaseKey(tx, tenantId, request);
      return { view, effectIds: [], conflict: true };
    }
    const decision = { by: rep, alone, now };
    const { decided, effectId } = await decide(tx, tenantId, locked, decision);
    const effectIds = [effectId];
    for (const task of keepingNow(locked, all, looks, now))
      effectIds.push((await decide(tx, tenantId, task, { ...decision, keeps: proposalId })).effectId);
    return { view: await showProposal(tx, tenantId, decided, now), effectIds, conflict: false };
  });
  if (approved.conflict) throw new ProposalConflict(approved.view);
  await deps.reach('approve.after-commit');
  for (const effectId of approved.effectIds) await deps.hint(tenantId, effectId);
  return approved.view;
}

/** @throws ProposalClosed, ProposalExpired, ProposalChanged */
function assertOpen(proposal: StoredProposal, digest: string, now: Date): void {
  if (isExpired(proposal, now)) throw new ProposalExpired();
  if (proposal.state !== 'open' && proposal.state !== 'draft') throw new ProposalClosed();
  if (proposal.digest !== digest || digestOf(proposal) !== digest) throw new ProposalChanged();
}

/** The proposal as it would be made now, with what differs; approving that digest is approving this. */
async function refresh(
  tx: Tx,
  tenantId: TenantId,
  proposal: StoredProposal,
  { args, sight, changes }: Look,
  now: Date,
): Promise<ProposalView> {
  const fresh = { ...proposal, args, seen: sight.fields, target: sight.target, policyVersion };
  const refreshed: StoredProposal = {
    ...fresh,
    beside: sight.beside,
    changes,
    digest: digestOf(fresh),
    conflict: { at: now.toISOString(), differences: differencesOf(proposal.changes, changes) },
  };
  await updateProposal(tx, tenantId, refreshed);
  const view = await showProposal(tx, tenantId, refreshed, now);
  await recordAudit(tx, tenantId, {
    event: 'action.conflicted',
    actor: { kind: 'system', id: null },
    target: proposal.id,
    details: { action: proposal.action, leadId: proposal.leadId },
  });
  return view;
}

/** Nothing was approved under it, so the key is free for the next try. */
async function releaseKey(tx: Tx, tenantId: TenantId, { actor, key }: RequestKey): Promise<void> {
  await tx('idempotency_keys').where({ tenant_id: tenantId, actor, key }).delete();
}
