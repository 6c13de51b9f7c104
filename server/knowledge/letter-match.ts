import { foursOf } from './letters.ts';
import { saturation } from './ranking.ts';

/** How much of the question's letters a text holds: in all of it, and in the best 40 words of it. */
export interface LetterMatch {
  whole: number;
  window: number;
  /** Share of the question's weight that stands in the best 40 words, 0 to 1. */
  share: number;
}

const wordsPerSlot = 20;
const lengthShare = 0.75;
/** Of four letters in a row, in the whole passage and in a window; only compared with each other. */
const runsUsual = { passage: 650, window: 200 };
/**
 * The texts are the best of many: as if each stood for five, of which the others do not hold the letters. A run
 * that all of them hold still tells them from the rest, so it must not count for nothing.
 */
const textsPerCandidate = 5;

/**
 * BM25 over runs of four letters, a question against the few texts that its words have found already. It knows
 * no language: endings, compounds, slips of the finger and words in another script all meet in some of their
 * letters. Texts and question are folded words in their order; stop words stay, they tell phrases apart.
 */
export function matchLetters(question: string[], texts: string[][]): LetterMatch[] {
  const asked = new Map<string, { place: number; times: number }>();
  for (const run of question.flatMap(foursOf)) {
    const known = asked.get(run);
    if (known) known.times += 1;
    else asked.set(run, { place: asked.size, times: 1 });
  }
  const times = [...asked.values()].map(run => run.times);
  const read = reader(run => asked.get(run)?.place);
  const counted = texts.map(text => countBySlot(text, read, times.length));
  const holding = times.map((_, run) => counted.filter(({ total }) => (total[run] ?? 0) > 0).length);
  const many = textsPerCandidate * texts.length;
  const weights = times.map((count, run) => {
    const held = holding[run] ?? 0;
    return count * Math.log(1 + (many - held + 0.5) / (held + 0.5));
  });
  const all = Math.max(
    weights.reduce((sum, weight) => sum + weight, 0),
    0.001,
  );
  return counted.map(({ total, length, slots }) => {
    const match = {
      whole: bm25(weights, run => total[run] ?? 0, length, runsUsual.passage),
      window: 0,
      share: 0,
    };
    for (const [at, slot] of slots.entries()) {
      const next = slots[at + 1];
      const countOf = (run: number) => (slot.counts[run] ?? 0) + (next?.counts[run] ?? 0);
      const window = bm25(weights, countOf, slot.length + (next?.length ?? 0), runsUsual.window);
      const held = weights.reduce((sum, weight, run) => sum + (countOf(run) > 0 ? weight : 0), 0);
      match.window = Math.max(match.window, window);
      match.share = Math.max(match.share, held / all);
    }
    return match;
  });
}

function bm25(weights: number[], countOf: (run: number) => number, length: number, usual: number): number {
  const dampened = saturation * (1 - lengthShare + (lengthShare * length) / usual);
  let score = 0;
  for (const [run, weight] of weights.entries()) {
    const count = countOf(run);
    if (count > 0) score += (weight * count * (1 + saturation)) / (count + dampened);
  }
  return score;
}

interface ReadWord {
  /** Places of the question's runs in it. */
  runs: number[];
  length: number;
}

/** A word stands in many of the texts and is taken apart once. */
function reader(placeOf: (run: string) => number | undefined): (word: string) => ReadWord {
  const known = new Map<string, ReadWord>();
  return word => {
    const before = known.get(word);
    if (before) return before;
    const runs = foursOf(word);
    const read = { runs: runs.flatMap(run => placeOf(run) ?? []), length: runs.length };
    known.set(word, read);
    return read;
  };
}

function countBySlot(text: string[], read: (word: string) => ReadWord, runs: number) {
  const slots: { counts: Uint16Array; length: number }[] = [];
  const total = new Uint32Array(runs);
  let length = 0;
  for (const [index, word] of text.entries()) {
    const at = Math.floor(index / wordsPerSlot);
    slots[at] ??= { counts: new Uint16Array(runs), length: 0 };
    const slot = slots[at];
    const { runs: found, length: own } = read(word);
    slot.length += own;
    length += own;
    for (const run of found) {
      slot.counts[run] = (slot.counts[run] ?? 0) + 1;
      total[run] = (total[run] ?? 0) + 1;
    }
  }
  return { slots, total, length };
}
