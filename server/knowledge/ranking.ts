/** Where a passage stands, and what one way of searching makes of it. */
export interface Hit {
  versionId: string;
  ordinal: number;
  value: number;
  /** Share of the question's weight that it holds (words), or of the way from the usual to the same (vectors). */
  support: number;
}

/** A passage with what all ways of searching make of it together. */
export interface Ranked {
  versionId: string;
  ordinal: number;
  rank: number;
  support: number;
}

/** From here on a term is the word that was asked for, in another form or with a slip; below it resembles it. */
export const sureShare = 0.7;

/** BM25's two constants: how fast repeating a word stops to matter, and how much length counts. */
export const saturation = 1.2;
const lengthShare = 0.5;
/** Passages are cut to about this many words, so the average need not be counted for every search. */
const wordsUsual = 130;

/** How often a word stands in a passage, against the passage's length. */
export function frequency(count: number, wordCount: number): number {
  const length = 1 - lengthShare + (lengthShare * wordCount) / wordsUsual;
  return Math.round((count / length) * 1000) / 1000;
}

/** How much finding a word tells: the rarer, the more. */
export function inverseFrequency(passages: number, holding: number): number {
  return Math.log(1 + (Math.max(passages, holding) - holding + 0.5) / (holding + 0.5));
}
