import { z } from 'zod';
import { tellContact, tellLead } from '../../conversations/tell.ts';
import type { Contact, Lead } from '../../records.ts';
import { nextId } from '../../site.ts';
import { calculate } from '../arithmetic.ts';
import { fill } from '../placeholders.ts';
import { BotFault, contactOf, leadOf, type Perform, read, type Turn } from '../turn.ts';
import { addLeadContact, addLinkedCompany, addNote, link } from './add-records.ts';
import { writeField } from './fields.ts';

const Action = z.looseObject({ name: z.string(), params: z.unknown().default({}) });

/** What bots do to the records. */
export const action: Perform = (turn, params) => {
  const { name, params: inner } = read('action', Action, params);
  const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!act) throw new BotFault(`action: there is no action ${name}`);
  return act(turn, inner);
};

const Text = z.union([z.string(), z.number()]).transform(String);
const Whole = z.coerce.number().int();
/** 1 or "contact", 2 or "lead". */
const Kind = z
  .union([z.string(), z.number()])
  .default(2)
  .transform((type): 'leads' | 'contacts' | null =>
    /^(1|contacts?)$/.test(String(type)) ? 'contacts' : /^(2|leads?)$/.test(String(type)) ? 'leads' : null,
  );

const actions: Record<string, Perform> = {
  change_status: (turn, params) => {
    const { value } = read('change_status', z.looseObject({ value: Whole }), params);
    changeLead(turn, lead => {
      const { pipelines } = turn.site.data;
      // Kommo: 142 and 143 are in every pipeline; any other stage brings its pipeline along.
      const pipeline = [...pipelines]
        .sort(({ id }) => (id === lead.pipeline_id ? -1 : 1))
        .find(({ statuses }) => statuses.some(({ id }) => id === value));
      if (!pipeline) throw new BotFault(`change_status: there is no stage ${value}`);
      const closed = value === 142 || value === 143;
      lead.pipeline_id = pipeline.id;
      lead.status_id = value;
      lead.closed_at = closed ? (lead.closed_at ?? turn.site.clock.now()) : null;
    });
  },
  set_tag: (turn, params) => {
    const { type, value } = read('set_tag', z.looseObject({ type: Kind, value: Text }), params);
    const name = fill(turn.site, turn.run, value);
    change(turn, type, record => {
      if (name === '' || record.tags.some(tag => tag.name === name)) return;
      record.tags.push({ id: nextId(turn.site), name, color: null });
    });
  },
  unset_tag: (turn, params) => {
    const shape = z.looseObject({ type: Kind, value: z.union([Text, z.array(Text)]) });
    const { type, value } = read('unset_tag', shape, params);
    const names = [value].flat().map(one => fill(turn.site, turn.run, one));
    change(turn, type, record => {
      record.tags = record.tags.filter(({ name }) => !names.includes(name));
    });
  },
  set_custom_fields: setCustomFields,
  set_budget: (turn, params) => {
    const { value } = read('set_budget', z.looseObject({ value: Text }), params);
    const price = calculate(fill(turn.site, turn.run, value));
    if (price === null) throw new BotFault('set_budget: the value is no number');
    changeLead(turn, lead => {
      lead.price = Math.round(price);
    });
  },
  change_responsible_user: (turn, params) => {
    const shape = z.looseObject({ value: Text, type: Kind });
    const { value, type } = read('change_responsible_user', shape, params);
    const id = fill(turn.site, turn.run, value);
    const user = turn.site.data.users.find(one => String(one.id) === id);
    if (!user) throw new BotFault(`change_responsible_user: there is no user ${id}`);
    change(turn, type, record => {
      record.responsible_user_id = user.id;
      record.group_id = user.rights.group_id;
    });
  },
  unsorted: (turn, params) => {
    const { value } = read('unsorted', z.looseObject({ value: z.enum(['accept', 'decline']) }), params);
    changeLead(turn, lead => {
      const statuses = turn.site.data.pipelines.find(({ id }) => id === lead.pipeline_id)?.statuses ?? [];
      if (!statuses.some(({ id, type }) => id === lead.status_id && type === 1)) return;
      lead.status_id =
        value === 'decline' ? 143 : (statuses.find(({ type }) => type === 0)?.id ?? lead.status_id);
    });
  },
  add_note: addNote,
  add_lead_contact: addLeadContact,
  add_linked_company: addLinkedCompany,
  link,
  // Who is subscribed to a chat shows nowhere outside of the platform.
  subscribe: () => {},
  unsubscribe: () => {},
  link_to_unsorted: () => {},
};

const SetField = z.looseObject({
  type: Kind,
  value: Text,
  custom_fields_id: Whole.optional(),
  custom_field: z.string().optional(),
  calculated: z.coerce.boolean().default(false),
  option: z.string().optional(),
});

function setCustomFields(turn: Turn, params: unknown): void {
  const { type, value, custom_fields_id, custom_field, calculated, option } = read(
    'set_custom_fields',
    SetField,
    params,
  );
  const filled = fill(turn.site, turn.run, value);
  const text = calculated ? String(calculate(filled) ?? filled) : filled;
  const plain = custom_field?.replace(/[{}\s]/g, '');
  if (plain === 'lead.price') {
    changeLead(turn, lead => {
      lead.price = Math.round(Number(text) || 0);
    });
  } else if (plain === 'lead.name') {
    changeLead(turn, lead => {
      lead.name = text;
    });
  } else if (plain === 'contact.name') {
    change(turn, 'contacts', contact => {
      contact.name = text;
    });
  } else if (custom_fields_id !== undefined) {
    change(turn, type, (record, kind) =>
      writeField(turn.site, record, kind, custom_fields_id, text, option === 'add'),
    );
  } else throw new BotFault('set_custom_fields: custom_fields_id is missing');
}

function changeLead(turn: Turn, edit: (lead: Lead) => void): void {
  const lead = leadOf(turn.site, turn.run);
  if (!lead) return;
  const before = structuredClone(lead);
  edit(lead);
  // Kommo: 0 is the robot.
  Object.assign(lead, { updated_at: turn.site.clock.now(), updated_by: 0 });
  turn.site.store.touch();
  tellLead(turn.site, lead, before);
}

function change(
  turn: Turn,
  kind: 'leads' | 'contacts' | null,
  edit: (record: Lead | Contact, kind: 'leads' | 'contacts') => void,
): void {
  if (kind === null) throw new BotFault('action: the sandbox has leads (2) and contacts (1)');
  if (kind === 'leads') {
    changeLead(turn, lead => edit(lead, 'leads'));
    return;
  }
  const contact = contactOf(turn.site, turn.run);
  if (!contact) return;
  const before = structuredClone(contact);
  edit(contact, 'contacts');
  Object.assign(contact, { updated_at: turn.site.clock.now(), updated_by: 0 });
  turn.site.store.touch();
  tellContact(turn.site, contact, before);
}
