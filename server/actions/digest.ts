import { type Fields, hashOf } from './json.ts';
import type { Target } from './views.ts';

/** Grows when what a proposal promises changes; a proposal of an earlier policy is read again before it is approved. */
export const policyVersion = 1;

/** What an approval is bound to: one byte of it changed is another proposal. */
export function digestOf(proposal: {
  id: string;
  leadId: number;
  action: string;
  args: object;
  target: Target;
  seen: Fields;
  proposer: { kind: string; id: number | null };
  policyVersion: number;
}): string {
  const { id, leadId, action, args, target, seen, proposer } = proposal;
  return hashOf([
    id,
    leadId,
    action,
    args,
    target.kind,
    target.id,
    seen,
    proposer.kind,
    proposer.id,
    proposal.policyVersion,
  ]);
}
