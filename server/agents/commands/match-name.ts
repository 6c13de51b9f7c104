/**
 * What a person may mean by some words: whole names before beginnings of words. More than one only if equally
 * good.
 */
export function matchNames<T extends { name: string }>(words: string, all: T[]): T[] {
  const wanted = fold(words);
  if (wanted === '') return [];
  const exact = all.filter(({ name }) => fold(name) === wanted);
  return exact.length > 0 ? exact : all.filter(({ name }) => ` ${fold(name)}`.includes(` ${wanted}`));
}

/** Without case, accents and marks between words. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
