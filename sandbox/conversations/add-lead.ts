import type { Contact, CustomValues, Lead } from '../records.ts';
import { nextId, type Site } from '../site.ts';

interface NewContact {
  name: string;
  phone?: string;
  email?: string;
}

/** A contact as the platform makes one of somebody who writes; its caller tells of it. */
export function addContact(site: Site, { name, phone, email }: NewContact): Contact {
  const [first = '', ...rest] = name.split(' ');
  const fields = [fieldOf(site, 'PHONE', phone), fieldOf(site, 'EMAIL', email)].filter(one => one !== null);
  const contact: Contact = {
    ...owned(site),
    id: nextId(site),
    name,
    first_name: first,
    last_name: rest.join(' '),
    company_id: null,
    custom_fields_values: fields.length > 0 ? fields : null,
  };
  site.data.contacts.push(contact);
  site.store.touch();
  return contact;
}

interface NewLead {
  name: string;
  contactId: number;
  pipelineId?: number;
  statusId?: number;
  price?: number;
  source?: { id: number; name: string } | null;
}

/** A lead at the named stage, or at its pipeline's first one: the incoming leads where the pipeline has them on. */
export function addLead(site: Site, given: NewLead): Lead {
  const { pipelines } = site.data;
  const pipeline =
    pipelines.find(({ id }) => id === given.pipelineId) ??
    pipelines.find(({ is_main }) => is_main) ??
    pipelines[0];
  if (!pipeline) throw new Error('The account has no pipeline');
  const incoming = pipeline.is_unsorted_on ? pipeline.statuses.find(({ type }) => type === 1) : undefined;
  const first = incoming ?? pipeline.statuses.find(({ type }) => type === 0);
  const lead: Lead = {
    ...owned(site),
    id: nextId(site),
    name: given.name,
    price: given.price ?? 0,
    status_id: given.statusId ?? first?.id ?? 0,
    pipeline_id: pipeline.id,
    loss_reason_id: null,
    closed_at: null,
    contact_ids: [given.contactId],
    company_id: null,
    source: given.source ?? null,
    custom_fields_values: null,
  };
  site.data.leads.push(lead);
  site.store.touch();
  return lead;
}

/** Whose it is: the first administrator's, until somebody takes it. */
function owned(site: Site) {
  const owner = site.data.users.find(({ rights }) => rights.is_admin) ?? site.data.users[0];
  const now = site.clock.now();
  return {
    responsible_user_id: owner?.id ?? 0,
    group_id: owner?.rights.group_id ?? 0,
    created_by: 0,
    updated_by: 0,
    created_at: now,
    updated_at: now,
    tags: [],
  };
}

function fieldOf(site: Site, code: string, value: string | undefined): CustomValues | null {
  const field = site.data.fields.find(one => one.entity_type === 'contacts' && one.code === code);
  if (!field || !value) return null;
  const kind = field.enums?.[0];
  return {
    field_id: field.id,
    field_name: field.name,
    field_code: field.code,
    field_type: field.type,
    values: [{ value, ...(kind ? { enum_id: kind.id, enum_code: kind.code } : {}) }],
  };
}
