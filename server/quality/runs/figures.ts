import { z } from 'zod';
import { type Abstention, type Measures, measure, measureAbstention } from '../measures.ts';

/** What a question of a run came to. */
export interface Asked {
  questionId: string;
  language: string;
  answerable: boolean;
  rank: number | null;
  refused: boolean;
  /** Null where no facts are expected, or the agent was not asked. */
  holdsFacts: boolean | null;
}

const share = z.number().min(0).max(1);
export const FiguresView = z.object({
  /** All that were asked. */
  questions: z.int(),
  /** Of them, those that something in the knowledge answers; the next six are about these. */
  answerable: z.int(),
  ndcg10: share,
  recall1: share,
  recall3: share,
  recall5: share,
  recall10: share,
  mrr: share,
  /** Refusing: how much of it was right, how much of what should be refused was, and what was refused wrongly. */
  abstention: z.object({ precision: share, recall: share, wronglyRefused: share }),
  /** Share of answers that hold every fact expected of them; null where the agent was not asked. */
  factsHeld: share.nullable(),
});
export type FiguresView = z.output<typeof FiguresView>;

export const RunFigures = z.object({ overall: FiguresView, languages: z.record(z.string(), FiguresView) });
export type RunFigures = z.output<typeof RunFigures>;

/** A figure of a run against its baseline, over the questions that both asked in the same words. */
export const ChangeView = z.object({
  baselineId: z.uuid(),
  questions: z.int(),
  ndcg10: z.number(),
  recall5: z.number(),
  mrr: z.number(),
  abstentionRecall: z.number(),
  wronglyRefused: z.number(),
  factsHeld: z.number().nullable(),
});
export type ChangeView = z.output<typeof ChangeView>;

export const RegressionView = z.object({
  figure: z.enum(['recall5', 'ndcg10', 'abstention-recall', 'wrongly-refused', 'facts-held']),
  before: z.number(),
  after: z.number(),
});
export type RegressionView = z.output<typeof RegressionView>;

export function figuresOf(asked: Asked[]): RunFigures {
  const languages = [...new Set(asked.map(({ language }) => language))].sort();
  return {
    overall: figuresOfSome(asked),
    languages: Object.fromEntries(
      languages.map(language => [language, figuresOfSome(asked.filter(each => each.language === language))]),
    ),
  };
}

function figuresOfSome(asked: Asked[]): FiguresView {
  const answerable = asked.filter(each => each.answerable);
  const { questions, ...measures }: Measures = measure(answerable.map(({ rank }) => rank));
  const abstention: Abstention = measureAbstention(asked);
  const withFacts = asked.filter(({ holdsFacts }) => holdsFacts !== null);
  const held = withFacts.filter(({ holdsFacts }) => holdsFacts).length / withFacts.length;
  return {
    questions: asked.length,
    answerable: questions,
    ...measures,
    abstention,
    factsHeld: withFacts.length === 0 ? null : held,
  };
}

/** Questions that were added or reworded since say nothing about what got better or worse: they are left out. */
export function changeSince(
  baselineId: string,
  before: Asked[],
  after: Asked[],
  tolerance: number,
): { change: ChangeView; regressions: RegressionView[] } {
  const shared = new Set(before.map(({ questionId }) => questionId));
  const now = after.filter(({ questionId }) => shared.has(questionId));
  const both = new Set(now.map(({ questionId }) => questionId));
  const earlier = figuresOfSome(before.filter(({ questionId }) => both.has(questionId)));
  const later = figuresOfSome(now);
  const facts =
    earlier.factsHeld === null || later.factsHeld === null ? null : later.factsHeld - earlier.factsHeld;
  const change: ChangeView = {
    baselineId,
    questions: now.length,
    ndcg10: later.ndcg10 - earlier.ndcg10,
    recall5: later.recall5 - earlier.recall5,
    mrr: later.mrr - earlier.mrr,
    abstentionRecall: later.abstention.recall - earlier.abstention.recall,
    wronglyRefused: later.abstention.wronglyRefused - earlier.abstention.wronglyRefused,
    factsHeld: facts,
  };
  const gated: [RegressionView['figure'], number, number, fell: number][] = [
    ['recall5', earlier.recall5, later.recall5, -change.recall5],
    ['ndcg10', earlier.ndcg10, later.ndcg10, -change.ndcg10],
    ['abstention-recall', earlier.abstention.recall, later.abstention.recall, -change.abstentionRecall],
    [
      'wrongly-refused',
      earlier.abstention.wronglyRefused,
      later.abstention.wronglyRefused,
      change.wronglyRefused,
    ],
    ['facts-held', earlier.factsHeld ?? 0, later.factsHeld ?? 0, -(facts ?? 0)],
  ];
  // Shares are fractions of small counts; a rounding error is no regression.
  const regressions = gated
    .filter(([, , , fell]) => fell > tolerance + 1e-9)
    .map(([figure, before, after]) => ({ figure, before, after }));
  return { change, regressions };
}
