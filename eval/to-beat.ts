import { best, type Ranker } from './baselines.ts';
import type { Passage } from './data.ts';

/**
 * The best that was found before this product, written down plainly: BM25 over stems and BM25 over runs of four
 * letters, each over whole passages and over windows of 40 words, each divided by its best, added.
 */
export function stemsAndLetters(passages: Passage[], stems: (words: string[]) => string[]): Ranker {
  const texts = passages.map(({ heading, body }) => wordsOf(`${heading}\n${body}`));
  const windows = texts.flatMap((words, passage) => windowsOf(words).map(window => ({ passage, window })));
  const whole = texts.map((words, passage) => ({ passage, window: words }));
  const folded = (words: string[]) => stems(words).map(plain);
  const lists = [whole, windows].flatMap(units => [bm25(units, folded), bm25(units, runs)]);
  return question => {
    const sums = new Map<number, number>();
    for (const list of lists) {
      const scores = list(wordsOf(question));
      const most = Math.max(...scores.values(), 0.001);
      for (const [passage, score] of scores) sums.set(passage, (sums.get(passage) ?? 0) + score / most);
    }
    return best(sums);
  };
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

const plain = (word: string) => word.normalize('NFD').replaceAll(/\p{M}/gu, '');

function windowsOf(words: string[]): string[][] {
  const windows = [words.slice(0, 40)];
  for (let at = 20; at + 20 < words.length; at += 20) windows.push(words.slice(at, at + 40));
  return windows;
}

function runs(words: string[]): string[] {
  return words.flatMap(word => {
    const framed = `_${plain(word)}_`;
    return Array.from({ length: Math.max(1, framed.length - 3) }, (_, at) => framed.slice(at, at + 4));
  });
}

interface Unit {
  passage: number;
  window: string[];
}

/** The best unit of each passage. */
function bm25(units: Unit[], reduce: (words: string[]) => string[]) {
  const [k1, b] = [1.2, 0.75];
  const postings = new Map<string, Map<number, number>>();
  const lengths = units.map(({ window }, unit) => {
    const terms = reduce(window);
    for (const term of terms) {
      const held = postings.get(term) ?? new Map<number, number>();
      held.set(unit, (held.get(unit) ?? 0) + 1);
      postings.set(term, held);
    }
    return terms.length;
  });
  const usual = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return (question: string[]): Map<number, number> => {
    const scores = new Map<number, number>();
    for (const term of reduce(question)) {
      const held = postings.get(term) ?? new Map<number, number>();
      const rarity = Math.log(1 + (units.length - held.size + 0.5) / (held.size + 0.5));
      for (const [unit, count] of held) {
        const length = 1 - b + (b * (lengths[unit] ?? 0)) / usual;
        scores.set(unit, (scores.get(unit) ?? 0) + (rarity * count * (k1 + 1)) / (count + k1 * length));
      }
    }
    const byPassage = new Map<number, number>();
    for (const [unit, score] of scores) {
      const passage = units[unit]?.passage ?? 0;
      byPassage.set(passage, Math.max(byPassage.get(passage) ?? 0, score));
    }
    return byPassage;
  };
}
