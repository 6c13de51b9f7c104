import { digitsOf, type Found } from './found.ts';
import { fitsCountry, numberPlans, trunkZero } from './number-plans.ts';
import { type After, after, type Before, before } from './surroundings.ts';

/** Digits with what people put between them; text of plain marks. */
const candidates = /(?:\+ ?)?(?:\( ?\+?)?[0-9]+(?:(?:[ ./-]| ?\( ?| ?\)[ -]?| - | {2})[0-9]+)*\)?/g;

/** Days, also with the time of day, and numbers with thousands or decimals: never part of a phone. */
const barriers = [
  /(?<![0-9])(?<![0-9][./-])(?:[12]\d{3}([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2(?:[12]\d{3}|\d{2}))(?![0-9])(?![./-][0-9])/g,
  /(?<![0-9:.])\d{1,2}[:.]\d{2}(?: ?- ?)\d{1,2}[:.]\d{2}(?![0-9:.])/g,
  /(?<![0-9.])\d{1,3}(?:\.\d{3})+,\d+|(?<![0-9,.])\d{1,3}(?:[, ]\d{3})+\.\d{1,2}(?![0-9])|(?<![0-9])\d+,\d+(?:,\d+)*/g,
];

const digitsMin = 7;
/** Fifteen, and the two zeros that some dial instead of a plus. */
const digitsMax = 17;
const groupsMax = 7;

interface Group {
  start: number;
  end: number;
}

/**
 * Telephone numbers, international and as written in the countries of number-plans.ts.
 *
 * What decides is the shape (groups, plan), then the company it keeps: a word such as "order" or a currency
 * beside the digits speaks against, "phone" or "тел." for. In doubt it masks: an id that the model cannot see
 * is a nuisance, a number that it can see a leak.
 */
export function findPhones(text: string): Found[] {
  const found: Found[] = [];
  const readable = withoutBarriers(text);
  for (const candidate of readable.matchAll(candidates)) {
    if (candidate[0].length < digitsMin) continue;
    const groups = [...candidate[0].matchAll(/[0-9]+/g)].map(group => ({
      start: candidate.index + group.index,
      end: candidate.index + group.index + group[0].length,
    }));
    found.push(...phonesIn(readable, candidate.index, groups));
  }
  return found;
}

/** Overwrites them with a mark that no number holds, so that positions stay. */
function withoutBarriers(text: string): string {
  return barriers.reduce((rest, barrier) => rest.replace(barrier, hit => '|'.repeat(hit.length)), text);
}

/** Two numbers may follow each other, and a count may stand beside one: try each start, the longest first. */
function phonesIn(text: string, start: number, groups: Group[]): Found[] {
  const found: Found[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    const from = first === 0 ? start : opening(text, groups, first);
    if (from === null) continue;
    const last = phoneFrom(text, from, groups, first);
    if (last === null) continue;
    found.push({ kind: 'phone', start: from, end: last.end });
    first = last.group;
  }
  return found;
}

/** Where a number that begins with group `first` would start: only after a blank, or at `+` and `(`. */
function opening(text: string, groups: Group[], first: number): number | null {
  const gapStart = groups[first - 1]?.end ?? 0;
  const gap = text.slice(gapStart, groups[first]?.start ?? 0);
  const at = gap.search(/[ (+](?=[(+ ]*$)/);
  if (at === -1) return null;
  return gapStart + at + (/^ +/.exec(gap.slice(at))?.[0].length ?? 0);
}

function phoneFrom(
  text: string,
  from: number,
  groups: Group[],
  first: number,
): { end: number; group: number } | null {
  let best: { end: number; group: number; rank: number } | null = null;
  const ahead = before(text, from);
  for (let last = first; last < groups.length; last += 1) {
    const window = groups.slice(first, last + 1);
    const length = lengthOf(window);
    if (length > digitsMax || window.length > groupsMax) break;
    if (length < digitsMin || !closes(text, groups, last)) continue;
    const end = groups[last]?.end ?? from;
    const rank = rankOf(text.slice(from, end), window, ahead, () => after(text, end));
    if (rank > 0 && rank >= (best?.rank ?? 0)) best = { end, group: last, rank };
  }
  return best;
}

/** A number ends where the run does, or before a blank. */
function closes(text: string, groups: Group[], last: number): boolean {
  const next = groups[last + 1];
  return next === undefined || /[ (]/.test(text.slice(groups[last]?.end ?? 0, next.start));
}

/** 0: no phone; 1: perhaps, said by its surroundings or its plus; 2: it fits a plan. */
function rankOf(written: string, groups: Group[], ahead: Before, behind: () => After): 0 | 1 | 2 {
  const digits = digitsOf(written);
  const bare = digits.replace(/^00/, '');
  const plus = /^\(?\+/.test(written) || (bare.length < digits.length && fitsCountry(bare) === true);
  const rank = plus ? rankInternational(bare, written) : rankNational(digits, written, groups, ahead);
  if (rank === 0 || ahead.amount) return 0;
  const { amount, glued } = behind();
  return amount || (glued && !plus && !ahead.namesPhone) ? 0 : rank;
}

function rankInternational(digits: string, written: string): 0 | 1 | 2 {
  if (digits.length < 8 || digits.length > 15 || digits.startsWith('0')) return 0;
  if (/^\+ ?\d{1,3}(?:[ .]000)+$/.test(written)) return 0;
  return fitsCountry(digits) === false ? 1 : 2;
}

function rankNational(digits: string, written: string, groups: Group[], ahead: Before): 0 | 1 | 2 {
  if (digits.length < 7 || digits.length > 15 || ahead.glued) return 0;
  if (ahead.namesPhone) return fitsPlan(digits, groups) ? 2 : 1;
  const bracketed = /^\(?0?\d{2,4}\)|^[018] ?\(\d{2,4}\)/.test(written);
  if (ahead.namesOther && !bracketed) return 0;
  // 612.345.678 is an amount in half of the world.
  if (/^\d{1,3}(?:\.\d{3})+$/.test(written)) return 0;
  return fitsPlan(digits, groups) ? 2 : 0;
}

function fitsPlan(digits: string, groups: Group[]): boolean {
  if (groups.length > 1 && trunkZero.test(digits)) return fitsTrunk(groups);
  const shape = groups.map(({ start, end }) => end - start).join(' ');
  return (
    (groups.length === 1 && /^0[1-9]\d{8,12}$/.test(digits)) ||
    numberPlans.some(({ digits: pattern, shapes, solid }) =>
      groups.length === 1 ? solid?.test(digits) === true : shapes.has(shape) && pattern.test(digits),
    )
  );
}

/** An area of two to six digits with its zero, then the rest in at most four groups. */
function fitsTrunk(groups: Group[]): boolean {
  const [area, ...rest] = groups.map(({ start, end }) => end - start);
  return area !== undefined && area >= 1 && area <= 6 && rest.length <= 4 && Math.max(...rest) >= 2;
}

function lengthOf(groups: Group[]): number {
  return groups.reduce((sum, { start, end }) => sum + end - start, 0);
}
