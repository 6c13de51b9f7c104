/** A question whose answer is known, by the score of the best passage that was found for it. */
export interface Label {
  score: number;
  answerable: boolean;
  /** A thumb says less than a question that somebody wrote down with its answer. */
  weight: number;
}

export interface Learned {
  threshold: number;
  /** Mean of the share of answerable questions at or above it and of the others below it. */
  balancedAccuracy: number;
  balancedAccuracyBefore: number;
}

/** With fewer, one odd question would move it. */
export const labelsMin = { answerable: 20, unanswerable: 5 };

/** The score that parts the two kinds best; of scores that part them equally well, the one nearest to `usual`. */
export function bestThreshold(labels: Label[], usual: number): Learned | null {
  const count = (answerable: boolean) => labels.filter(label => label.answerable === answerable).length;
  if (count(true) < labelsMin.answerable || count(false) < labelsMin.unanswerable) return null;
  const scores = [...new Set(labels.map(({ score }) => score))].sort((a, b) => a - b);
  const between = scores.slice(1).map((score, at) => ((scores[at] ?? 0) + score) / 2);
  // Both ends are left out: always or never to answer is no threshold.
  let best = { threshold: usual, balancedAccuracy: balancedAccuracy(labels, usual) };
  const before = best.balancedAccuracy;
  for (const threshold of between) {
    const accuracy = balancedAccuracy(labels, threshold);
    const nearer = Math.abs(threshold - usual) < Math.abs(best.threshold - usual);
    if (accuracy > best.balancedAccuracy + 1e-9 || (nearer && accuracy >= best.balancedAccuracy))
      best = { threshold, balancedAccuracy: accuracy };
  }
  return { ...best, balancedAccuracyBefore: before };
}

function balancedAccuracy(labels: Label[], threshold: number): number {
  const share = (answerable: boolean) => {
    const kind = labels.filter(label => label.answerable === answerable);
    const right = kind.filter(({ score }) => score >= threshold === answerable);
    const sum = (some: Label[]) => some.reduce((total, { weight }) => total + weight, 0);
    return sum(right) / sum(kind);
  };
  return (share(true) + share(false)) / 2;
}
