import { z } from 'zod';
import { addContact, addLead } from '../../conversations/add-lead.ts';
import { tellCompany, tellContact, tellLead, tellNote } from '../../conversations/tell.ts';
import type { Company, Note } from '../../records.ts';
import { nextId } from '../../site.ts';
import { emailIn, fill, phoneIn } from '../placeholders.ts';
import { contactOf, leadOf, type Perform, read, type Turn } from '../turn.ts';
import { writeField } from './fields.ts';

const noteTypes: Record<string, string> = {
  4: 'common',
  10: 'call_in',
  11: 'call_out',
  25: 'service_message',
  102: 'sms_in',
  103: 'sms_out',
};

const AddNote = z.looseObject({
  element_type: z.coerce.number().default(2),
  note_type: z.coerce.number().default(4),
  text: z.string(),
});

export const addNote: Perform = ({ site, run, bot }, params) => {
  const { element_type, note_type, text } = read('add_note', AddNote, params);
  const kind = element_type === 1 ? 'contacts' : 'leads';
  const record = kind === 'contacts' ? contactOf(site, run) : leadOf(site, run);
  if (!record) return;
  const now = site.clock.now();
  const type = noteTypes[String(note_type)] ?? 'common';
  const filled = fill(site, run, text);
  const note: Note = {
    id: nextId(site),
    entity_id: record.id,
    entity_type: kind,
    created_by: 0,
    updated_by: 0,
    created_at: now,
    updated_at: now,
    responsible_user_id: record.responsible_user_id,
    group_id: record.group_id,
    note_type: type,
    params: type === 'service_message' ? { service: bot.name, text: filled } : { text: filled },
  };
  site.data.notes.push(note);
  site.store.touch();
  tellNote(site, note);
};

const Named = z
  .looseObject({
    name: z.string().default(''),
    responsible_user_id: z.coerce.number().optional(),
    price: z.coerce.number().optional(),
    status_id: z.coerce.number().optional(),
    custom_fields: z
      .array(z.looseObject({ id: z.coerce.number(), values: z.array(z.looseObject({ value: z.string() })) }))
      .default([]),
  })
  .prefault({});
const AddLeadContact = z.looseObject({ preset: z.string().optional(), lead: Named, contact: Named });

/** With the preset, only once the client has written a phone or an address. */
export const addLeadContact: Perform = (turn, params) => {
  const { preset, lead: leadSpec, contact: contactSpec } = read('add_lead_contact', AddLeadContact, params);
  const { site, run } = turn;
  const reachable = emailIn(run.messageText) || phoneIn(run.messageText);
  if (preset === 'contacts.require_email_or_phone' && !reachable) return;
  const contact = addContact(site, { name: fill(site, run, contactSpec.name) || 'Client' });
  for (const { id, values } of contactSpec.custom_fields) {
    for (const { value } of values) writeField(site, contact, 'contacts', id, fill(site, run, value), true);
  }
  tellContact(site, contact, null);
  const lead = addLead(site, {
    name: fill(site, run, leadSpec.name) || `Lead of ${contact.name}`,
    contactId: contact.id,
    ...(leadSpec.status_id === undefined ? {} : { statusId: leadSpec.status_id }),
    price: leadSpec.price ?? 0,
  });
  for (const { id, values } of leadSpec.custom_fields) {
    for (const { value } of values) writeField(site, lead, 'leads', id, fill(site, run, value), true);
  }
  tellLead(site, lead, null);
};

export const addLinkedCompany: Perform = (turn, params) => {
  const { site, run } = turn;
  const { name } = read('add_linked_company', z.looseObject({ name: z.string() }), params);
  const lead = leadOf(site, run);
  const contact = contactOf(site, run);
  const owner = lead ?? contact;
  const filled = fill(site, run, name);
  if (!owner || filled === '') return;
  const now = site.clock.now();
  const company: Company = {
    id: nextId(site),
    name: filled,
    responsible_user_id: owner.responsible_user_id,
    group_id: owner.group_id,
    created_by: 0,
    updated_by: 0,
    created_at: now,
    updated_at: now,
    custom_fields_values: null,
    tags: [],
  };
  site.data.companies.push(company);
  tellCompany(site, company);
  linkCompany(turn, company.id);
};

const Link = z.looseObject({
  from: z.coerce.number().default(2),
  to: z.coerce.number(),
  to_id: z.coerce.string(),
});

/** Ties a contact or a company to the lead. The sandbox's bots know no catalogs. */
export const link: Perform = (turn, params) => {
  const { site, run } = turn;
  const { to, to_id } = read('link', Link, params);
  const id = Number(fill(site, run, to_id));
  if (to === 3 && site.data.companies.some(one => one.id === id)) linkCompany(turn, id);
  const lead = leadOf(site, run);
  if (to !== 1 || !lead || lead.contact_ids.includes(id)) return;
  if (!site.data.contacts.some(one => one.id === id)) return;
  const before = structuredClone(lead);
  lead.contact_ids.push(id);
  lead.updated_at = site.clock.now();
  tellLead(site, lead, before);
};

function linkCompany({ site, run }: Turn, companyId: number): void {
  const lead = leadOf(site, run);
  const contact = contactOf(site, run);
  if (contact) contact.company_id = companyId;
  if (!lead) return;
  const before = structuredClone(lead);
  lead.company_id = companyId;
  lead.updated_at = site.clock.now();
  site.store.touch();
  tellLead(site, lead, before);
}
