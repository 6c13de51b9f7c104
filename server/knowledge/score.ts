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
  /** How few passages there are, see `fewness`: a word that a handful of them lack tells little. */
  few: number;
}

/**
 * Of a logistic regression on the tuning half of the questions (`node --import tsx eval/train-score.ts`), which asks whether the
 * knowledge answers at all. `bias` is moved so that the best threshold is the default one, .4. How long a question is
 * would tell more (ROC-AUC .93 against .87), but only because those without an answer happen to be short there.
 * `few` was chosen on bases of 1, 3 and 8 of their passages (`eval/small-bases.ts`), where the others alone refuse a
 * third of what can be answered, and with it a quarter; of the rest 84 to 93 % are refused still.
 */
const weights: Evidence & { bias: number } = {
  bias: -4.48,
  covered: 1.6,
  alike: 1.97,
  letters: 1.98,
  rarest: -1.23,
  slips: -0.45,
  known: 3.68,
  few: 3,
};

/** How far a passage supports an answer, 0 to 1; comparable between questions. */
export function scoreOf(evidence: Evidence): number {
  let sum = weights.bias + weights.few * evidence.few;
  for (const name of evidenceNames) sum += weights[name] * evidence[name];
  return 1 / (1 + Math.exp(-sum));
}

/** Of what is learned from bases that are not small. */
export const evidenceNames = ['covered', 'alike', 'letters', 'rarest', 'slips', 'known'] as const;

/**
 * From so many passages on a base tells by itself how rare a word is. In a smaller one each weighs as if the base were
 * a part of so many; otherwise every word that a handful of passages lack would be taken for a rare one.
 */
export const passagesUsual = 300;

/** No longer a handful. */
const passagesSome = 30;

/** 1 for no passages at all, .36 for three, 0 from thirty on. */
export function fewness(passages: number): number {
  return (1 - Math.min(1, Math.log(passages + 1) / Math.log(passagesSome + 1))) ** 2;
}
