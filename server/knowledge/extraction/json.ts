import { decodeText } from './decode.ts';
import { type Draft, draftFromMarked, withoutMarks } from './draft.ts';
import { markedQuestions, recordsAsQuestions } from './questions.ts';
import { tableLines } from './table.ts';
import { Unreadable } from './unreadable.ts';

const depthMax = 4;

/**
 * Questions and answers, or records of any kind, of which each becomes a line that carries its names.
 *
 * Read are `[{…}]`, the same under one name (`{"items": [{…}]}`), and `{"question": "answer"}`.
 */
export function readJson(bytes: Uint8Array): Draft {
  const value = parse(withoutMarks(decodeText(bytes)));
  const records = recordsOf(value);
  const questions = recordsAsQuestions(records);
  if (questions !== null) return draftFromMarked(markedQuestions(questions));
  const names = [...new Set(records.flatMap(record => Object.keys(record)))];
  const rows = records.map(record => names.map(name => plain(record[name], 0)));
  return draftFromMarked(tableLines(names, rows).join('\n'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unreadable('document-unreadable', 'The file is no valid JSON.', { cause });
  }
}

function recordsOf(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) {
    const records = value.filter(isRecord);
    if (records.length > 0 && records.length === value.length) return records;
  } else if (isRecord(value)) {
    const entries = Object.entries(value);
    const lists = entries.filter(
      ([, part]) => Array.isArray(part) && part.length > 0 && part.every(isRecord),
    );
    if (lists.length === 1) return recordsOf(lists[0]?.[1]);
    if (entries.length > 0 && entries.every(([, part]) => typeof part === 'string')) {
      const asked = entries.some(([name]) => /[?？]\s*$/.test(name));
      return asked ? entries.map(([question, answer]) => ({ question, answer })) : [value];
    }
  }
  throw new Unreadable(
    'document-unreadable',
    'This JSON is no list of records. Send a list such as [{"question": "…", "answer": "…"}].',
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown, depth: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (depth >= depthMax) return '';
  if (Array.isArray(value))
    return value
      .map(part => plain(part, depth + 1))
      .filter(Boolean)
      .join(', ');
  return Object.entries(value)
    .map(([name, part]) => [name, plain(part, depth + 1)])
    .filter(([, part]) => part !== '')
    .map(([name, part]) => `${name} ${part}`)
    .join(', ');
}
