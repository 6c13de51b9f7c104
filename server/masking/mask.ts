import { findCards } from './cards.ts';
import { findEmails } from './emails.ts';
import { findIds } from './find-ids.ts';
import { digitsOf, type Found, plainMarks } from './found.ts';
import { findIbans } from './ibans.ts';
import { findPhones } from './phones.ts';
import { beginningAt, type PlaceholderKind, placeholderPattern, spell } from './placeholders.ts';
import { type FindTerms, fold, termFinder } from './terms.ts';

/**
 * Keeps from a model, for the length of one run: phones, e-mail addresses, card and account numbers, national
 * ids, names of other clients, and what the company's dictionary says.
 *
 * Promises: `restore(mask(x)) === x` for every text, streamed or not; the same spelling has the same
 * placeholder in all texts of the run; a placeholder that this mask never gave is left as it is.
 */
export interface Mask {
  mask(text: string): string;
  /**
   * For the company's own documents, which a model reads as they are: hides the dictionary's words, and what
   * looks like a placeholder, so that nothing that a document says is ever restored as somebody's number.
   */
  maskOwnText(text: string): string;
  restore(text: string): string;
  /** For an answer that arrives in pieces; holds back only what may be the beginning of a placeholder. */
  restoreStream(): RestoreStream;
}

export interface RestoreStream {
  push(chunk: string): string;
  /** What was held back. Call it once, at the end. */
  end(): string;
}

interface Hidden {
  kind: PlaceholderKind;
  start: number;
  end: number;
}

export interface MaskWords {
  /** Names of clients whom this run is not about. */
  names?: string[];
  /** Hidden wherever they stand, in documents too. */
  always?: string[];
  /** Left as they are although a rule would hide them. */
  never?: string[];
}

export function createMask(words: MaskWords = {}): Mask {
  const rules = rulesOf(words);
  const placeholders = new Map<string, string>();
  const values = new Map<string, string>();
  const counts = new Map<PlaceholderKind, number>();

  function hide(kind: PlaceholderKind, value: string): string {
    const known = placeholders.get(value);
    if (known !== undefined) return known;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const given = spell(kind, number);
    placeholders.set(value, given);
    values.set(given, value);
    return given;
  }

  function replace(text: string, hidden: Hidden[]): string {
    let masked = '';
    let from = 0;
    for (const { kind, start, end } of hidden) {
      masked += text.slice(from, start) + hide(kind, text.slice(start, end));
      from = end;
    }
    return masked + text.slice(from);
  }

  function restore(text: string): string {
    return text.replace(placeholderPattern(), (written: string, kind: string, number: string) => {
      return values.get(`[[${kind.toLowerCase()}-${Number(number)}]]`) ?? written;
    });
  }

  return {
    mask: text => replace(text, findHidden(text, rules)),
    maskOwnText: text => replace(text, findOwnHidden(text, rules)),
    restore,
    restoreStream: () => restoring(restore),
  };
}

function restoring(restore: (text: string) => string): RestoreStream {
  let held = '';
  return {
    push(chunk) {
      const text = held + chunk;
      const safe = beginningAt(text);
      held = text.slice(safe);
      return restore(text.slice(0, safe));
    },
    end() {
      const rest = restore(held);
      held = '';
      return rest;
    },
  };
}

/**
 * The beginning of a text, at most `lengthMax` units, cut before anything that would have to be hidden: half
 * of a card number looks like none and would be shown.
 */
export function cutBeforeHidden(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const across = findHidden(text, noRules).find(({ start, end }) => start < lengthMax && end > lengthMax);
  const at = across ? across.start : lengthMax;
  return text.slice(0, at).replace(/[\ud800-\udbff]$/, '');
}

interface Rules {
  terms: { kind: 'name' | 'term'; find: FindTerms }[];
  isFree(value: string): boolean;
}

function rulesOf({ names = [], always = [], never = [] }: MaskWords): Rules {
  const free = new Set(never.flatMap(term => [fold(term), digitsOfNumber(term)]));
  free.delete('');
  return {
    terms: [
      { kind: 'term', find: termFinder(always) },
      { kind: 'name', find: termFinder(names.filter(name => !free.has(fold(name)))) },
    ],
    isFree: value => free.size > 0 && (free.has(fold(value)) || free.has(digitsOfNumber(value))),
  };
}

/** A number is the same however it is grouped; a short one says nothing. */
function digitsOfNumber(value: string): string {
  const digits = digitsOf(plainMarks(value));
  return digits.length < 7 ? '' : digits;
}

const noRules = rulesOf({});

/** All that must be hidden, in order and without overlap. */
function findHidden(text: string, rules: Rules): Hidden[] {
  const spelled = placeholdersIn(text);
  const plain = blank(plainMarks(text), spelled);
  const chosen: Hidden[] = [];
  // Each finder sees what the earlier ones left: a phone is not looked for inside an address.
  const finders: ((rest: string) => Found[])[] = [findEmails];
  // Most texts hold no digit at all.
  if (/[0-9]/.test(plain)) finders.push(findIbans, findCards, findIds, findPhones);
  let rest = plain;
  for (const find of finders) {
    const found = find(rest);
    chosen.push(...found.filter(({ start, end }) => !rules.isFree(text.slice(start, end))));
    rest = blank(rest, found);
  }
  return [...spelled, ...joined([...chosen, ...termsIn(plain, rules)])].sort((a, b) => a.start - b.start);
}

function findOwnHidden(text: string, rules: Rules): Hidden[] {
  const spelled = placeholdersIn(text);
  const found = termsIn(blank(plainMarks(text), spelled), { ...rules, terms: rules.terms.slice(0, 1) });
  return [...spelled, ...joined(found)].sort((a, b) => a.start - b.start);
}

function placeholdersIn(text: string): Hidden[] {
  return [...text.matchAll(placeholderPattern())].map(({ 0: written, index }) => ({
    kind: 'text',
    start: index,
    end: index + written.length,
  }));
}

function termsIn(plain: string, { terms }: Rules): Hidden[] {
  return terms.flatMap(({ kind, find }) => find(plain).map(place => ({ kind, ...place })));
}

/** Of two that overlap one is made: half of a number beside a hidden word would be shown. */
function joined(stretches: Hidden[]): Hidden[] {
  const apart: Hidden[] = [];
  for (const one of stretches.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last && one.start < last.end) last.end = Math.max(last.end, one.end);
    else apart.push({ ...one });
  }
  return apart;
}

/** Overwrites stretches with a mark that is part of no value; positions stay. */
function blank(text: string, stretches: { start: number; end: number }[]): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
    rest += text.slice(from, start) + '|'.repeat(end - start);
    from = end;
  }
  return rest + text.slice(from);
}
