import type { Kind } from './found.ts';

/** `text` hides what looked like a placeholder before we came. */
export type PlaceholderKind = Kind | 'text';

export const placeholderKinds: PlaceholderKind[] = [
  'phone',
  'email',
  'card',
  'iban',
  'id',
  'name',
  'term',
  'text',
];

/**
 * `[[phone-1]]` as models give it back: in any case, with blanks, with another hyphen or none. Doubled brackets
 * and a plain word survive translation and Markdown, and cannot be taken for a citation `[1]`.
 */
const blanks = '[ \\u00a0]{0,2}';
const hyphen = '[-_\\u2010-\\u2015\\u2212]?';
const digits = '[0-9]{1,6}';
const placeholder = `\\[\\[${blanks}(${placeholderKinds.join('|')})${blanks}${hyphen}${blanks}(${digits})${blanks}\\]\\]`;

export function placeholderPattern(): RegExp {
  return new RegExp(placeholder, 'gi');
}

/** The longest placeholder that the pattern admits. */
const charsMax = 24;

/** Every beginning of a placeholder, at the end of a text. */
const beginnings = new RegExp(`(?:${placeholderKinds.map(beginningsOf).join('|')})$`, 'i');

/** Where the possible beginning of a placeholder at the end of `text` starts; its length where there is none. */
export function beginningAt(text: string): number {
  const from = Math.max(0, text.length - charsMax);
  const at = text.slice(from).search(beginnings);
  return at === -1 ? text.length : from + at;
}

export function spell(kind: PlaceholderKind, number: number): string {
  return `[[${kind}-${number}]]`;
}

/** `a(?:b(?:c)?)?` of the parts of one kind. */
function beginningsOf(kind: string): string {
  const parts = ['\\[', '\\[', blanks, ...kind, blanks, hyphen, blanks, digits, blanks, '\\]'];
  return parts.reduceRight((rest, part) => (rest === '' ? part : `${part}(?:${rest})?`), '');
}
