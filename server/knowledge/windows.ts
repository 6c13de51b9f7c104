import { type Hit, inverseFrequency, sureShare } from './ranking.ts';

/** A passage with each of its words that was asked for: word, share, slots, rarity if sure, rarity if alike. */
export interface WordCandidate {
  versionId: string;
  ordinal: number;
  value: number;
  stands: [word: number, share: number, slots: number, sure: number, loose: number][];
}

const windowShare = 0.5;
/** A word nobody ever wrote here tells less than a rare one that somebody did: it is often mere politeness. */
const unknownShare = 0.6;

/** Orders passages anew by what stands within 40 words of each other, and says how much of the question they hold. */
export function rankByWindows(candidates: WordCandidate[], words: number, passages: number): Hit[] {
  const weights = new Map<number, number>();
  for (const { stands } of candidates)
    for (const [word, share, , sure] of stands) if (share >= sureShare) weights.set(word, sure);
  const unknown = unknownShare * inverseFrequency(passages, 0);
  let total = 0;
  for (let word = 0; word < words; word += 1) total += weights.get(word) ?? unknown;
  const seen = candidates.map(candidate => {
    const held = new Map<number, number>();
    for (const [word, share] of candidate.stands) held.set(word, Math.max(held.get(word) ?? 0, share));
    let covered = 0;
    for (const [word, share] of held)
      covered += (share >= sureShare ? share : 0) * (weights.get(word) ?? unknown);
    return {
      candidate,
      sure: bestWindow(candidate, sureShare, ([, , , sure]) => sure),
      loose: bestWindow(candidate, 0, ([, , , , loose]) => loose),
      support: covered / Math.max(total, 0.001),
    };
  });
  const sureBest = Math.max(...seen.map(({ sure }) => sure), 0.001);
  const looseBest = Math.max(...seen.map(({ loose }) => loose), 0.001);
  return seen
    .map(({ candidate: { versionId, ordinal, value }, sure, loose, support }) => ({
      versionId,
      ordinal,
      value: value + windowShare * (sure / sureBest + loose / looseBest),
      support,
    }))
    .sort((a, b) => b.value - a.value || (a.versionId < b.versionId ? -1 : 1) || a.ordinal - b.ordinal);
}

function bestWindow(
  { stands }: WordCandidate,
  shareMin: number,
  weightOf: (stand: WordCandidate['stands'][number]) => number,
): number {
  /** Of each word the best share by slot; two slots beside each other are a window. */
  const shares = new Map<number, number[]>();
  const rarities = new Map<number, number>();
  for (const stand of stands) {
    const [word, share, slots] = stand;
    if (share < shareMin) continue;
    rarities.set(word, weightOf(stand));
    const bySlot = shares.get(word) ?? [];
    for (let slot = 0, bits = slots; bits > 0; slot += 1, bits >>>= 1)
      if (bits & 1) bySlot[slot] = Math.max(bySlot[slot] ?? 0, share);
    shares.set(word, bySlot);
  }
  const sums: number[] = [];
  for (const [word, bySlot] of shares) {
    const rarity = rarities.get(word) ?? 0;
    for (let slot = 0; slot < bySlot.length; slot += 1)
      sums[slot] = (sums[slot] ?? 0) + rarity * Math.max(bySlot[slot] ?? 0, bySlot[slot + 1] ?? 0);
  }
  return Math.max(0, ...sums.map(sum => sum ?? 0));
}
