import { wordsOf } from './words.ts';

export interface CountedWord {
  folded: string;
  lower: string;
  count: number;
  /** In which parts of the text it stands, a bit for every 20 words; the last bit is for all that follow. */
  slots: number;
}

const wordsPerSlot = 20;
const slotLast = 29;

/** The words of a passage, the headings above it included, in the order of their first appearance. */
export function countWordsOf(heading: string, body: string): CountedWord[] {
  const counted = new Map<string, CountedWord>();
  for (const [index, { folded, lower }] of wordsOf(`${heading}\n${body}`).entries()) {
    const slot = 1 << Math.min(slotLast, Math.floor(index / wordsPerSlot));
    const known = counted.get(folded);
    if (known) {
      known.count += 1;
      known.slots |= slot;
    } else counted.set(folded, { folded, lower, count: 1, slots: slot });
  }
  return [...counted.values()];
}
