/**
 * Lower case without the diacritics of Latin letters, so that "Garantía" and "garantia" are one word. Cyrillic
 * keeps й apart from и, which are two letters, and writes ё as е, as most people do.
 */
export function fold(text: string): string {
  const bare = text.normalize('NFKD').replace(/(\p{Script=Latin})\p{M}+/gu, '$1');
  return bare.normalize('NFC').toLowerCase().replaceAll('ё', 'е');
}

/** The folded words of a text, in order. */
export function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Are two folded words forms of one? They must share their beginning, at least four letters, and may differ
 * in endings of up to half of it: price and pricing, envío and envíos, доставка and доставки.
 */
export function sameStem(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  if (shorter < 4 || /\d/.test(a)) return false;
  let shared = 0;
  while (shared < shorter && a[shared] === b[shared]) shared += 1;
  return shared >= 4 && Math.max(a.length, b.length) - shared <= shared / 2 + 1;
}
