import type { Tx } from '../db/index.ts';
import { AppError } from '../kernel/index.ts';
import type { ActionsDeps } from './deps.ts';
import type { Claim } from './effect-queries.ts';
import { actionNamed } from './kinds/index.ts';
import { differencesOf } from './look.ts';
import type { Outcome } from './outcome.ts';
import { placeOf } from './place.ts';
import { readProposal, updateProposal } from './proposal-queries.ts';
import type { ChangeView } from './views.ts';

/** What the record holds where somebody's change kept ours from it; null where there is none, or it cannot be read now. */
export async function conflictNow(
  deps: ActionsDeps,
  claim: Claim,
  came: Outcome,
): Promise<ChangeView[] | null> {
  const conflicts = came.kind === 'stuck' && came.ending.error?.code === 'record-changed';
  if (!conflicts || claim.purpose !== 'action') return null;
  try {
    const { tenantId, leadId, actingUserId: userId } = claim;
    const place = await placeOf(deps, tenantId, { leadId, userId, locale: claim.locale });
    const action = actionNamed(claim.action);
    const sight = await action.see(place, claim.args);
    return sight && action.changes(claim.args, sight, await deps.catalogues.of(place.account));
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return null;
  }
}

/** Shows beside the proposal what it saw and what the record holds now. */
export async function showConflict(tx: Tx, claim: Claim, changes: ChangeView[], now: Date): Promise<void> {
  const { tenantId, proposalId, actingUserId: userId } = claim;
  const proposal = await readProposal(tx, tenantId, { proposalId, userId, lock: true });
  const differences = differencesOf(proposal.changes, changes);
  if (differences.length === 0) return;
  await updateProposal(tx, tenantId, { ...proposal, conflict: { at: now.toISOString(), differences } });
}
