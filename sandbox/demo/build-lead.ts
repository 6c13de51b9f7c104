import { createHash } from 'node:crypto';
import type {
  AccountRecords,
  Contact,
  CustomField,
  CustomValues,
  EntityKind,
  FieldValue,
  Lead,
} from '../records.ts';
import { timeOf } from './journal.ts';
import { type AccountSpec, type LeadSpec, userId } from './spec.ts';
import { writeJournal } from './write-journal.ts';

function valuesOf(one: CustomField, value: string | number | boolean, now: number): CustomValues {
  const choice = one.enums?.find(item => item.value === value) ?? (one.code ? one.enums?.[0] : undefined);
  const isDate = one.type === 'date';
  const plain: FieldValue = { value: isDate ? timeOf(String(value), now) : value };
  return {
    field_id: one.id,
    field_name: one.name,
    field_code: one.code,
    field_type: one.type,
    values: [choice ? { ...plain, enum_id: choice.id, enum_code: choice.code } : plain],
  };
}

function byCode(
  records: AccountRecords,
  kind: EntityKind,
  now: number,
  values: Record<string, string | undefined>,
) {
  const filled = records.fields.flatMap(one => {
    const value = one.entity_type === kind && one.code ? values[one.code] : undefined;
    return value === undefined ? [] : [valuesOf(one, value, now)];
  });
  return filled.length > 0 ? filled : null;
}

/** One lead with its contact, its company and its history. */
export function addLead(
  spec: AccountSpec,
  records: AccountRecords,
  lead: LeadSpec,
  index: number,
  now: number,
): void {
  const base = (spec.id % 1000) * 1000;
  const createdAt = timeOf(lead.created, now);
  const owner = records.users.find(({ id }) => id === userId(spec, lead.owner));
  const [pipelineKey, stageKey] = lead.stage.split('/');
  const pipelineAt = spec.pipelines.findIndex(({ key }) => key === pipelineKey);
  const pipeline = records.pipelines[pipelineAt];
  const stageAt = spec.pipelines[pipelineAt]?.stages.findIndex(([key]) => key === stageKey) ?? -1;
  const closedId = { won: 142, lost: 143 }[stageKey ?? ''];
  const status = closedId ?? pipeline?.statuses[stageKey === 'incoming' ? 0 : stageAt + 1]?.id;
  if (!owner || !pipeline || status === undefined)
    throw new Error(`Demo lead ${lead.name}: unknown owner or stage`);

  const owned = {
    responsible_user_id: owner.id,
    group_id: owner.rights.group_id,
    created_by: owner.id,
    updated_by: owner.id,
    created_at: createdAt,
    updated_at: createdAt,
    tags: [],
  };
  const company = lead.company && {
    ...owned,
    id: 30_495_867 + base + index,
    name: lead.company.name,
    custom_fields_values: byCode(records, 'companies', now, {
      WEB: lead.company.web,
      ADDRESS: lead.company.address,
    }),
  };
  if (company) records.companies.push(company);
  const contact =
    lead.contact &&
    buildContact(records, lead.contact, 29_384_756 + base + index, now, {
      ...owned,
      company_id: company?.id ?? null,
    });
  if (contact) records.contacts.push(contact);

  const customValues = spec.leadFields.flatMap(({ key, name }) => {
    const value = lead.fields?.[key];
    const one = records.fields.find(known => known.entity_type === 'leads' && known.name === name);
    return value === undefined || !one ? [] : [valuesOf(one, value, now)];
  });
  const built: Lead = {
    ...owned,
    id: 18_273_645 + base + index * 2,
    name: lead.name,
    price: lead.price,
    status_id: status,
    pipeline_id: pipeline.id,
    loss_reason_id: records.lossReasons.find(({ name }) => name === lead.lossReason)?.id ?? null,
    closed_at: null,
    contact_ids: contact ? [contact.id] : [],
    company_id: company?.id ?? null,
    source: lead.source ? { id: 48_504 + spec.sources.indexOf(lead.source), name: lead.source } : null,
    custom_fields_values: customValues.length > 0 ? customValues : null,
    tags: (lead.tags ?? []).map(name => ({ id: tagId(name), name, color: null })),
  };
  records.leads.push(built);
  const lastAt = writeJournal(spec, records, lead, built, now);
  built.updated_at = Math.max(createdAt, lastAt);
  if (closedId) built.closed_at = built.updated_at;
}

function buildContact(
  records: AccountRecords,
  given: NonNullable<LeadSpec['contact']>,
  id: number,
  now: number,
  owned: Omit<Contact, 'id' | 'name' | 'first_name' | 'last_name' | 'custom_fields_values'>,
): Contact {
  const [first = '', ...rest] = given.name.split(' ');
  return {
    ...owned,
    id,
    name: given.name,
    first_name: first,
    last_name: rest.join(' '),
    custom_fields_values: byCode(records, 'contacts', now, {
      PHONE: given.phone,
      EMAIL: given.email,
      POSITION: given.position,
    }),
  };
}

function tagId(name: string): number {
  return 91_000 + (Number.parseInt(createHash('sha1').update(name).digest('hex').slice(0, 6), 16) % 9000);
}
