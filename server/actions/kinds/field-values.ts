import { DateTime } from 'luxon';
import { InvalidInput } from '../../kernel/index.ts';
import type { CatalogueField } from '../catalogue.ts';
import type { Fields, Json } from '../json.ts';
import type { CustomValue } from '../lead-record.ts';
import type { ChangeView } from '../views.ts';
import { hasEntries, readEntries, resolveEntries, showEntries, writeEntries } from './field-entries.ts';
import { isoOf, Moment, secondsOf } from './prose.ts';

/** What a field holds, in one spelling: what is read, what is asked for and what was written compare by it. */
export type FieldValue = string | number | boolean | null | { enumIds: number[] } | { entries: Fields[] };
type Values = CustomValue['values'];

const choices = new Set(['select', 'radiobutton', 'category', 'multiselect']);
const numbers = new Set(['numeric', 'monetary', 'price']);
const texts = new Set([
  'text',
  'textarea',
  'url',
  'streetaddress',
  'tracking_data',
  'multitext',
  'smart_address',
]);
const days = new Set(['date', 'birthday']);

/** Reads Kommo's values. Of types that nobody described, whatever they hold, so that a change still shows. */
export function readValues(type: string, values: Values | null, timeZone: string): Json {
  const first = values?.[0];
  if (type === 'checkbox') return first?.value === true || first?.value === '1' || first?.value === 1;
  if (!values || first === undefined) return null;
  if (choices.has(type)) return { enumIds: sorted(values.flatMap(one => one.enum_id ?? [])) };
  if (hasEntries(type)) return readEntries(type, values);
  const { value } = first;
  if (value === null || value === undefined || value === '') return null;
  if (numbers.has(type)) return Number(value);
  if (days.has(type)) return dayOf(secondsFrom(value), timeZone);
  if (type === 'date_time') return momentOf(value);
  if (texts.has(type)) return values.map(one => String(one.value ?? '')).join('\n');
  return JSON.parse(JSON.stringify(values)) as Json;
}

/** The value that somebody asks for, checked against the field. @throws InvalidInput */
export function resolveValue(field: CatalogueField, given: FieldValue, timeZone: string): FieldValue {
  const { type } = field;
  if (type === 'checkbox') {
    if (given !== null && typeof given !== 'boolean') throw fault('must be true or false');
    return given ?? false;
  }
  if (given === null) return null;
  if (hasEntries(type)) {
    if (!isEntries(given)) throw fault('must be {"entries": [...]}, with the parts of such a field');
    return resolveEntries(type, given.entries);
  }
  if (isEntries(given)) throw fault(`is of the type "${type}", which has no entries`);
  if (choices.has(type)) return resolveChoice(field, given);
  if (numbers.has(type)) {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw fault('must be a number');
    return number;
  }
  if (days.has(type)) return resolveDay(given, timeZone);
  if (type === 'date_time') {
    const moment = typeof given === 'string' ? Moment.safeParse(given) : null;
    if (!moment?.success) throw fault('must be a moment such as 2027-01-31T09:00:00Z');
    return moment.data;
  }
  if (!texts.has(type))
    throw fault(`is of the type "${type}", whose values Kommo describes nowhere: change it in Kommo`);
  if (typeof given !== 'string' && typeof given !== 'number') throw fault('must be a text');
  const text = String(given).trim();
  if (text === '') return null;
  if (type === 'url' && !URL.canParse(text)) throw fault('must be an address such as https://example.com');
  return text;
}

/** As Kommo takes it; null empties the field. */
export function writeValues(type: string, value: FieldValue, timeZone: string): Json {
  if (value === null) return null;
  if (isEntries(value)) return writeEntries(type, value.entries);
  if (typeof value === 'object') return value.enumIds.map(id => ({ enum_id: id }));
  if (typeof value === 'boolean') return [{ value }];
  if (numbers.has(type)) return [{ value: String(value) }];
  if (days.has(type)) return [{ value: DateTime.fromISO(String(value), { zone: timeZone }).toUnixInteger() }];
  if (type === 'date_time') return [{ value: secondsOf(String(value)) }];
  if (type === 'smart_address') return [{ value, enum_id: 1 }];
  if (type === 'multitext') return [{ value, enum_code: 'WORK' }];
  return [{ value }];
}

export function showValue(field: CatalogueField | undefined, value: Json): string | number | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (!Array.isArray(value) && Array.isArray(value['enumIds'])) {
    return value['enumIds'].map(id => field?.enums?.find(one => one.id === id)?.value ?? `#${id}`).join(', ');
  }
  return isEntries(value) ? showEntries(value.entries) : JSON.stringify(value);
}

function isEntries(value: unknown): value is { entries: Fields[] } {
  return value !== null && typeof value === 'object' && 'entries' in value && Array.isArray(value.entries);
}

export function kindOf(type: string): ChangeView['kind'] {
  if (type === 'checkbox') return 'boolean';
  if (choices.has(type)) return 'choice';
  if (type === 'numeric') return 'number';
  if (numbers.has(type)) return 'money';
  return days.has(type) || type === 'date_time' ? 'time' : 'text';
}

/** By id, or by the name that a person or a model would use. */
function resolveChoice({ type, enums }: CatalogueField, given: FieldValue): FieldValue {
  const known = enums ?? [];
  const ids =
    typeof given === 'object' && given !== null && 'enumIds' in given
      ? given.enumIds
      : known
          .filter(one => one.value.toLowerCase() === String(given).trim().toLowerCase())
          .map(one => one.id);
  if (ids.length === 0 && typeof given === 'object') return null;
  if (ids.length === 0 || ids.some(id => !known.some(one => one.id === id)))
    throw fault('is none of the choices of this field');
  if (type !== 'multiselect' && ids.length > 1) throw fault('takes one choice only');
  return { enumIds: sorted(ids) };
}

function resolveDay(given: FieldValue, timeZone: string): string {
  const parsed = typeof given === 'string' ? DateTime.fromISO(given, { zone: timeZone }) : null;
  const day = parsed?.isValid ? parsed.toISODate() : null;
  if (!day || parsed === null || parsed.year < 1900 || parsed.year > 2100)
    throw fault('must be a day such as 2027-01-31');
  return day;
}

function dayOf(seconds: number, timeZone: string): string {
  const at = DateTime.fromSeconds(seconds, { zone: timeZone });
  return (at.isValid ? at : DateTime.fromSeconds(seconds, { zone: 'utc' })).toISODate() ?? '';
}

/** What cannot be read stands for itself, so that it can be replaced. */
function momentOf(value: unknown): string {
  const seconds = secondsFrom(value);
  return Math.abs(seconds) <= 8_640_000_000_000 ? isoOf(seconds) : String(value);
}

/** Kommo writes Unix seconds, and RFC 3339 in some answers. */
function secondsFrom(value: unknown): number {
  if (typeof value === 'number') return value;
  return /^\d+$/.test(String(value)) ? Number(value) : secondsOf(String(value));
}

const sorted = (ids: number[]): number[] => [...new Set(ids)].sort((a, b) => a - b);
const fault = (message: string) => new InvalidInput([{ path: 'value', message }]);
