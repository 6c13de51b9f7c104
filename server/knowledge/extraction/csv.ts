import { parse } from 'csv-parse/sync';
import { decodeText } from './decode.ts';
import { type Draft, draftFromMarked, withoutMarks } from './draft.ts';
import { asQuestions, markedQuestions } from './questions.ts';
import { plainLines, tableLines } from './table.ts';
import { Unreadable } from './unreadable.ts';

/**
 * A table of values, each row a line that carries its headers; a table of questions and answers as such.
 * What looks like a formula is text like any other.
 */
export function readCsv(bytes: Uint8Array): Draft {
  const text = withoutMarks(decodeText(bytes));
  const rows = parseRows(text, delimiterOf(text));
  const [first = [], ...rest] = rows;
  const questions = asQuestions(first, rest);
  if (questions !== null) return draftFromMarked(markedQuestions(questions));
  const named = rest.length > 0 && first.every(cell => !/^[\s\d.,%-]+$/.test(cell));
  return draftFromMarked((named ? tableLines(first, rest) : plainLines(rows)).join('\n'));
}

function parseRows(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: 1_000_000,
      trim: true,
    });
  } catch (cause) {
    const detail = 'The table is not well-formed: a quote that is opened is not closed, or a row has no end.';
    throw new Unreadable('document-unreadable', detail, { cause });
  }
}

/** Spreadsheets of many countries separate by semicolons; the one that parts most lines into equally many cells wins. */
function delimiterOf(text: string): string {
  const lines = text.slice(0, 64_000).split(/\r?\n/).filter(Boolean).slice(0, 20);
  let best = { delimiter: ',', agreeing: 0, cells: 0 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = lines.map(line => line.replaceAll(/"[^"]*"/g, '').split(delimiter).length);
    const cells = counts[0] ?? 1;
    const agreeing = cells > 1 ? counts.filter(count => count === cells).length : 0;
    if (agreeing > best.agreeing || (agreeing === best.agreeing && cells > best.cells))
      best = { delimiter, agreeing, cells };
  }
  return best.delimiter;
}
