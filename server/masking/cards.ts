import { digitsOf, type Found } from './found.ts';

/** How the issuers number their cards: first digits and length. It keeps most barcodes and order ids out. */
const issued = new RegExp(
  [
    '4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})', // Visa
    '5[0-9]{12,18}|6[0-9]{12,18}', // Mastercard, Maestro, Discover, UnionPay, Elo, Hipercard
    '2[2-7][0-9]{14}|220[0-4][0-9]{12,15}', // Mastercard, Mir
    '3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11,16}', // American Express, Diners
    '35[0-9]{14,17}', // JCB
    '9792[0-9]{12}', // Troy
  ]
    .map(numbers => `(?:${numbers})`)
    .join('|')
    .replace(/^/, '^(?:')
    .replace(/$/, ')$'),
);

/** Groups of digits with at most three separators between them, a line break among them, in text of plain marks. */
const runs = /(?<![0-9+])[0-9]+(?:[ .\r\n\t-]{1,3}[0-9]+)*/g;

/**
 * Payment card numbers: 13 to 19 digits of an issuer's pattern with a right check digit, at once or in groups.
 * A card may stand in a longer run of groups, before its expiry date for instance.
 */
export function findCards(text: string): Found[] {
  const found: Found[] = [];
  for (const run of text.matchAll(runs)) {
    if (run[0].length < 13) continue;
    const groups = [...run[0].matchAll(/[0-9]+/g)].map(group => ({
      start: run.index + group.index,
      end: run.index + group.index + group[0].length,
    }));
    for (let first = 0; first < groups.length; first += 1) {
      const last = cardFrom(text, groups, first);
      if (last === -1) continue;
      found.push({ kind: 'card', start: groups[first]?.start ?? 0, end: groups[last]?.end ?? 0 });
      first = last;
    }
  }
  return found;
}

/** The last group of the longest card that starts with group `first`, or -1. */
function cardFrom(text: string, groups: { start: number; end: number }[], first: number): number {
  const start = groups[first];
  // Cards are printed in groups of four and more; lists of small numbers are not.
  if (start === undefined || start.end - start.start < 4) return -1;
  let best = -1;
  for (let last = first; last < groups.length; last += 1) {
    const end = groups[last]?.end ?? 0;
    if (end - start.start > 19 + 18) break;
    const digits = digitsOf(text.slice(start.start, end));
    if (digits.length > 19) break;
    if (digits.length >= 13 && issued.test(digits) && checks(digits)) best = last;
  }
  return best;
}

/** Luhn: from the right, every second digit counts twice, and the digits' sum divides by ten. */
export function checks(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const twice = at % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}
