import { randomBytes, randomInt } from 'node:crypto';
import type { CustomValues } from '../records.ts';
import type { Site } from '../site.ts';
import type { BotRun } from './bot.ts';
import { phpRegex } from './php-regex.ts';
import { companyOf, contactOf, leadOf, talkOf } from './turn.ts';

/** Seen: a text field longer than this arrives cut; a textarea arrives whole. */
const textFieldMax = 250;

const emailPattern = /[^\s@,;<>"']+@[^\s@,;<>"']+\.[^\s@,;<>"']+/;
const phonePattern = /\+?\d[\d\s().-]{5,}\d/;

export const emailIn = (text: string) => emailPattern.exec(text)?.[0] ?? '';
export const phoneIn = (text: string) => phonePattern.exec(text)?.[0].trim() ?? '';

interface Fielded {
  id: number;
  name: string;
  responsible_user_id: number;
  custom_fields_values: CustomValues[] | null;
}

/** Fills `{{...}}` in a text. What is unknown becomes nothing. */
export function fill(site: Site, run: BotRun, text: string): string {
  return text.replace(/\{\{(.+?)\}\}/g, (_all, key: string) => valueFor(site, run, key.trim()));
}

/** Fills every string inside of a value; all leaves come out as strings. */
export function fillDeep(site: Site, run: BotRun, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => fillDeep(site, run, item));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillDeep(site, run, inner)]));
  }
  return value === null || value === undefined ? '' : fill(site, run, String(value));
}

function valueFor(site: Site, run: BotRun, key: string): string {
  const { messageText } = run;
  switch (key) {
    case 'message_text':
      return messageText;
    case 'message_text.email':
      return emailIn(messageText);
    case 'message_text.phone':
      return phoneIn(messageText);
    case 'origin':
    case 'chat.origin':
      return talkOf(site, run)?.origin ?? '';
    case 'name':
      return contactOf(site, run)?.name ?? '';
    case 'current_date':
      return new Intl.DateTimeFormat('en-GB', { timeZone: site.data.account.timezone }).format(
        site.clock.nowMs(),
      );
    case 'rand':
      return randomBytes(16).toString('hex');
    case 'short_rand':
      return randomBytes(4).toString('hex');
    case 'short_rand_num':
      return String(randomInt(1111, 10_000));
    case 'admin.login':
      return site.data.users.find(({ rights }) => rights.is_admin)?.email ?? '';
  }
  if (Object.hasOwn(run.found, key)) return run.found[key] ?? '';
  if (key.startsWith('json.')) return jsonValue(run.json, key.slice(5));
  if (key.startsWith('regexp.')) return phpRegex(key.slice(7))?.exec(messageText)?.[1] ?? '';
  const [owner = '', ...path] = key.split('.');
  return ownedValue(site, run, owner, path.join('.'));
}

function jsonValue(json: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>(
      (node, part) =>
        node !== null && typeof node === 'object' && Object.hasOwn(node, part)
          ? (node as Record<string, unknown>)[part]
          : undefined,
      json,
    );
  if (found === undefined || found === null) return '';
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
}

function ownedValue(site: Site, run: BotRun, owner: string, path: string): string {
  const lead = leadOf(site, run);
  switch (owner) {
    case 'lead':
      if (!lead) return '';
      if (path === 'price') return String(lead.price);
      if (path === 'status_id') return String(lead.status_id);
      if (path === 'pipeline_id') return String(lead.pipeline_id);
      if (path === 'source_id') return String(lead.source?.id ?? '');
      if (path === 'tags') return lead.tags.map(({ name }) => name).join(',');
      return recordValue(site, lead, path);
    case 'contact':
      return recordValue(site, contactOf(site, run), path);
    case 'company':
      return recordValue(site, companyOf(site, run), path);
    case 'contact_double':
    case 'external_contact':
      return recordValue(site, foundRecord(site.data.contacts, run, owner), path);
    case 'external_lead':
      return recordValue(site, foundRecord(site.data.leads, run, owner), path);
    default:
      return '';
  }
}

const foundRecord = <T extends Fielded>(records: T[], run: BotRun, owner: string) =>
  records.find(({ id }) => String(id) === run.found[`${owner}.id`]);

/** Seen: `{{contact.phone}}` and its like stay empty; only `cf` reads a field. */
function recordValue(site: Site, record: Fielded | undefined, path: string): string {
  if (!record) return '';
  const owner = site.data.users.find(({ id }) => id === record.responsible_user_id);
  switch (path) {
    case 'id':
      return String(record.id);
    case 'name':
      return record.name;
    case 'responsible.id':
    case 'responsible_user_id':
      return String(record.responsible_user_id);
    case 'responsible.name':
      return owner?.name ?? '';
    case 'responsible.email':
      return owner?.email ?? '';
  }
  const fieldId = /^cf\.(\d+)$/.exec(path)?.[1];
  const field = record.custom_fields_values?.find(({ field_id }) => String(field_id) === fieldId);
  if (!field) return '';
  const text = field.values.map(({ value }) => String(value)).join(', ');
  return field.field_type === 'text' ? [...text].slice(0, textFieldMax).join('') : text;
}
