import type { QuestionView } from './question.ts';

type Place = QuestionView['expected'][number];

const columns = [
  'question',
  'language',
  'document_id',
  'external_id',
  'document',
  'quote',
  'facts',
  'no_answer',
] as const;

/** The same table that can be imported: one row for each place that answers. */
export function toCsv(questions: QuestionView[]): string {
  const rows = questions.flatMap(({ question, language, expected, facts, noAnswer }) =>
    (expected.length > 0 ? expected : [{} as Place]).map(place =>
      [
        question,
        language,
        place.documentId ?? '',
        place.externalId ?? '',
        place.document ?? '',
        place.quote ?? '',
        facts.join(' | '),
        noAnswer ? 'yes' : '',
      ].map(cell),
    ),
  );
  return `${[columns.join(','), ...rows.map(row => row.join(','))].join('\r\n')}\r\n`;
}

/** No spreadsheet takes it for a formula. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
