import { type CellObject, read, type WorkSheet } from '@e965/xlsx';
import { type Draft, draftFromMarked, headingEnd, headingStart, withoutMarks } from './draft.ts';
import { openOffice } from './office.ts';
import { asQuestions, markedQuestions } from './questions.ts';
import { looksLikeHeaders, oneLine, plainLines, tableLines } from './table.ts';
import { tooComplex } from './unreadable.ts';

const rowsMax = 100_000;
const cellsMax = 2_000_000;

/**
 * Each visible sheet as a heading and rows that carry their headers, values as the sheet shows them. A formula
 * gives the value that was last computed, as text; nothing is computed here, and macros are not even unpacked.
 */
export async function readSpreadsheet(bytes: Uint8Array): Promise<Draft> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await openOffice(buffer);
  const book = read(buffer, {
    type: 'buffer',
    dense: true,
    cellFormula: false,
    cellHTML: false,
    bookVBA: false,
    sheetRows: rowsMax + 1,
    dateNF: 'yyyy-mm-dd',
  });
  const hidden = (book.Workbook?.Sheets ?? []).map(({ Hidden }) => (Hidden ?? 0) > 0);
  const visible = book.SheetNames.filter((_, index) => !hidden[index]);
  const parts = visible.map(name => {
    const sheet = book.Sheets[name];
    const lines = sheet ? markedSheet(rowsOf(sheet)) : '';
    return lines === '' ? '' : `${headingStart}1${oneLine(withoutMarks(name))}${headingEnd}\n\n${lines}`;
  });
  return draftFromMarked(parts.filter(part => part !== '').join('\n\n'));
}

/** Blocks between empty rows are tables of their own; a lone cell above one is its title. */
function markedSheet(rows: string[][]): string {
  const parts: string[] = [];
  for (const block of blocksOf(rows)) {
    const titles: string[] = [];
    while (block.length > 1 && filled(block[0] ?? []) === 1 && filled(block[1] ?? []) > 1)
      titles.push((block.shift() ?? []).find(cell => cell !== '') ?? '');
    const [first = [], ...rest] = block;
    const questions = asQuestions(first, rest);
    if (questions !== null) parts.push(markedQuestions(questions));
    else {
      const named = looksLikeHeaders(first.filter(Boolean), rest) && filled(first) > 1;
      const lines = named ? tableLines(first, rest) : plainLines(block);
      parts.push([...titles.map(title => `${headingStart}2${title}${headingEnd}\n`), ...lines].join('\n'));
    }
  }
  return parts.join('\n\n');
}

function filled(row: string[]): number {
  return row.filter(cell => cell !== '').length;
}

function blocksOf(rows: string[][]): string[][][] {
  const blocks: string[][][] = [];
  let open = false;
  for (const row of rows) {
    const empty = filled(row) === 0;
    if (!empty && open) blocks.at(-1)?.push(row);
    else if (!empty) blocks.push([row]);
    open = !empty;
  }
  return blocks;
}

function rowsOf(sheet: WorkSheet): string[][] {
  const cells = (sheet['!data'] ?? []) as (CellObject | undefined)[][];
  if (cells.length > rowsMax) throw tooComplex();
  let count = 0;
  const rows: string[][] = [];
  for (const row of cells) {
    const texts = Array.from(row ?? [], shown);
    count += texts.length;
    if (count > cellsMax) throw tooComplex();
    rows.push(texts);
  }
  // A merged cell speaks for every row and column it covers.
  for (const { s, e } of (sheet['!merges'] ?? []).slice(0, 10_000)) {
    const text = rows[s.r]?.[s.c] ?? '';
    if (text === '' || e.r - s.r > 1000 || e.c - s.c > 100) continue;
    for (let at = s.r; at <= Math.min(e.r, rows.length - 1); at += 1) {
      const row = rows[at];
      // A title over the whole table stays one cell.
      for (let column = s.c; row && column <= (e.c - s.c > 3 ? s.c : e.c); column += 1) row[column] ||= text;
    }
  }
  return rows.map(row => Array.from(row, cell => cell ?? ''));
}

function shown(cell: CellObject | undefined): string {
  if (cell === undefined || cell.v === undefined || cell.t === 'e' || cell.t === 'z') return '';
  return withoutMarks(oneLine(cell.w ?? String(cell.v)));
}
