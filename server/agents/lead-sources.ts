import type { ContactRecord, LeadView, NoteRecord, TaskRecord } from '../kommo/index.ts';
import { cutBeforeHidden } from '../masking/index.ts';
import { fill, formatMoment, textsFor } from '../texts/index.ts';

/** One record of the lead as the agent may cite it. */
export interface LeadSource {
  record: 'lead' | 'contact' | 'note' | 'task' | 'message';
  recordId: string;
  /** Of a message: from the client, or to them. */
  direction?: 'in' | 'out';
  /** Of a task. */
  state?: 'open' | 'overdue' | 'done';
  /** In the reader's language: "Note, 3 Mar 2026, 14:05". */
  label: string;
  text: string;
  at: Date | null;
}

export interface LeadSourceOptions {
  locale: string;
  timeZone: string;
  now: Date;
}

const bounds = { notes: 12, tasks: 8, messages: 20, textLength: 1200, total: 12_000 };

/** The records of a lead, most telling first, within a bound of characters. */
export function leadSources(view: LeadView, options: LeadSourceOptions): LeadSource[] {
  const { locale, timeZone, now } = options;
  const texts = textsFor(locale);
  const moment = (seconds: number) => formatMoment(new Date(seconds * 1000), locale, timeZone);
  const sources: LeadSource[] = [leadItself(view, options)];
  for (const contact of view.contacts) sources.push(contactSource(contact, options));
  const open = view.tasks.filter(task => !task.is_completed);
  const done = view.tasks.filter(task => task.is_completed);
  for (const task of [...open, ...done].slice(0, bounds.tasks)) sources.push(taskSource(task, options, now));
  for (const message of view.messages.slice(0, bounds.messages)) {
    if (!message.text?.trim()) continue;
    const incoming = message.type === 'incoming';
    const name = message.author?.name ?? '';
    sources.push({
      record: 'message',
      recordId: String(message.id),
      direction: incoming ? 'in' : 'out',
      label: fill(incoming ? texts.messageIn : texts.messageOut, { name, at: moment(message.created_at) }),
      text: message.text,
      at: new Date(message.created_at * 1000),
    });
  }
  for (const note of view.notes.slice(0, bounds.notes)) {
    const text = noteText(note);
    if (text === null) continue;
    const call = note.note_type.startsWith('call_');
    sources.push({
      record: 'note',
      recordId: String(note.id),
      label: fill(call ? texts.call : texts.note, { at: moment(note.created_at) }),
      text,
      at: new Date(note.created_at * 1000),
    });
  }
  return bounded(sources);
}

function leadItself(
  { lead, stage, responsibleName }: LeadView,
  { locale, timeZone }: LeadSourceOptions,
): LeadSource {
  const { lead: label, field } = textsFor(locale);
  const lines = [
    [field.name, lead.name],
    [field.stage, stage ? `${stage.status} (${stage.pipeline})` : null],
    [field.price, lead.price ? String(lead.price) : null],
    [field.responsible, responsibleName],
    [field.tags, (lead._embedded?.tags ?? []).map(tag => tag.name).join(', ')],
    [
      field.created,
      lead.created_at ? formatMoment(new Date(lead.created_at * 1000), locale, timeZone) : null,
    ],
    ...customLines(lead.custom_fields_values, locale, timeZone),
  ];
  return { record: 'lead', recordId: String(lead.id), label, text: joinLines(lines), at: null };
}

function contactSource(contact: ContactRecord, { locale, timeZone }: LeadSourceOptions): LeadSource {
  const texts = textsFor(locale);
  const lines = [
    [texts.field.name, contact.name],
    ...customLines(contact.custom_fields_values, locale, timeZone),
  ];
  return {
    record: 'contact',
    recordId: String(contact.id),
    label: fill(texts.contact, { name: contact.name ?? '' }),
    text: joinLines(lines),
    at: null,
  };
}

function taskSource(task: TaskRecord, { locale, timeZone }: LeadSourceOptions, now: Date): LeadSource {
  const texts = textsFor(locale);
  const due = new Date(task.complete_till * 1000);
  const state = task.is_completed ? 'done' : due < now ? 'overdue' : 'open';
  const label = { done: texts.taskDone, overdue: texts.taskOverdue, open: texts.taskOpen }[state];
  const result = resultText(task.result);
  return {
    record: 'task',
    recordId: String(task.id),
    state,
    label: fill(label, { at: formatMoment(due, locale, timeZone) }),
    text: result ? `${task.text ?? ''}\n${result}` : (task.text ?? ''),
    at: due,
  };
}

type CustomFields = LeadView['lead']['custom_fields_values'];

function customLines(
  fields: CustomFields,
  locale: string,
  timeZone: string,
): (string | null | undefined)[][] {
  const { field: names } = textsFor(locale);
  return (fields ?? []).map(field => {
    const name =
      field.field_code === 'PHONE'
        ? names.phone
        : field.field_code === 'EMAIL'
          ? names.email
          : field.field_name;
    const isDate =
      field.field_type === 'date' || field.field_type === 'date_time' || field.field_type === 'birthday';
    const values = field.values.map(({ value }) =>
      isDate && typeof value === 'number'
        ? formatMoment(new Date(value * 1000), locale, timeZone)
        : plain(value),
    );
    return [name, values.filter(value => value !== '').join(', ')];
  });
}

function plain(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return '';
}

function joinLines(lines: (string | null | undefined)[][]): string {
  return lines
    .filter(([name, value]) => name && value)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** What a person wrote or a call left; other kinds of notes are the system talking to itself. */
function noteText(note: NoteRecord): string | null {
  const params =
    typeof note.params === 'object' && note.params !== null ? (note.params as Record<string, unknown>) : {};
  const text = plain(params.text);
  if (note.note_type.startsWith('call_')) {
    const parts = [plain(params.call_result), params.duration ? `${plain(params.duration)} s` : ''];
    return parts.filter(part => part !== '').join(', ') || null;
  }
  return text.trim() === '' ? null : text;
}

function resultText(result: unknown): string | null {
  return typeof result === 'object' && result !== null && 'text' in result && typeof result.text === 'string'
    ? result.text
    : null;
}

function bounded(sources: LeadSource[]): LeadSource[] {
  let left = bounds.total;
  const kept: LeadSource[] = [];
  for (const source of sources) {
    const text = cutBeforeHidden(source.text, Math.min(bounds.textLength, left)).toWellFormed();
    if (text.trim() === '') continue;
    left -= text.length;
    kept.push({ ...source, text });
    if (left <= 0) break;
  }
  return kept;
}
