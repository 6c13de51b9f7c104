import { DateTime } from 'luxon';
import type { LeadRecord } from '../kommo/index.ts';
import type { CitableSource } from './context.ts';

/** Types of fields that people of the account fill in; a text may come from a form that anybody can send. */
const ownTypes = new Set([
  'numeric',
  'price',
  'monetary',
  'date',
  'date_time',
  'birthday',
  'select',
  'multiselect',
  'radiobutton',
  'checkbox',
]);

/**
 * What a message to the client may rest on: the documents it cites, the lead's own fields and tasks, and what
 * the rep typed in this turn. Never what a client or a note says.
 */
export function supportFor(
  cited: number[],
  {
    byNumber,
    lead,
    question,
    timeZone,
  }: { byNumber: ReadonlyMap<number, CitableSource>; lead: LeadRecord; question: string; timeZone: string },
): string[] {
  const day = (at: Date) => DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm');
  const documents = cited.flatMap(n => {
    const source = byNumber.get(n);
    return source?.kind === 'document' ? [source.hit.body] : [];
  });
  const tasks = [...byNumber.values()].flatMap(source =>
    source.kind === 'lead' && source.source.record === 'task' && source.source.at
      ? [day(source.source.at)]
      : [],
  );
  const fields = (lead.custom_fields_values ?? [])
    .filter(({ field_type: type }) => ownTypes.has(type ?? ''))
    .flatMap(({ field_name: name, field_type: type, values }) =>
      values.map(({ value }) =>
        typeof value === 'number' && /date|birthday/.test(type ?? '')
          ? `${name}: ${day(new Date(value * 1000))}`
          : `${name}: ${['string', 'number'].includes(typeof value) ? String(value) : ''}`,
      ),
    );
  return [question, ...documents, ...tasks, ...fields, ...(lead.price ? [`${lead.price}`] : [])];
}
