import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type InputFault, InvalidInput } from '../../kernel/index.ts';
import { NewQuestion } from './question.ts';

const rowsMax = 2_000;
const faultsMax = 50;

/**
 * Questions of a file: JSON, JSON lines, or a table with the columns question, language, document, external_id,
 * document_id, quote, facts (parted by " | ") and no_answer. Rows with the same question are its alternatives.
 *
 * @throws InvalidInput naming every row that cannot be read; then none is taken
 */
export function readQuestions(bytes: Uint8Array): NewQuestion[] {
  const text = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  const records = /^\s*[[{]/.test(text) ? jsonRecords(text) : tableRecords(text);
  if (records.length > rowsMax)
    throw new InvalidInput([
      { path: 'body.file', message: `has ${records.length} questions; at most ${rowsMax} come in one file` },
    ]);
  const questions: NewQuestion[] = [];
  const faults: InputFault[] = [];
  for (const [index, record] of records.entries()) {
    const read = NewQuestion.safeParse(withUsualNames(record));
    if (read.success) questions.push(read.data);
    else
      for (const { path, message } of read.error.issues)
        faults.push({ path: ['questions', index + 1, ...path].join('.'), message });
  }
  if (records.length === 0) faults.push({ path: 'body.file', message: 'holds no questions' });
  if (faults.length > 0) throw new InvalidInput(faults.slice(0, faultsMax));
  return questions;
}

function jsonRecords(text: string): unknown[] {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole;
  if (typeof whole === 'object' && whole !== null && 'questions' in whole && Array.isArray(whole.questions))
    return whole.questions;
  if (whole !== undefined) return [whole];
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const records = lines.map(parsed);
  const broken = records.indexOf(undefined);
  if (broken >= 0)
    throw new InvalidInput([{ path: 'body.file', message: `is no JSON from line ${broken + 1} on` }]);
  return records;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Loose = z.looseObject({
  expected: z.array(z.looseObject({ fact: z.unknown().optional() })).optional(),
});

/** What others write: `fact` for a quote, and no word about answers where nothing is expected. */
function withUsualNames(record: unknown): unknown {
  const read = Loose.safeParse(record);
  if (!read.success) return record;
  const expected = read.data.expected?.map(({ fact, ...rest }) =>
    fact === undefined ? rest : { quote: fact, ...rest },
  );
  const facts = read.data['facts'];
  const nothing = (expected ?? []).length === 0 && !(Array.isArray(facts) && facts.length > 0);
  // Only where `expected` was written out: a row that forgot it is a fault and no question without answer.
  const noAnswer = read.data['noAnswer'] ?? (expected !== undefined && nothing);
  return { ...read.data, noAnswer, ...(expected === undefined ? {} : { expected }) };
}

function tableRecords(text: string): unknown[] {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [';', '\t'].find(each => first.split(each).length > first.split(',').length) ?? ',';
  let rows: Record<string, string>[];
  try {
    rows = parse(text, {
      delimiter,
      columns: (names: string[]) =>
        names.map(name =>
          name
            .trim()
            .toLowerCase()
            .replaceAll(/[\s-]+/g, '_'),
        ),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      max_record_size: 100_000,
    });
  } catch {
    throw new InvalidInput([{ path: 'body.file', message: 'is neither JSON nor a well-formed table' }]);
  }
  const byQuestion = new Map<string, { expected: object[] } & Record<string, unknown>>();
  for (const row of rows) {
    const cell = (name: string) => unescaped(row[name] ?? '') || undefined;
    const place = {
      documentId: cell('document_id'),
      externalId: cell('external_id'),
      document: cell('document'),
      quote: cell('quote'),
    };
    const expected = Object.values(place).some(value => value !== undefined) ? [place] : [];
    const question = cell('question') ?? '';
    const known = byQuestion.get(question);
    if (known && question !== '') {
      known.expected.push(...expected);
      continue;
    }
    byQuestion.set(question === '' ? `row ${byQuestion.size}` : question, {
      question,
      language: cell('language'),
      expected,
      facts: (cell('facts') ?? '').split(' | ').filter(fact => fact.trim() !== ''),
      noAnswer: /^(?:1|true|yes|x)$/i.test(cell('no_answer') ?? ''),
    });
  }
  return [...byQuestion.values()];
}

/** What the export put before a cell that a spreadsheet would run as a formula. */
function unescaped(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
