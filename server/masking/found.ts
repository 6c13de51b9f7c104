export type Kind = 'phone' | 'email' | 'card' | 'iban' | 'id' | 'name' | 'term';

/** A value that must not leave, at `text.slice(start, end)`. */
export interface Found {
  kind: Kind;
  start: number;
  end: number;
}

/** Where each decimal system of the basic plane has its zero; the nine other digits follow it. */
const zeros = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50,
  0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810, 0xff10,
];

/**
 * The text with every digit as 0 to 9, every blank as a space, every hyphen as `-` and so on, so that the
 * finders need one spelling. Each code unit becomes one code unit: positions stay.
 */
export function plainMarks(text: string): string {
  return text
    .replace(/[^\P{Nd}0-9]/gu, digit => (digit.length === 1 ? plainDigit(digit) : digit))
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]/g, ' ')
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, '-')
    .replace(/\uff0b/g, '+')
    .replace(/\uff20/g, '@')
    .replace(/\uff08/g, '(')
    .replace(/\uff09/g, ')');
}

function plainDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = zeros.find(start => code >= start && code < start + 10);
  return zero === undefined ? digit : String(code - zero);
}

export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '');
}
