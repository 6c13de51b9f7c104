import { wordsOf } from './words.ts';

export interface CountedWord {
  folded: string;
  lower: string;
  count: number;
}

/** The words of a passage, the headings above it included, in the order of their first appearance. */
export function countWordsOf(heading: string, body: string): CountedWord[] {
  const counted = new Map<string, CountedWord>();
  for (const { folded, lower } of wordsOf(`${heading}\n${body}`)) {
    const known = counted.get(folded);
    if (known) known.count += 1;
    else counted.set(folded, { folded, lower, count: 1 });
  }
  return [...counted.values()];
}
