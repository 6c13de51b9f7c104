import type { Action, Journaled, Place } from './action.ts';
import type { Claim } from './effect-queries.ts';
import { type Change, readJournal } from './journal.ts';
import { type Fields, sameJson } from './json.ts';

type Written = Pick<Claim, 'args' | 'seen' | 'mark'>;

/** A person may change it again while theirs is put back; after so many turns theirs stands as it is. */
const turnsMax = 3;

/**
 * Kommo writes without conditions, so a change that somebody made between our last look and our write is
 * overwritten, and nothing in the answer tells. Its journal does: it names the value that our write replaced. Where
 * that is not the one that was approved over, theirs is put back.
 *
 * Only stage, price and responsible person go this way. Of a custom field the journal keeps a text, which is not
 * what Kommo takes back for every type. Tags are added and taken one by one and overwrite nobody's. A task's
 * changes are not told of the lead, and one that both completed is what both wanted. A reason for a loss is in no
 * event, so a stage is put back without one.
 *
 * @returns false where our value replaced the approved one, where somebody changed it again, or nothing tells
 */
export async function giveWay(place: Place, action: Action, claim: Written): Promise<boolean> {
  const journaled = journalOf(place, action, claim);
  const since = sinceMark(claim);
  if (!journaled?.putBack || since === null) return false;
  const named = (fields: Fields) => pick(fields, journaled.fields);
  let ours = named(action.after(claim.args, claim.seen, {}) ?? {});
  let replaced = named(claim.seen);
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const theirs = replacedBy(await readJournal(place, journaled, since), ours, place.userId);
    if (theirs === null || sameJson(theirs, replaced)) return turn > 0;
    const now = await action.see(place, claim.args);
    if (now === null || !sameJson(named(now.fields), ours)) return turn > 0;
    await place.deps.reach('effect.before-put-back');
    await journaled.putBack(place, theirs);
    [ours, replaced] = [theirs, ours];
  }
  return true;
}

/** What the newest of our writes of this value replaced; null where the journal does not have it. */
function replacedBy(changes: Change[] | null, ours: Fields, userId: number): Fields | null {
  const made = (changes ?? []).find(({ by, after }) => by === userId && sameJson(after, ours));
  return made?.before ?? null;
}

/** Whether the journal knows of our write: true, false, or null where it cannot tell. */
export async function journalTells(place: Place, action: Action, claim: Written): Promise<boolean | null> {
  const journaled = journalOf(place, action, claim);
  const since = sinceMark(claim);
  if (!journaled || since === null) return null;
  const changes = await readJournal(place, journaled, since);
  if (changes === null) return null;
  if (changes.length === 0) return false;
  if (!journaled.read) return null;
  const ours = pick(action.after(claim.args, claim.seen, {}) ?? {}, journaled.fields);
  return changes.some(({ after }) => after === null || sameJson(after, ours));
}

function journalOf(place: Place, { perform }: Action, { args, seen }: Written): Journaled | null {
  return perform.kind === 'set' ? (perform.journal?.(place, args, seen) ?? null) : null;
}

/** The record's own time at our last look: by Kommo's clock, so no difference of clocks gets in between. */
function sinceMark({ mark }: Written): number | null {
  const { updatedAt } = (mark ?? {}) as { updatedAt?: number | null };
  return updatedAt ?? null;
}

function pick(fields: Fields, names: string[]): Fields {
  return Object.fromEntries(names.map(name => [name, fields[name] ?? null]));
}
