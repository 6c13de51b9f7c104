/** One piece of text on a page, as the PDF places it; the origin is at the bottom left. */
export interface PdfItem {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
}

export interface PdfLine {
  text: string;
  x: number;
  y: number;
  size: number;
}

/** Pieces on one height become a line; wide gaps in it, as between a table's cells, become ` | `. */
export function linesOf(items: PdfItem[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine | null = null;
  let right = 0;
  for (const item of items) {
    if (item.text === '') continue;
    const size = item.size || 10;
    const follows: boolean =
      line !== null &&
      Math.abs(line.y - item.y) < 0.5 * Math.max(line.size, size) &&
      item.x > right - 2 * size;
    if (!follows || line === null) {
      if (item.text.trim() === '') continue;
      line = { text: item.text, x: item.x, y: item.y, size };
      lines.push(line);
    } else {
      const gap = item.x - right;
      if (item.text.trim() === '' && gap < size) {
        if (!line.text.endsWith(' ')) line.text += ' ';
        if (item.width > 2 * size) continue;
      } else if (gap > 1.5 * size) line.text = `${line.text.trimEnd()} | ${item.text}`;
      else if (gap > 0.15 * size && !line.text.endsWith(' ')) line.text += ` ${item.text}`;
      else line.text += item.text;
      if (item.text.trim() !== '') line.size = Math.max(line.size, size);
    }
    right = item.x + item.width;
  }
  return lines
    .map(({ text, ...place }) => ({ ...place, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

/** Lines that stand at the top or bottom of most pages are no part of the text; pages of few lines are left alone. */
export function withoutRunningLines(pages: PdfLine[][]): PdfLine[][] {
  if (pages.length < 3) return pages;
  const seen = new Map<string, number>();
  const edges = (lines: PdfLine[]) =>
    [...new Set([...lines.slice(0, 2), ...lines.slice(-2)])].map(line => withoutNumbers(line.text));
  for (const lines of pages) {
    for (const text of new Set(edges(lines))) seen.set(text, (seen.get(text) ?? 0) + 1);
  }
  const isRunning = (line: PdfLine) =>
    (seen.get(withoutNumbers(line.text)) ?? 0) > 0.6 * pages.length && line.text.length < 120;
  return pages.map(lines =>
    lines.length <= 4
      ? lines
      : lines.filter((line, index) => !((index < 2 || index >= lines.length - 2) && isRunning(line))),
  );
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\p{N}+/gu, '#');
}

/** The size most of the text is set in. */
export function bodySize(pages: PdfLine[][]): number {
  const letters = new Map<number, number>();
  for (const line of pages.flat()) {
    const size = Math.round(line.size * 2) / 2;
    letters.set(size, (letters.get(size) ?? 0) + line.text.length);
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}

export type Flow = { kind: 'heading'; level: number; text: string } | { kind: 'paragraph'; text: string };

/** Lines set close together flow into paragraphs; larger type is a heading; list items and table rows stay lines. */
export function flowOf(lines: PdfLine[], body: number, words: Set<string>): Flow[] {
  const flow: Flow[] = [];
  let before: PdfLine | null = null;
  for (const line of lines) {
    const last = flow.at(-1);
    const level = headingLevel(line, body);
    const near =
      before !== null && before.y - line.y > 0 && before.y - line.y < 1.65 * Math.max(before.size, line.size);
    const row = line.text.includes(' | ');
    if (level > 0) {
      if (last?.kind === 'heading' && last.level === level && near) last.text += ` ${line.text}`;
      else flow.push({ kind: 'heading', level, text: line.text });
    } else if (last?.kind === 'paragraph' && row && before?.text.includes(' | ')) {
      last.text += `\n${line.text}`;
    } else if (last?.kind === 'paragraph' && near) {
      const ownLine = row || before?.text.includes(' | ') || listItem.test(line.text);
      last.text = ownLine ? `${last.text}\n${line.text}` : joined(last.text, line.text, words);
    } else flow.push({ kind: 'paragraph', text: line.text });
    before = line;
  }
  return flow;
}

const listItem = /^(?:[•▪◦‣●○■–*-]|\p{N}{1,3}[.)])\s/u;

function headingLevel(line: PdfLine, body: number): number {
  const ratio = line.size / body;
  if (ratio < 1.12 || line.text.length > 160 || !/\p{L}/u.test(line.text)) return 0;
  return ratio > 1.7 ? 1 : ratio > 1.35 ? 2 : 3;
}

/** A word broken at a line's end is mended if the document uses the whole word elsewhere. */
function joined(text: string, next: string, words: Set<string>): string {
  const head = /([\p{L}]{2,})[-\u2010]$/u.exec(text);
  const tail = /^(\p{Ll}+)/u.exec(next);
  if (!head || !tail) return `${text} ${next}`;
  const mended = words.has(`${head[1]}${tail[1]}`.toLowerCase());
  return mended ? `${text.slice(0, -1)}${next}` : `${text}${next}`;
}
