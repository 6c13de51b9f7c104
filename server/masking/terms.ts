import { plainMarks } from './found.ts';

export type FindTerms = (text: string) => { start: number; end: number }[];

/**
 * Finds words and names of a list, in any case and with any blanks between their parts, but only whole ones:
 * `Ana` is not found in `Banana`. Text of plain marks.
 */
export function termFinder(terms: string[]): FindTerms {
  const patterns = [...new Set(terms.map(fold))]
    .filter(term => term !== '')
    .sort((a, b) => b.length - a.length)
    .map(term => term.split(' ').map(literally).join('\\s{1,3}'));
  if (patterns.length === 0) return () => [];
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{M}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}\\p{M}\\p{N}])`,
    'giu',
  );
  return text =>
    [...text.matchAll(pattern)].map(({ 0: hit, index }) => ({ start: index, end: index + hit.length }));
}

/** What two spellings of one term have in common. */
export function fold(text: string): string {
  return plainMarks(text).normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function literally(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
