import { recordAudit } from '../audit/index.ts';
import type { ActionsDeps } from './deps.ts';
import { digestOf, policyVersion } from './digest.ts';
import { ProposalChanged, ProposalClosed, ProposalExpired } from './errors.ts';
import { answeredBefore, claimKey, type RequestKey } from './idempotency.ts';
import { lookAt } from './look.ts';
import { readProposal, type StoredProposal, updateProposal } from './proposal-queries.ts';
import { draftForMs, openForMs } from './propose.ts';
import { type Rep, reachProposal } from './reach.ts';
import { isExpired, showProposal } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

/**
 * Other arguments, or put aside as a draft and taken up again. The record is read anew, so the digest is new
 * and an approval of the old one no longer holds.
 *
 * @throws NotFound, ProposalChanged, ProposalClosed, ProposalExpired, InvalidInput, TargetGone
 */
export async function editProposal(
  deps: ActionsDeps,
  rep: Rep,
  {
    proposalId,
    args,
    draft,
    digest = null,
    request,
  }: {
    proposalId: string;
    args: unknown;
    draft: boolean | null;
    /** What the person saw; left out, whatever stands there is changed. */
    digest?: string | null;
    request: RequestKey | null;
  },
  signal?: AbortSignal,
): Promise<ProposalView> {
  const { tenantId, userId } = rep;
  const { proposal: before, place } = await reachProposal(deps, rep, proposalId, signal);
  const repeated = await answeredBefore(deps.db, tenantId, request, tx =>
    showProposal(tx, tenantId, before, deps.clock.now()),
  );
  if (repeated) return repeated;
  assertEditable(before, digest, deps.clock.now());
  const wish = { action: before.action, arguments: args ?? before.args };
  const look = await lookAt(place, wish, await deps.catalogues.of(place.account), 'arguments');
  return deps.db.withTenant(tenantId, async tx => {
    const now = deps.clock.now();
    const proposal = await readProposal(tx, tenantId, { proposalId, userId, lock: true });
    if (request && (await claimKey(tx, tenantId, request, { proposalId })) !== null)
      return showProposal(tx, tenantId, proposal, now);
    assertEditable(proposal, digest, now);
    const state = draft === null ? proposal.state : draft ? 'draft' : 'open';
    const content = {
      ...proposal,
      args: look.args,
      seen: look.sight.fields,
      target: look.sight.target,
      policyVersion,
    };
    const edited: StoredProposal = {
      ...content,
      beside: look.sight.beside,
      changes: look.changes,
      conflict: null,
      // Other words are a person's own.
      wording: args === null || args === undefined ? before.wording : null,
      digest: digestOf(content),
      state,
      expiresAt: new Date(now.getTime() + (state === 'draft' ? draftForMs : openForMs)),
    };
    await updateProposal(tx, tenantId, edited);
    const view = await showProposal(tx, tenantId, edited, now);
    await recordAudit(tx, tenantId, {
      event: 'action.edited',
      actor: { kind: 'rep', id: String(userId) },
      target: proposalId,
      details: { action: proposal.action, leadId: proposal.leadId, state },
    });
    return view;
  });
}

function assertEditable(proposal: StoredProposal, digest: string | null, now: Date): void {
  if (isExpired(proposal, now)) throw new ProposalExpired();
  if (proposal.state !== 'open' && proposal.state !== 'draft') throw new ProposalClosed();
  if (digest !== null && proposal.digest !== digest) throw new ProposalChanged();
}
