import { countWords } from '../words.ts';
import { type Draft, type Heading, questionLevel } from './draft.ts';

/** A passage before it has a language: a span of the text without space at its ends. */
export interface Span {
  start: number;
  end: number;
  /** The headings it stands under and does not contain, outermost first, joined by ` > `. */
  heading: string;
  wordCount: number;
}

/** Words. A heading begins a new passage once there are `enough`; `most` is passed only by a lone long word. */
const enough = 60;
const most = 200;
/** UTF-16 units, for texts whose words cannot be counted. */
const lengthMost = 1800;

/**
 * Cuts a text into passages at the borders of sections, paragraphs, sentences, words, in this order.
 *
 * Spans are in order, do not overlap and leave out nothing but white space.
 */
export function splitText({
  text,
  headings,
  bareTables = false,
}: Pick<Draft, 'text' | 'headings' | 'bareTables'>): Span[] {
  const spans: Span[] = [];
  const above: (Heading & { title: string })[] = [];
  let open: Piece | null = null;
  let openUnder = '';
  const headerAt = bareTables ? tableHeaders(text) : () => null;

  const close = () => {
    if (open !== null) spans.push({ ...open, heading: openUnder });
    open = null;
  };
  for (const piece of piecesOf(text, headings)) {
    const { heading } = piece;
    if (heading) {
      if (open !== null && (open.wordCount >= enough || heading.level === questionLevel)) close();
      while ((above.at(-1)?.level ?? 0) >= heading.level) above.pop();
    }
    if (open !== null && tooLong(open, piece)) close();
    if (open === null) {
      openUnder = [...above.map(({ title }) => title), headerAt(piece.start)]
        .filter(title => title !== null)
        .join(' > ')
        .slice(0, 300);
      open = { start: piece.start, end: piece.end, wordCount: piece.wordCount };
    } else {
      open = { start: open.start, end: piece.end, wordCount: open.wordCount + piece.wordCount };
    }
    if (heading) above.push({ ...heading, title: titleOf(text.slice(heading.start, heading.end)) });
  }
  close();
  return spans;
}

/** For places in ascending order: the header row of the table they are inside of, unless they begin it. */
function tableHeaders(text: string): (at: number) => string | null {
  let header: { start: number; line: string } | null = null;
  let from = 0;
  return at => {
    while (from < at) {
      const end = text.indexOf('\n', from);
      const line = text.slice(from, end === -1 ? text.length : end);
      if (!/^\s*\||\s\|\s/.test(line)) header = null;
      else
        header ??= {
          start: from,
          line: line.replaceAll(/^[\s|]+|[\s|]+$/g, '').replaceAll(/\s*\|\s*/g, ' | '),
        };
      from = end === -1 ? text.length : end + 1;
    }
    const inside = /^\s*\||\s\|\s/.test(text.slice(at, at + 2000).split('\n', 1)[0] ?? '');
    return header !== null && inside && header.start < at ? header.line : null;
  };
}

interface Piece {
  start: number;
  end: number;
  wordCount: number;
}

function tooLong(open: Piece, next: Piece): boolean {
  return open.wordCount + next.wordCount > most || next.end - open.start > lengthMost;
}

/** Headings and paragraphs, and the parts of paragraphs that alone are too long. */
function* piecesOf(text: string, headings: Heading[]): Generator<Piece & { heading?: Heading }> {
  let at = 0;
  for (const heading of [...headings, null]) {
    const until = heading?.start ?? text.length;
    for (const paragraph of spansBetween(text, at, until, /\n\s*\n/g)) yield* shortened(text, paragraph);
    if (heading === null) return;
    const title = trimmed(text, heading.start, heading.end);
    if (title)
      for (const [index, piece] of [...shortened(text, title)].entries())
        yield index === 0 ? { ...piece, heading } : piece;
    at = heading.end;
  }
}

function* shortened(text: string, piece: Piece): Generator<Piece> {
  if (piece.wordCount <= most && piece.end - piece.start <= lengthMost) {
    yield piece;
    return;
  }
  for (const line of spansBetween(text, piece.start, piece.end, /\n/g)) {
    if (line.wordCount <= most && line.end - line.start <= lengthMost) yield line;
    else for (const sentence of sentencesOf(text, line)) yield* cutHard(text, sentence);
  }
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

function* sentencesOf(text: string, line: Piece): Generator<Piece> {
  for (const { segment, index } of sentences.segment(text.slice(line.start, line.end))) {
    const sentence = trimmed(text, line.start + index, line.start + index + segment.length);
    if (sentence) yield sentence;
  }
}

/** At the last space before the limit, or, in a run without spaces, between two characters. */
function* cutHard(text: string, sentence: Piece): Generator<Piece> {
  let { start } = sentence;
  while (sentence.end > start) {
    let end = sentence.end;
    for (let length = lengthMost; !fits(text, start, end); length = Math.floor(length * 0.8)) {
      end = borderBefore(text, start, Math.min(start + length, sentence.end));
      if (length < 40) break;
    }
    const piece = trimmed(text, start, end);
    if (piece) yield piece;
    start = end;
  }
}

function fits(text: string, start: number, end: number): boolean {
  return end - start <= lengthMost && countWords(text.slice(start, end)) <= most;
}

function borderBefore(text: string, start: number, limit: number): number {
  if (limit >= text.length) return text.length;
  for (let at = limit; at > start + (limit - start) / 2; at -= 1) {
    if (/\s/.test(text.charAt(at - 1))) return at;
  }
  let at = limit;
  while (at > start + 1 && joinsBefore(text, at)) at -= 1;
  return at;
}

/** True inside a surrogate pair, before a combining mark, and around the joiners and selectors of emoji. */
function joinsBefore(text: string, at: number): boolean {
  return (
    /[\udc00-\udfff]/.test(text.charAt(at)) ||
    /^(?:\p{M}|\p{Emoji_Modifier}|[\u200d\ufe0f])/u.test(text.slice(at, at + 2)) ||
    text.charAt(at - 1) === '\u200d'
  );
}

function* spansBetween(text: string, start: number, end: number, border: RegExp): Generator<Piece> {
  let at = start;
  const part = text.slice(start, end);
  for (const match of part.matchAll(border)) {
    const piece = trimmed(text, at, start + match.index);
    if (piece) yield piece;
    at = start + match.index + match[0].length;
  }
  const last = trimmed(text, at, end);
  if (last) yield last;
}

function trimmed(text: string, start: number, end: number): Piece | null {
  const part = text.slice(start, end);
  const body = part.trim();
  if (body === '') return null;
  const from = start + part.indexOf(body);
  return { start: from, end: from + body.length, wordCount: countWords(body) };
}

function titleOf(heading: string): string {
  return (heading.split('\n')[0] ?? '')
    .replace(/^\s*#+\s*/, '')
    .replace(/\s*#+\s*$/, '')
    .trim();
}
