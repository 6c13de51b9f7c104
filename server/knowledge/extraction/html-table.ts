import type { DomNode } from 'html-to-text';
import { looksLikeHeaders, oneLine, plainLines, tableLines } from './table.ts';

const cellsMax = 200_000;
const spanMax = 200;

/**
 * The lines of a data table, or null for a table that only lays a page out: one that holds headings, other
 * tables, or long texts.
 */
export function htmlTableLines(table: DomNode): string[] | null {
  const rows = rowsOf(table);
  const columns = Math.max(0, ...rows.map(row => row.cells.length));
  if (columns < 2 || rows.some(({ isLayout }) => isLayout)) return null;
  const letters = rows.reduce((sum, { cells }) => sum + cells.reduce((all, cell) => all + cell.length, 0), 0);
  if (letters > 400 * Math.max(1, rows.length * columns)) return null;
  const given = rows.findIndex(row => !row.isHeader);
  const texts = rows.map(({ cells }) => cells);
  if (given > 0) return tableLines(joined(texts.slice(0, given), columns), texts.slice(given));
  if (given === -1) return plainLines(texts);
  const [first = [], ...rest] = texts;
  const bold = rows[0]?.isBold === true && rest.length > 0 && first.every(cell => cell !== '');
  return bold || looksLikeHeaders(first, rest) ? tableLines(first, rest) : plainLines(texts);
}

interface Row {
  cells: string[];
  isHeader: boolean;
  isBold: boolean;
  isLayout: boolean;
}

/** The grid: a cell that spans columns or rows is repeated in each, so that every row is whole. */
function rowsOf(table: DomNode): Row[] {
  const rows: Row[] = [];
  const hanging = new Map<number, { text: string; left: number }>();
  let count = 0;
  for (const row of descend(table, 'tr')) {
    const cells: string[] = [];
    const own = (row.children ?? []).filter(({ name }) => name === 'td' || name === 'th');
    const fill = () => {
      for (let above = hanging.get(cells.length); above; above = hanging.get(cells.length)) {
        if (above.left <= 1) hanging.delete(cells.length);
        else above.left -= 1;
        cells.push(above.text);
      }
    };
    for (const cell of own) {
      fill();
      const text = oneLine(textOf(cell));
      const [wide, high] = [span(cell, 'colspan'), span(cell, 'rowspan')];
      for (let column = 0; column < wide; column += 1) {
        if (high > 1) hanging.set(cells.length, { text, left: high - 1 });
        cells.push(text);
      }
      count += wide;
      if (count > cellsMax) return rows;
    }
    fill();
    rows.push({
      cells,
      isHeader: own.length > 0 && own.every(({ name }) => name === 'th'),
      isBold: own.length > 0 && own.every(isBold),
      isLayout: own.some(cell => holds(cell, layoutNames)),
    });
  }
  return rows;
}

const layoutNames = new Set(['table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const invisibleNames = new Set(['script', 'style', 'template', 'svg', 'noscript', 'select', 'button']);

/** Several header rows make one header per column: `2026 Price`. */
function joined(headers: string[][], columns: number): string[] {
  return Array.from({ length: columns }, (_, column) =>
    [...new Set(headers.map(row => row[column] ?? '').filter(text => text !== ''))].join(' '),
  );
}

function* descend(node: DomNode, name: string): Generator<DomNode> {
  for (const child of node.children ?? []) {
    if (child.name === name) yield child;
    else if (child.name && /^(?:thead|tbody|tfoot)$/.test(child.name)) yield* descend(child, name);
  }
}

function textOf(node: DomNode): string {
  if (node.type === 'text') return node.data ?? '';
  if (node.name && invisibleNames.has(node.name)) return '';
  const parts = (node.children ?? []).map(textOf).join('');
  return node.name && /^(?:p|div|li|br|ul|ol|dt|dd)$/.test(node.name) ? ` ${parts} ` : parts;
}

function holds(node: DomNode, names: Set<string>): boolean {
  return (node.children ?? []).some(child => names.has(child.name ?? '') || holds(child, names));
}

function isBold(cell: DomNode): boolean {
  const parts = (cell.children ?? []).filter(child => child.type !== 'text' || child.data?.trim());
  return (
    parts.length > 0 &&
    parts.every(part => part.name === 'strong' || part.name === 'b' || (part.name === 'p' && isBold(part)))
  );
}

function span(cell: DomNode, name: string): number {
  const attributes: Record<string, unknown> = cell.attribs ?? {};
  const count = Number(attributes[name] ?? 1);
  return Number.isInteger(count) && count > 0 ? Math.min(count, spanMax) : 1;
}
