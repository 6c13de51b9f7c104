/** BM25's two constants: how fast repeating a word stops to matter, and how much length counts. */
const saturation = 1.2;
const lengthShare = 0.75;
/** Passages are cut to about this many words, so the average need not be counted for every search. */
const wordsUsual = 130;

/** What one term adds to a passage, before it is multiplied with how rare the term is. */
export function bm25Weight(count: number, wordCount: number): number {
  const length = 1 - lengthShare + (lengthShare * wordCount) / wordsUsual;
  return Math.round(((count * (saturation + 1)) / (count + saturation * length)) * 1000) / 1000;
}

/** How much finding a term tells: the rarer, the more. */
export function inverseFrequency(passages: number, holding: number): number {
  return Math.log(1 + (Math.max(passages, holding) - holding + 0.5) / (holding + 0.5));
}
