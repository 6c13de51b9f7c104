import type { AnswerSource } from './llm.ts';
import { type Excerpt, type Quotable, quotables } from './quotable.ts';
import { sameStem, wordsOf } from './terms.ts';

/** A stretch of a source that may answer, and what of the question it and its surroundings hold. */
export interface Candidate extends Excerpt {
  /** Which terms of the question it holds, by their position. */
  own: Set<number>;
  /** Those of the sentence before it in the same line, which it may continue. */
  before: { quotable: Quotable; terms: Set<number> } | null;
  /** Those of the line or row that heads it. */
  heading: { text: string; terms: Set<number>; near: boolean } | null;
  ofTitle: Set<number>;
  /** Ends with a question mark, or is a heading: what follows is the better quote. */
  announces: boolean;
  wordCount: number;
}

const blockCharsMax = 350;

/** The sentences of a source, the rows of its tables with their heads, and whole small tables. */
export function candidatesOf(source: AnswerSource, terms: string[]): Candidate[] {
  const ofTitle = termsIn(source.title, terms);
  const candidates: Candidate[] = [];
  const sentences = [...quotables(source)];
  let heading: Quotable | null = null;
  let table: Quotable[] = [];
  let sinceHeading = 0;
  for (const [at, quotable] of sentences.entries()) {
    const before = sentences[at - 1];
    const sameLine = before !== undefined && !/[\r\n]/.test(source.text.slice(before.end, quotable.start));
    const row = isRow(quotable);
    const continuesTable = row && before !== undefined && table.at(-1) === before;
    if (!continuesTable) {
      candidates.push(...wholeTable(table, heading, terms, ofTitle));
      table = [];
    }
    if (row) table.push(quotable);
    const announces = isHeading(quotable) || /[?？]$/.test(quotable.text);
    const head: Quotable | null = continuesTable ? (table[0] ?? null) : null;
    const lines: Quotable[] = head ? [head, quotable] : [quotable];
    const near = sinceHeading === 0 || row;
    candidates.push({
      source,
      lines,
      own: termsIn(quotable.text, terms),
      before: sameLine ? { quotable: before, terms: termsIn(before.text, terms) } : null,
      heading: announces ? null : headingOf([heading, head], terms, near),
      ofTitle,
      announces: announces || (row && !continuesTable),
      wordCount: wordsOf(quotable.text).length,
    });
    sinceHeading += 1;
    if (announces) {
      heading = quotable;
      sinceHeading = 0;
    }
  }
  return [...candidates, ...wholeTable(table, heading, terms, ofTitle)];
}

/** A table as one, for a question about all of its rows: those rows that a quote has room for. */
function wholeTable(
  rows: Quotable[],
  heading: Quotable | null,
  terms: string[],
  ofTitle: Set<number>,
): Candidate[] {
  const [head, ...rest] = rows;
  // A row that is asked for by name is the better quote.
  if (head === undefined || rest.length < 2 || rest.some(({ text }) => termsIn(text, terms).size > 0))
    return [];
  const lines = [head];
  let length = head.text.length;
  for (const row of rest) {
    length += row.text.length;
    if (length > blockCharsMax) break;
    lines.push(row);
  }
  const text = lines.map(line => line.text).join(' ');
  return [
    {
      source: head.source,
      lines,
      own: termsIn(head.text, terms),
      before: null,
      heading: headingOf([heading], terms, true),
      ofTitle,
      announces: false,
      wordCount: wordsOf(text).length,
    },
  ];
}

function headingOf(above: (Quotable | null)[], terms: string[], near: boolean): Candidate['heading'] {
  const text = above.flatMap(quotable => (quotable ? [quotable.text] : [])).join(' ');
  return text === '' ? null : { text, terms: termsIn(text, terms), near };
}

function isRow({ text }: Quotable): boolean {
  return text.includes(' | ');
}

/** Of documents only: what people write in a chat has no headings. */
function isHeading({ source, text }: Quotable): boolean {
  return (
    source.kind === 'document' && !text.includes('|') && !/[.!…:;,]$/.test(text) && wordsOf(text).length <= 8
  );
}

/** Words in an address are its name, not what the sentence is about. */
export function termsIn(text: string, terms: string[]): Set<number> {
  const words = wordsOf(text.replace(/\S{1,200}@\S{1,200}/g, ' '));
  const found = new Set<number>();
  for (const [position, term] of terms.entries()) {
    if (words.some(word => sameStem(word, term))) found.add(position);
  }
  return found;
}
