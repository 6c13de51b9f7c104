import { type Inline, parseInline } from './parse-inline.ts';

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

const DEPTH_MAX = 5;
const FENCE = /^ {0,3}(```+|~~~+)/;
const ITEM = /^(\s{0,12})([-*+]|\d{1,9}[.)])(?:\s+(.*)|$)/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Cuts an answer into pieces that can be drawn one by one: all but the last stay as they are while text arrives. */
export function splitBlocks(text: string): string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let fence: string | null = null;
  let blank = false;
  const cut = () => {
    if (piece.length) pieces.push(piece.join('\n'));
    piece = [];
  };
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === null && line.trim() === '') {
      blank = true;
      continue;
    }
    if (blank) {
      const inList =
        piece[0] !== undefined && ITEM.test(piece[0]) && (ITEM.test(line) || /^\s{2}/.test(line));
      if (inList) piece.push('');
      else cut();
      blank = false;
    }
    piece.push(line);
    if (fence === null && mark) fence = mark;
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
  }
  cut();
  return pieces;
}

/** `open`: this is the last piece of a text that is still being written. */
export function parseBlocks(source: string, open = false, depth = 0): Block[] {
  const lines = source.split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const inline = (text: string) => parseInline(text, open && at >= lines.length);
  const take = (test: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at < lines.length && test(lines[at] as string)) taken.push(lines[at++] as string);
    return taken;
  };

  while (at < lines.length) {
    const line = lines[at] as string;
    const fence = FENCE.exec(line)?.[1];
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (line.trim() === '') at += 1;
    else if (fence) {
      at += 1;
      const body = take(next => !next.trimStart().startsWith(fence));
      at += 1;
      blocks.push({ kind: 'code', text: body.join('\n') });
    } else if (heading) {
      at += 1;
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, children: inline(heading[2] ?? '') });
    } else if (RULE.test(line)) {
      at += 1;
      blocks.push({ kind: 'rule' });
    } else if (QUOTE.test(line) && depth < DEPTH_MAX) {
      const body = take(next => QUOTE.test(next)).map(next => next.replace(QUOTE, ''));
      blocks.push({
        kind: 'quote',
        blocks: parseBlocks(body.join('\n'), open && at >= lines.length, depth + 1),
      });
    } else if (item && depth < DEPTH_MAX) blocks.push(readList(item));
    else if (line.includes('|') && TABLE_RULE.test(lines[at + 1] ?? '') && lines[at + 1]?.includes('-')) {
      const [head, , ...rows] = take(next => next.includes('|'));
      const cells = (row: string) => cellsOf(row).map(cell => parseInline(cell));
      blocks.push({ kind: 'table', head: cells(head ?? ''), rows: rows.map(cells) });
    } else {
      const body = [line];
      at += 1;
      body.push(...take(next => next.trim() !== '' && !startsBlock(next)));
      blocks.push({ kind: 'paragraph', children: inline(body.map(part => part.trim()).join('\n')) });
    }
  }
  return blocks;

  function readList(first: RegExpExecArray): Block {
    const indent = first[1]?.length ?? 0;
    const ordered = /\d/.test(first[2] ?? '');
    const items: string[][] = [];
    while (at < lines.length) {
      const line = lines[at] as string;
      const item = ITEM.exec(line);
      const deep = /^\s*/.exec(line)?.[0].length ?? 0;
      if (item && (item[1]?.length ?? 0) <= indent + 1) {
        if (/\d/.test(item[2] ?? '') !== ordered || RULE.test(line)) break;
        items.push([item[3] ?? '']);
      } else if (line.trim() === '' || deep > indent || !startsBlock(line)) {
        items[items.length - 1]?.push(line.slice(Math.min(deep, indent + (ordered ? 3 : 2))));
      } else break;
      at += 1;
    }
    const last = open && at >= lines.length;
    return {
      kind: 'list',
      ordered,
      start: Number.parseInt(first[2] ?? '', 10) || 1,
      items: items.map((item, index) =>
        parseBlocks(item.join('\n'), last && index === items.length - 1, depth + 1),
      ),
    };
  }
}

const startsBlock = (line: string): boolean =>
  FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line) || RULE.test(line);

function cellsOf(row: string): string[] {
  const cells = [''];
  for (const part of row
    .trim()
    .replace(/^\||\|$/g, '')
    .match(/\\.|[^\\]/g) ?? []) {
    if (part === '|') cells.push('');
    else cells[cells.length - 1] += part === '\\|' ? '|' : part;
  }
  return cells.map(cell => cell.trim());
}
