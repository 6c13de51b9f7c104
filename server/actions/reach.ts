import type { Caller } from '../http/index.ts';
import { NotFound } from '../kernel/index.ts';
import type { Place } from './action.ts';
import type { ActionsDeps } from './deps.ts';
import { authoriseLead, placeOf } from './place.ts';
import { readProposal, type StoredProposal } from './proposal-queries.ts';

export type Rep = Caller & { kind: 'rep' };

/** A proposal on a lead that the rep may see now. @throws NotFound */
export async function reachProposal(
  deps: ActionsDeps,
  rep: Pick<Rep, 'tenantId' | 'userId'>,
  proposalId: string,
  signal?: AbortSignal,
): Promise<{ proposal: StoredProposal; place: Place }> {
  const { tenantId, userId } = rep;
  const proposal = await deps.db.withTenant(tenantId, tx =>
    readProposal(tx, tenantId, { proposalId, userId }),
  );
  const place = await placeOf(deps, tenantId, { leadId: proposal.leadId, userId, signal });
  // A lead out of sight makes what hangs on it missing too.
  await authoriseLead(place).catch(error => {
    throw error instanceof NotFound ? new NotFound('proposal') : error;
  });
  return { proposal, place };
}
