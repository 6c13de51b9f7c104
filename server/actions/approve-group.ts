import { AppError, NotFound } from '../kernel/index.ts';
import { ReconnectNeeded } from '../kommo/index.ts';
import { approve } from './approve.ts';
import type { ActionsDeps } from './deps.ts';
import type { RequestKey } from './idempotency.ts';
import { proposalsOfGroup } from './proposal-queries.ts';
import { type Rep, reachProposal } from './reach.ts';
import { showProposals } from './show-proposal.ts';
import type { ProposalView } from './views.ts';

/**
 * Approves the named proposals of a group one after the other. One that cannot be approved, because its
 * record changed or somebody decided it before, does not keep the others from it: its view or
 * its fault says why.
 *
 * @throws NotFound
 */
export async function approveGroup(
  deps: ActionsDeps,
  rep: Rep,
  { groupId, digests, key }: { groupId: string; digests: Record<string, string>; key: RequestKey },
  signal?: AbortSignal,
): Promise<{ proposals: ProposalView[]; faults: Record<string, string> }> {
  const { tenantId, userId } = rep;
  const read = () => deps.db.withTenant(tenantId, tx => proposalsOfGroup(tx, tenantId, { groupId, userId }));
  const [first, ...rest] = await read();
  if (!first) throw new NotFound('proposal group');
  await reachProposal(deps, rep, first.id, signal).catch(error => {
    throw error instanceof NotFound ? new NotFound('proposal group') : error;
  });
  const faults: Record<string, string> = {};
  const withMessages = new Map<string, string>();
  for (const { id } of [first, ...rest]) {
    const digest = digests[id];
    if (digest === undefined) continue;
    // One key for the whole group, so each proposal has its own part of it.
    const request = {
      ...key,
      key: key.key === null ? null : `${key.key}:${id}`,
      operation: 'approveProposal',
      request: [id, { digest }],
    };
    try {
      const view = await approve(deps, rep, { proposalId: id, digest, request }, signal);
      for (const task of view.wording?.tasks ?? []) withMessages.set(task, view.decidedAt ?? '');
    } catch (error) {
      // None of them could be approved now: the caller has to come back.
      if (!(error instanceof AppError) || error.retryable || error instanceof ReconnectNeeded) throw error;
      faults[id] = error.code;
    }
  }
  const stored = await read();
  for (const task of stored) {
    // What its message approved on the way, in the same moment, is what was asked for.
    const wished = task.state === 'approved' && task.digest === digests[task.id];
    if (wished && task.decidedAt?.toISOString() === withMessages.get(task.id)) delete faults[task.id];
  }
  const proposals = await deps.db.withTenant(tenantId, tx =>
    showProposals(tx, tenantId, stored, deps.clock.now()),
  );
  return { proposals, faults };
}
