import { findCards } from './cards.ts';
import { findEmails } from './emails.ts';
import { findIds } from './find-ids.ts';
import { type Found, plainMarks } from './found.ts';
import { findIbans } from './ibans.ts';
import { findPhones } from './phones.ts';
import { beginningAt, type PlaceholderKind, placeholderPattern, spell } from './placeholders.ts';

/**
 * Keeps phones, e-mail addresses and card numbers from a model for the length of one run.
 *
 * Promises: `restore(mask(x)) === x` for every text, streamed or not; the same spelling has the same
 * placeholder in all texts of the run; a placeholder that this mask never gave is left as it is.
 */
export interface Mask {
  mask(text: string): string;
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

export function createMask(): Mask {
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

  function mask(text: string): string {
    let masked = '';
    let from = 0;
    for (const { kind, start, end } of findHidden(text)) {
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

  return { mask, restore, restoreStream: () => restoring(restore) };
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
  const across = findHidden(text).find(({ start, end }) => start < lengthMax && end > lengthMax);
  const at = across ? across.start : lengthMax;
  return text.slice(0, at).replace(/[\ud800-\udbff]$/, '');
}

/** All that must be hidden, in order and without overlap; of two that overlap the earlier kind below wins. */
function findHidden(text: string): Hidden[] {
  const plain = plainMarks(text);
  const chosen: Hidden[] = [...text.matchAll(placeholderPattern())].map(({ 0: written, index }) => ({
    kind: 'text',
    start: index,
    end: index + written.length,
  }));
  // Each finder sees what the earlier ones left: a phone is not looked for inside an address.
  const finders: ((rest: string) => Found[])[] = [findEmails, findIbans, findCards, findIds, findPhones];
  let rest = blank(plain, chosen);
  for (const find of finders) {
    const found = find(rest);
    chosen.push(...found);
    rest = blank(rest, found);
  }
  return chosen.sort((a, b) => a.start - b.start);
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
