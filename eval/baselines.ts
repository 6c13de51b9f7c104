import { createRequire } from 'node:module';
import MiniSearch from 'minisearch';
import type { Language, Passage } from './data.ts';

/** Ranks passages, by their place in the list, for a question. */
export type Ranker = (question: string) => number[];

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
const textOf = ({ heading, body }: Passage) => `${heading}\n${body}`;

/** BM25 with k1 = 0.9 and b = 0.4 over words, which `reduce` may stem, fold or drop. */
export function bm25(passages: Passage[], reduce: (words: string[]) => string[] = words => words): Ranker {
  const [k1, b] = [0.9, 0.4];
  const postings = new Map<string, Map<number, number>>();
  const lengths = passages.map((passage, index) => {
    const words = reduce(wordsOf(textOf(passage)));
    for (const word of words) {
      const held = postings.get(word) ?? new Map<number, number>();
      held.set(index, (held.get(index) ?? 0) + 1);
      postings.set(word, held);
    }
    return words.length;
  });
  const usual = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return question => {
    const scores = new Map<number, number>();
    for (const word of reduce(wordsOf(question))) {
      const held = postings.get(word) ?? new Map<number, number>();
      const rarity = Math.log(1 + (passages.length - held.size + 0.5) / (held.size + 0.5));
      for (const [index, count] of held) {
        const length = 1 - b + (b * (lengths[index] ?? 0)) / usual;
        scores.set(index, (scores.get(index) ?? 0) + (rarity * count * (k1 + 1)) / (count + k1 * length));
      }
    }
    return best(scores);
  };
}

export function minisearch(passages: Passage[], options: { fuzzy?: number; prefix?: boolean } = {}): Ranker {
  const index = new MiniSearch({ fields: ['heading', 'body'] });
  index.addAll(passages.map(({ heading, body }, id) => ({ id, heading, body })));
  return question => index.search(question, options).map(({ id }) => id as number);
}

interface Lunr {
  (define: (this: LunrBuilder) => void): LunrIndex;
  tokenizer(text: string): unknown[];
  Query: { presence: { OPTIONAL: number } };
  [plugin: string]: unknown;
}
interface LunrBuilder {
  use(plugin: unknown): void;
  ref(name: string): void;
  field(name: string): void;
  add(document: object): void;
}
interface LunrIndex {
  query(ask: (query: { term(terms: unknown, options: object): void }) => void): { ref: string }[];
}

/** lunr with the stemmer and stop words of the language, from lunr-languages. */
export function lunr(passages: Passage[], language: Language): Ranker {
  const require = createRequire(import.meta.url);
  const build = require('lunr') as Lunr;
  if (language !== 'en') {
    require('lunr-languages/lunr.stemmer.support')(build);
    require(`lunr-languages/lunr.${language}`)(build);
  }
  const index = build(function () {
    if (language !== 'en') this.use(build[language]);
    this.ref('id');
    this.field('heading');
    this.field('body');
    for (const [id, { heading, body }] of passages.entries()) this.add({ id, heading, body });
  });
  return question =>
    index
      .query(query => query.term(build.tokenizer(question), { usePipeline: true }))
      .map(({ ref }) => Number(ref));
}

export function best(scores: Map<number, number>): number[] {
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([index]) => index);
}
