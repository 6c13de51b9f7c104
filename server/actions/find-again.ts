import type { Action, Place, Sight, Written } from './action.ts';
import { type Claim, madeByOthers } from './effect-queries.ts';
import { journalTells } from './give-way.ts';
import { sameJson } from './json.ts';
import { leadUrl } from './lead-record.ts';

export type Found =
  | { kind: 'found'; result: Written }
  /** It is not there. */
  | { kind: 'absent' }
  /** Somebody else changed what it was to change. */
  | { kind: 'changed' }
  /** Not as we wrote it, but something that may be ours stands there: never written again. */
  | { kind: 'altered' }
  /** Nothing tells whether it happened. */
  | { kind: 'unclear' };

/** Looks for a write whose outcome nobody saw. */
export async function findAgain(place: Place, action: Action, claim: Claim): Promise<Found> {
  return action.perform.kind === 'make'
    ? findMade(place, action.perform, claim)
    : findSet(place, action, claim);
}

async function findMade(
  place: Place,
  perform: Extract<Action['perform'], { kind: 'make' }>,
  claim: Claim,
): Promise<Found> {
  const sentAt = claim.sentAt ?? place.deps.clock.now();
  const candidates = await perform.find(place, claim.args, claim.mark, claim.effectId, sentAt);
  if (candidates === null) return { kind: 'unclear' };
  const taken = await place.deps.db.withTenant(claim.tenantId, tx => madeByOthers(tx, claim));
  const free = candidates.filter(({ record, recordId }) => !taken.has(`${record}:${recordId}`));
  const own = free.find(({ altered }) => !altered);
  if (own) return { kind: 'found', result: own };
  return { kind: free.length > 0 ? 'altered' : 'absent' };
}

async function findSet(place: Place, action: Action, claim: Claim): Promise<Found> {
  const sight = await action.see(place, claim.args);
  if (sight === null) return { kind: 'changed' };
  const after = action.after(claim.args, claim.seen, sight.beside);
  if (after !== null && sameJson(after, sight.fields))
    return { kind: 'found', result: resultOf(place, sight) };
  if (!sameJson(claim.seen, sight.fields)) return { kind: 'changed' };
  // The old value stands. Untouched since: it never landed. Touched: it may have landed and been reverted, which
  // the journal tells from a change of something else, such as another one of ours.
  const { updatedAt } = claim.mark as { updatedAt: number | null };
  if (updatedAt !== null && updatedAt === sight.updatedAt) return { kind: 'absent' };
  const landed = await journalTells(place, action, claim);
  if (landed === null) return { kind: 'unclear' };
  return { kind: landed ? 'changed' : 'absent' };
}

/** Where the change of a record that was there before can be seen. */
export function resultOf(place: Place, { target, updatedAt }: Sight): Written {
  const record = target.kind === 'task' || target.kind === 'contact' ? target.kind : 'lead';
  return { record, recordId: target.id, url: leadUrl(place), updatedAt };
}
