export interface Measures {
  questions: number;
  /** Of the first passage that answers, alternatives counting alike: 1 / log2(rank + 1), to rank 10. */
  ndcg10: number;
  /** Share of the questions that an answering passage was found for, at rank 1, 3, 5 and 10. */
  recall1: number;
  recall3: number;
  recall5: number;
  recall10: number;
  mrr: number;
}

/** From the rank, 1 and up, of the first passage that answers each question; null where none was found. */
export function measure(ranks: (number | null)[]): Measures {
  const mean = (value: (rank: number | null) => number) =>
    ranks.reduce<number>((sum, rank) => sum + value(rank), 0) / Math.max(1, ranks.length);
  const recallAt = (k: number) => mean(rank => (rank !== null && rank <= k ? 1 : 0));
  return {
    questions: ranks.length,
    ndcg10: mean(ndcg10Of),
    recall1: recallAt(1),
    recall3: recallAt(3),
    recall5: recallAt(5),
    recall10: recallAt(10),
    mrr: mean(rank => (rank !== null ? 1 / rank : 0)),
  };
}

export function ndcg10Of(rank: number | null): number {
  return rank !== null && rank <= 10 ? 1 / Math.log2(rank + 1) : 0;
}

export interface Abstention {
  /** Of the questions refused, the share that has no answer. */
  precision: number;
  /** Of the questions without an answer, the share refused. */
  recall: number;
  /** Of the questions that have an answer, the share refused wrongly. */
  wronglyRefused: number;
}

export function measureAbstention(asked: { answerable: boolean; refused: boolean }[]): Abstention {
  const refused = asked.filter(question => question.refused);
  const answerable = asked.filter(question => question.answerable);
  const unanswerable = asked.filter(question => !question.answerable);
  const share = (part: unknown[], whole: unknown[], ofNone: number) =>
    whole.length === 0 ? ofNone : part.length / whole.length;
  return {
    precision: share(
      refused.filter(question => !question.answerable),
      refused,
      1,
    ),
    recall: share(
      unanswerable.filter(question => question.refused),
      unanswerable,
      1,
    ),
    // Where nothing can be answered, nothing is refused wrongly.
    wronglyRefused: share(
      answerable.filter(question => question.refused),
      answerable,
      0,
    ),
  };
}
