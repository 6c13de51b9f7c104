import { matchLetters } from './letter-match.ts';
import { type Hit, inverseFrequency, sureShare } from './ranking.ts';
import { wordsOf } from './words.ts';

/** A passage with its two scores by words, each 1 at the best, and each of its words that was asked for. */
export interface WordCandidate {
  versionId: string;
  ordinal: number;
  sure: number;
  loose: number;
  heading: string;
  body: string;
  /** With the word's rarity. */
  stands: [word: number, share: number, rarity: number][];
}

/** Chosen on the tuning half of the questions, where all near it does about as well. */
const shares = { sure: 1, loose: 0.5, whole: 0.5, window: 1 };
/** A word nobody ever wrote here tells less than a rare one that somebody did: it is often mere politeness. */
const unknownShare = 0.6;

/**
 * Orders passages by their words and by the letters they share with the question, in all of the text and within
 * 40 words of it, each divided by the best; and says how much of the question they hold.
 */
export function orderCandidates(
  candidates: WordCandidate[],
  { words, sequence, passages }: { words: number; sequence: string[]; passages: number },
): Hit[] {
  const support = supportBy(candidates, words, passages);
  const letters = matchLetters(
    sequence,
    candidates.map(({ heading, body }) => wordsOf(`${heading}\n${body}`).map(({ folded }) => folded)),
  );
  const most = {
    whole: Math.max(...letters.map(({ whole }) => whole), 0.001),
    window: Math.max(...letters.map(({ window }) => window), 0.001),
  };
  return candidates
    .map((candidate, index) => {
      const { versionId, ordinal, sure, loose } = candidate;
      const { whole = 0, window = 0 } = letters[index] ?? {};
      const value =
        shares.sure * sure +
        shares.loose * loose +
        (shares.whole * whole) / most.whole +
        (shares.window * window) / most.window;
      return { versionId, ordinal, value, support: support(candidate) };
    })
    .sort((a, b) => b.value - a.value || (a.versionId < b.versionId ? -1 : 1) || a.ordinal - b.ordinal);
}

/** The share of the question's weight that a passage's words cover. */
function supportBy(
  candidates: WordCandidate[],
  words: number,
  passages: number,
): (candidate: WordCandidate) => number {
  const weights = new Map<number, number>();
  for (const { stands } of candidates)
    for (const [word, share, rarity] of stands) if (share >= sureShare) weights.set(word, rarity);
  const unknown = unknownShare * inverseFrequency(passages, 0);
  let total = 0;
  for (let word = 0; word < words; word += 1) total += weights.get(word) ?? unknown;
  return ({ stands }) => {
    const held = new Map<number, number>();
    for (const [word, share] of stands) held.set(word, Math.max(held.get(word) ?? 0, share));
    let covered = 0;
    for (const [word, share] of held)
      covered += (share >= sureShare ? share : 0) * (weights.get(word) ?? unknown);
    return covered / Math.max(total, 0.001);
  };
}
