import { z } from 'zod';
import { tellContact } from '../../conversations/tell.ts';
import type { Contact, Lead } from '../../records.ts';
import { nextId } from '../../site.ts';
import { emailIn, fill, fillDeep, phoneIn } from '../placeholders.ts';
import { contactOf, Handlers, insert, leadOf, type Perform, read, talkOf } from '../turn.ts';
import { writeField } from './fields.ts';
import { say } from './say.ts';

const Find = z.looseObject({
  type: z.enum(['contact_double', 'catalog_elements']),
  params: z.looseObject({ value: z.string().optional(), actions: Handlers }),
});

/** Another contact of the same name. Catalogs the sandbox's bots do not know: nothing is found in them. */
export const find: Perform = ({ site, run, frame }, params) => {
  const { type, params: inner } = read('find', Find, params);
  const contact = contactOf(site, run);
  if (type !== 'contact_double' || !contact) return;
  const double = site.data.contacts.find(({ id, name }) => id !== contact.id && name === contact.name);
  if (!double) return;
  run.found['contact_double.id'] = String(double.id);
  insert(frame, inner.actions);
};

const Filter = z.looseObject({
  type: z.coerce.number(),
  value: z.string(),
  custom_fields_id: z.coerce.number(),
  actions: Handlers,
});

/** The first lead (2) or contact (1) whose field holds the value. */
export const filter: Perform = ({ site, run, frame }, params) => {
  const { type, value, custom_fields_id, actions } = read('filter', Filter, params);
  const wanted = fill(site, run, value);
  const records: (Lead | Contact)[] = type === 1 ? site.data.contacts : type === 2 ? site.data.leads : [];
  const hit = records.find(record =>
    record.custom_fields_values?.some(
      field => field.field_id === custom_fields_id && field.values.some(one => String(one.value) === wanted),
    ),
  );
  if (!hit) return;
  const name = type === 1 ? 'external_contact' : 'external_lead';
  run.found[`${name}.id`] = run.found['founded_id'] = String(hit.id);
  insert(frame, actions);
};

const Meta = z.looseObject({ delimiter: z.string().min(1), values: z.array(z.string()) });

/** What came along when the conversation was opened, cut into tags and fields of the lead. */
export const meta: Perform = ({ site, run }, params) => {
  const { delimiter, values } = read('meta', Meta, params);
  const lead = leadOf(site, run);
  if (!lead) return;
  const parts = run.messageText.split(delimiter);
  for (const [index, place] of values.entries()) {
    const text = parts[index]?.trim() ?? '';
    const fieldId = /^lead\.custom_fields\.(\d+)$/.exec(place)?.[1];
    if (text === '') continue;
    if (fieldId) writeField(site, lead, 'leads', Number(fieldId), text, false);
    else if (place === 'lead.tags') lead.tags.push({ id: nextId(site), name: text, color: null });
  }
  site.store.touch();
};

const Preset = z.looseObject({ name: z.string(), params: z.record(z.string(), z.unknown()).default({}) });

/** Takes phone and address out of the answer; with `validate_base_info` it asks on until both are there. */
export const preset: Perform = (turn, params) => {
  const { name, params: texts } = read('preset', Preset, params);
  const { site, run, frame } = turn;
  const contact = contactOf(site, run);
  if (!contact) return;
  const before = structuredClone(contact);
  const missing = ['PHONE', 'EMAIL'].filter(code => {
    const text = code === 'PHONE' ? phoneIn(run.messageText) : emailIn(run.messageText);
    const known = contact.custom_fields_values?.some(({ field_code }) => field_code === code) ?? false;
    const field = site.data.fields.find(one => one.entity_type === 'contacts' && one.code === code);
    if (text && field && !known) writeField(site, contact, 'contacts', field.id, text, true);
    return !known && !text;
  });
  if (JSON.stringify(before) !== JSON.stringify(contact)) {
    contact.updated_at = site.clock.now();
    site.store.touch();
    tellContact(site, contact, before);
  }
  if (name !== 'contacts.validate_base_info') return;
  const key =
    missing.length === 2
      ? 'empty_all'
      : missing[0] === 'PHONE'
        ? 'empty_phone'
        : missing[0]
          ? 'empty_email'
          : 'success';
  const text = texts[key] ?? texts['empty_email'];
  if (typeof text === 'string') say(turn, talkOf(site, run), text);
  if (missing.length === 0) return;
  run.next = { section: 'answer', step: frame.step };
  run.state = 'waiting-answer';
};

const Request = z.looseObject({
  url: z.string(),
  method: z.string().default('POST'),
  json: z.coerce.boolean().default(false),
  data: z.unknown().default({}),
});

const answerWithinMs = 5000;

/** A plain request to somebody's server; a JSON object in its answer becomes `{{json.*}}`. */
export const request: Perform = async ({ site, run }, params) => {
  const { url, method, json, data } = read('request', Request, params);
  const filled = fillDeep(site, run, data) as Record<string, string>;
  const target = new URL(fill(site, run, url));
  const bare = method.toUpperCase() === 'GET';
  if (bare) for (const [key, value] of Object.entries(filled)) target.searchParams.set(key, String(value));
  let status: number | null = null;
  let answered: unknown = null;
  try {
    const answer = await fetch(target, {
      method: method.toUpperCase(),
      redirect: 'manual',
      ...(bare ? {} : { body: json ? JSON.stringify(filled) : new URLSearchParams(filled) }),
      ...(json && !bare ? { headers: { 'content-type': 'application/json' } } : {}),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    status = answer.status;
    answered = JSON.parse(await answer.text());
  } catch {}
  if (answered !== null && typeof answered === 'object' && !Array.isArray(answered)) {
    run.json = answered as Record<string, unknown>;
  }
  site.live.add({ kind: 'bot', title: `${method} ${target}`, status, request: filled, response: answered });
};
