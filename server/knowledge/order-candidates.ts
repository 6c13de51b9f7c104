import { matchLetters } from './letter-match.ts';
import { type Hit, inverseFrequency, sureShare } from './ranking.ts';
import { type Evidence, fewness, passagesUsual, scoreOf } from './score.ts';
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
 * 40 words of it, each divided by the best; and says how far each supports an answer.
 */
export function orderCandidates(
  candidates: WordCandidate[],
  { words, sequence, passages }: { words: number; sequence: string[]; passages: number },
): (Hit & { evidence: Evidence })[] {
  const evidenceOf = evidenceBy(candidates, words, passages);
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
      const { whole = 0, window = 0, share = 0 } = letters[index] ?? {};
      const value =
        shares.sure * sure +
        shares.loose * loose +
        (shares.whole * whole) / most.whole +
        (shares.window * window) / most.window;
      const evidence = { ...evidenceOf(candidate), letters: share };
      return { versionId, ordinal, value, support: scoreOf(evidence), evidence };
    })
    .sort((a, b) => b.value - a.value || (a.versionId < b.versionId ? -1 : 1) || a.ordinal - b.ordinal);
}

/** What speaks for a passage, by its words; the letters are somebody else's. */
function evidenceBy(
  candidates: WordCandidate[],
  words: number,
  passages: number,
): (candidate: WordCandidate) => Omit<Evidence, 'letters'> {
  const weights = new Map<number, number>();
  const many = Math.max(passages, passagesUsual);
  const raised = Math.log((many + 1) / (passages + 1));
  const few = fewness(passages);
  for (const { stands } of candidates)
    for (const [word, share, rarity] of stands) if (share >= sureShare) weights.set(word, rarity + raised);
  const rarest = inverseFrequency(many, 0);
  const weightOf = (word: number) => weights.get(word) ?? unknownShare * rarest;
  let total = 0;
  for (let word = 0; word < words; word += 1) total += weightOf(word);
  const shareOf = (weight: number) => Math.min(1, weight / Math.max(total, 0.001));
  const known = shareOf([...weights.values()].reduce((sum, weight) => sum + weight, 0));
  return ({ stands }) => {
    const held = new Map<number, number>();
    for (const [word, share] of stands) held.set(word, Math.max(held.get(word) ?? 0, share));
    const seen = { covered: 0, alike: 0, slips: 0, rarest: 0 };
    for (const [word, share] of held) {
      const weight = weightOf(word);
      seen.alike += share * weight;
      if (share < sureShare) continue;
      seen.covered += share * weight;
      if (share < 1) seen.slips += share * weight;
      seen.rarest = Math.max(seen.rarest, Math.min(1, weight / rarest));
    }
    return {
      covered: shareOf(seen.covered),
      alike: shareOf(seen.alike),
      slips: seen.slips / Math.max(seen.covered, 0.001),
      rarest: seen.rarest,
      known,
      few,
    };
  };
}
