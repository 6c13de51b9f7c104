import type { AnswerSource } from './llm.ts';

export const quoteCharsMax = 350;

/** A stretch of one source that can be quoted as it stands: `source.text.slice(start, end)`. */
export interface Quotable {
  source: AnswerSource;
  start: number;
  end: number;
  text: string;
}

/** What is quoted of one source at one place: a sentence, or lines such as a table's heading and a row of it. */
export interface Excerpt {
  source: AnswerSource;
  lines: Quotable[];
}

/**
 * Lines; a long one in pieces that end with a sentence where they can. The segmenter's time grows with the
 * square of its text: 10 s for 200 kB at once, 0.1 s in such pieces.
 */
const lines =
  /[^\r\n\u2028\u2029]{1,1000}(?![^\r\n\u2028\u2029])|[^\r\n\u2028\u2029]{1,999}[.!?…](?=\s)|[^\r\n\u2028\u2029]{1,1000}/gu;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/**
 * The sentences of a source, each within one line, so that a quote stays one line of Markdown.
 *
 * Left out is what would lie about our own marks when quoted verbatim: a bracketed number, which would read as
 * a citation, and an image.
 */
export function* quotables(source: AnswerSource): Generator<Quotable> {
  for (const line of source.text.matchAll(lines)) {
    for (const { segment, index } of segmenter.segment(line[0])) {
      const quotable = trimmed(source, line.index + index, line.index + index + segment.length);
      if (/[\p{L}\p{N}]/u.test(quotable.text) && !/\[\d+\]|!\[/.test(quotable.text)) yield quotable;
    }
  }
}

/** Both as one, where they follow each other in one line and stay short enough; else null. */
export function joined(first: Quotable, second: Quotable): Quotable | null {
  if (first.source !== second.source || second.start < first.end) return null;
  const gap = first.source.text.slice(first.end, second.start);
  if (/[^ \t]/.test(gap) || second.end - first.start > quoteCharsMax) return null;
  return span(first.source, first.start, second.end);
}

/** The whole sentence, or its beginning up to a word's end where it is too long. */
export function shortened(quotable: Quotable, charsMax = quoteCharsMax): Quotable {
  if (quotable.text.length <= charsMax) return quotable;
  const head = quotable.text.slice(0, charsMax);
  const border = head.search(/\s+\S*$/);
  const cut = border > charsMax / 2 ? border : wholeCharacters(head);
  return trimmed(quotable.source, quotable.start, quotable.start + cut);
}

/** A cut must not part a surrogate pair. */
function wholeCharacters(head: string): number {
  return /[\ud800-\udbff]$/.test(head) ? head.length - 1 : head.length;
}

/** Without outer blanks and without what Markdown takes for a quote, heading or list at the start of a line. */
function trimmed(source: AnswerSource, start: number, end: number): Quotable {
  const text = source.text.slice(start, end);
  const body = text.replace(/^(?:[\s>#*+|•·–—-]+|\d+[.)]\s+)+/u, '').trimEnd();
  const from = start + (text.trimEnd().length - body.length);
  return span(source, from, from + body.length);
}

function span(source: AnswerSource, start: number, end: number): Quotable {
  return { source, start, end, text: source.text.slice(start, end) };
}
