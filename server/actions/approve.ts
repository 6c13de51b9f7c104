import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { AppError, type TenantId } from '../kernel/index.ts';
import type { ActionsDeps } from './deps.ts';
import { digestOf, policyVersion } from './digest.ts';
import { insertEffect } from './effect-queries.ts';
import { ProposalChanged, ProposalClosed, ProposalConflict, ProposalExpired } from './errors.ts';
import { answeredBefore, claimKey, type RequestKey } from './idempotency.ts';
import { sameJson } from './json.ts';
import { differencesOf, holds, type Look, lookAt } from './look.ts';
import { authoriseChange } from './place.ts';
import { readProposal, type StoredProposal, updateProposal } from './proposal-queries.ts';
import { type Rep, reachProposal } from './reach.ts';
import { isExpired, showProposal } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

type Approver = Pick<Rep, 'tenantId' | 'userId' | 'name'>;

interface Alone {
  agentId: string | null;
  agentVersion: number | null;
}

/**
 * Approves exactly what was shown, once. The record is read again first; what differs is a conflict, and
 * nothing is written. The approval and its effect are stored together, and a worker performs it.
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
    /** An agent's policy approves, for this rep and within their rights. */
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
  await deps.reach('approve.after-look');
  const approved = await deps.db.withTenant(tenantId, async tx => {
    const now = deps.clock.now();
    const locked = await readProposal(tx, tenantId, { proposalId, userId: rep.userId, lock: true });
    if (request && (await claimKey(tx, tenantId, request, { proposalId })) !== null)
      return { view: await showProposal(tx, tenantId, locked, now), effectId: null, conflict: false };
    assertOpen(locked, digest, now);
    // An argument the account has given another meaning since is as changed as the record.
    if (!holds(locked.seen, look.sight.fields) || !sameJson(locked.args, look.args)) {
      const view = await refresh(tx, tenantId, locked, look, now);
      if (request) await releaseKey(tx, tenantId, request);
      return { view, effectId: null, conflict: true };
    }
    const decided: StoredProposal = {
      ...locked,
      state: 'approved',
      conflict: null,
      decidedBy: { id: rep.userId, name: rep.name },
      decidedAt: now,
    };
    await updateProposal(tx, tenantId, decided);
    const effectId = await insertEffect(tx, tenantId, {
      proposalId,
      leadId: locked.leadId,
      purpose: 'action',
      action: locked.action,
      args: locked.args,
      seen: locked.seen,
      actingUserId: rep.userId,
      locale: locked.locale,
      at: now,
    });
    const view = await showProposal(tx, tenantId, decided, now);
    await recordAudit(tx, tenantId, {
      event: 'action.approved',
      actor: { kind: alone ? 'system' : 'rep', id: String(rep.userId) },
      target: proposalId,
      details: { action: locked.action, leadId: locked.leadId, effectId, digest, ...alone },
    });
    return { view, effectId, conflict: false };
  });
  if (approved.conflict) throw new ProposalConflict(approved.view);
  await deps.reach('approve.after-commit');
  if (approved.effectId !== null) await deps.hint(tenantId, approved.effectId);
  await approveKeeping(deps, rep, approved.view.wording?.tasks ?? [], alone, signal);
  return approved.view;
}

/** Who approves a promise approves the task that keeps it; one that was refused or edited is left as it is. */
async function approveKeeping(
  deps: ActionsDeps,
  rep: Approver,
  tasks: string[],
  alone: Alone | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const proposalId of tasks) {
    const task = await deps.db.withTenant(rep.tenantId, tx =>
      readProposal(tx, rep.tenantId, { proposalId, userId: rep.userId }),
    );
    if (task.state !== 'open') continue;
    await approve(deps, rep, { proposalId, digest: task.digest, request: null, alone }, signal).catch(
      error => {
        // It stays open beside the message that was approved, for a person to look at.
        if (!(error instanceof AppError)) throw error;
      },
    );
  }
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
