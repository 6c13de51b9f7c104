/** A word of a text as search knows it: folded for comparing, and as it was written but in lower case. */
export interface Word {
  folded: string;
  lower: string;
}

/**
 * The words of a text, in order.
 *
 * Letters and digits make a word; numbers keep their decimal point and lose their thousands separators; a code
 * such as CM-200/X also counts as cm200x; scripts without spaces are read in pairs of characters.
 * Documents and questions go through the same functions, so that what is written alike matches.
 */
export function wordsOf(text: string): Word[] {
  return [...partsOf(text), ...codesOf(text)];
}

/** The words without what codes are joined to. */
export function partsOf(text: string): Word[] {
  const words: Word[] = [];
  const lower = text.normalize('NFKC').toLowerCase();
  for (const [raw] of lower.matchAll(wordPattern)) {
    if (unspaced.test(raw)) words.push(...pairs(raw));
    else if (digitsWithSeparators.test(raw))
      words.push(whole(raw.replaceAll(thousands, '').replace(',', '.')));
    else words.push(whole(raw));
  }
  return words;
}

/**
 * Codes and telephone numbers in one spelling each: ABC-123, abc 123 and ABC.123 are abc123, as ABC123 is by
 * itself; +7 (495) 123-45-67 is 74951234567, and 1234567 for who leaves out or writes otherwise what stands before.
 */
export function codesOf(text: string): Word[] {
  const lower = text.normalize('NFKC').toLowerCase();
  const codes: string[] = [];
  for (const [code] of lower.matchAll(codePattern))
    if (/\d/.test(code) && /\p{L}/u.test(code)) codes.push(code.replaceAll(/[-/._]/g, ''));
  for (const [, letters, digits] of lower.matchAll(spacedCode)) codes.push(`${letters}${digits}`);
  for (const [written] of lower.matchAll(longNumber)) {
    const digits = written.replaceAll(/\D/g, '');
    if (digits.length < 6 || digits.length > 15) continue;
    if (digits !== written) codes.push(digits);
    if (digits.length > localDigits) codes.push(digits.slice(-localDigits));
  }
  return codes.map(whole);
}

/** Of a telephone number, what does not depend on where one calls from. */
const localDigits = 7;

/** How long a text is, in words; two characters of a script without spaces count as one. */
export function countWords(text: string): number {
  let count = 0;
  for (const [raw] of text.matchAll(wordPattern)) count += unspaced.test(raw) ? Math.ceil(raw.length / 2) : 1;
  return count;
}

/**
 * Takes the accents off, so that words typed without them match. Cyrillic keeps its й, which is a letter of
 * its own and carries endings, but not its ё, which is rarely typed.
 */
export function fold(lower: string): string {
  if (/^[\x20-\x7e]*$/.test(lower)) return lower;
  return lower
    .replaceAll(/[\p{Script=Latin}\p{Script=Greek}]\p{M}*/gu, letter =>
      letter.normalize('NFD').replaceAll(/\p{M}+/gu, ''),
    )
    .replaceAll(/[ßæœøłđðþıё]/g, letter => plainLetters[letter] ?? letter);
}

const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ё: 'е',
};

const wordPattern = /\p{N}+(?:[.,]\p{N}+)+|[\p{L}\p{M}\p{N}]+/gu;
const codePattern = /(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,16}(?:[-/._][\p{L}\p{N}]{1,16}){1,5}(?![\p{L}\p{N}])/gu;
const spacedCode = /(?<![\p{L}\p{N}])(\p{L}{1,5}) (\d{2,8}\p{L}{0,2})(?![\p{L}\p{N}])/gu;
const longNumber = /(?<![\p{L}\p{N}])\(?\d(?:[ \u00a0().\-/]{0,2}\d){5,14}(?![\p{L}\p{N}])/gu;
const digitsWithSeparators = /^\p{N}+(?:[.,]\p{N}+)+$/u;
const thousands = /[.,](?=\p{N}{3}(?:[.,]|$))/gu;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Longer ones are keys and noise; the database's index could not hold them. */
const wordLengthMax = 64;

function whole(lower: string): Word {
  const cut = Array.from(lower.slice(0, 4 * wordLengthMax))
    .slice(0, wordLengthMax)
    .join('');
  return { lower: cut, folded: fold(cut) };
}

function pairs(run: string): Word[] {
  const characters = Array.from(run);
  if (characters.length === 1) return [whole(run)];
  return characters.slice(1).map((character, index) => whole(`${characters[index]}${character}`));
}
