import { recordAudit } from '../audit/index.ts';
import type { ActionsDeps } from './deps.ts';
import { ProposalClosed } from './errors.ts';
import { claimKey, type RequestKey } from './idempotency.ts';
import { readProposal, updateProposal } from './proposal-queries.ts';
import { type Rep, reachProposal } from './reach.ts';
import { showProposal } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

/** Closes a proposal without writing anything. An expired one may be refused too. @throws NotFound, ProposalClosed */
export async function refuse(
  deps: ActionsDeps,
  rep: Rep,
  { proposalId, reason, request }: { proposalId: string; reason: string | null; request: RequestKey | null },
  signal?: AbortSignal,
): Promise<ProposalView> {
  const { tenantId, userId } = rep;
  await reachProposal(deps, rep, proposalId, signal);
  return deps.db.withTenant(tenantId, async tx => {
    const now = deps.clock.now();
    const proposal = await readProposal(tx, tenantId, { proposalId, userId, lock: true });
    if (request && (await claimKey(tx, tenantId, request, { proposalId })) !== null)
      return showProposal(tx, tenantId, proposal, now);
    if (proposal.state === 'approved' || proposal.state === 'refused') throw new ProposalClosed();
    const refused = {
      ...proposal,
      state: 'refused' as const,
      conflict: null,
      refusedReason: reason,
      decidedBy: { id: userId, name: rep.name },
      decidedAt: now,
    };
    await updateProposal(tx, tenantId, refused);
    const view = await showProposal(tx, tenantId, refused, now);
    await recordAudit(tx, tenantId, {
      event: 'action.refused',
      actor: { kind: 'rep', id: String(userId) },
      target: proposalId,
      details: { action: proposal.action, leadId: proposal.leadId },
    });
    return view;
  });
}
