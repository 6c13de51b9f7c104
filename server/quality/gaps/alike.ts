import { editsBetween } from '../../knowledge/index.ts';

/** A question that was not answered, as far as comparing goes. */
export interface Comparable {
  terms: string[];
  embedding: number[] | null;
  /** Vectors of two models are not compared. */
  embeddingModel: string | null;
}

/** From here on two questions ask for the same; chosen on the questions of alike.test.ts. */
const alikeMin = 0.6;
/** The same for vectors: below it models find things near that merely share a subject. */
const nearMin = 0.82;

/**
 * The group whose questions ask for the same, or null. By words, the rarer among the questions the more; or by
 * meaning, where both have a vector of one model.
 */
export function findAlike<T extends Comparable>(asked: Comparable, others: T[]): T | null {
  const weight = weights([asked, ...others]);
  let best: { other: T; likeness: number } | null = null;
  for (const other of others) {
    const likeness = Math.max(
      likenessOfTerms(asked.terms, other.terms, weight) / alikeMin,
      likenessOfMeaning(asked, other) / nearMin,
    );
    if (likeness >= 1 && likeness > (best?.likeness ?? 0)) best = { other, likeness };
  }
  return best?.other ?? null;
}

function weights(questions: Comparable[]): (term: string) => number {
  const holding = new Map<string, number>();
  for (const { terms } of questions)
    for (const term of terms) holding.set(term, (holding.get(term) ?? 0) + 1);
  // Few questions say nothing about which words are common; the floor keeps them even then.
  const all = Math.max(questions.length, 20);
  return term => Math.log(1 + all / (holding.get(term) ?? 1));
}

const slipShare = 0.85;

function likenessOfTerms(one: string[], other: string[], weight: (term: string) => number): number {
  const norm = (terms: string[]) => Math.sqrt(terms.reduce((sum, term) => sum + weight(term) ** 2, 0));
  let shared = 0;
  for (const term of one) {
    const share = other.includes(term) ? 1 : other.some(each => isSlip(term, each)) ? slipShare : 0;
    shared += share * weight(term) ** 2;
  }
  const norms = norm(one) * norm(other);
  return norms === 0 ? 0 : shared / norms;
}

function isSlip(one: string, other: string): boolean {
  return (
    one.length >= 5 && one[0] === other[0] && !/\d/.test(one + other) && editsBetween(one, other, 1) !== null
  );
}

function likenessOfMeaning(one: Comparable, other: Comparable): number {
  if (!one.embedding || !other.embedding || one.embeddingModel !== other.embeddingModel) return 0;
  let [dot, a, b] = [0, 0, 0];
  for (const [at, value] of one.embedding.entries()) {
    const against = other.embedding[at] ?? 0;
    dot += value * against;
    a += value * value;
    b += against * against;
  }
  return a === 0 || b === 0 ? 0 : dot / Math.sqrt(a * b);
}
