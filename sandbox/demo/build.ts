import { createHash } from 'node:crypto';
import type {
  Account,
  AccountRecords,
  Contact,
  CustomField,
  CustomValues,
  EntityKind,
  FieldValue,
  Lang,
  Lead,
  Pipeline,
  Right,
  Rights,
  User,
} from '../records.ts';
import { timeOf } from './journal.ts';
import { writeJournal } from './write-journal.ts';

export interface LeadSpec {
  name: string;
  price: number;
  /** `pipeline/stage`, by the keys of the account's pipelines. */
  stage: string;
  owner: string;
  created: string;
  contact?: { name: string; phone: string; email: string; position?: string };
  company?: { name: string; address?: string; web?: string };
  tags?: string[];
  source?: string;
  /** By field key; a date is a time as in a journal. */
  fields?: Record<string, string | number | boolean>;
  lossReason?: string;
  /** Where the client writes. */
  channel?: 'waba' | 'telegram' | 'instagram_business';
  talkClosed?: boolean;
  journal: string;
}

export interface AccountSpec {
  id: number;
  name: string;
  subdomain: string;
  country: string;
  lang: Lang;
  currency: string;
  timezone: string;
  date: string;
  groups: string[];
  taskTypes: [string, string, string];
  users: UserSpec[];
  pipelines: {
    key: string;
    name: string;
    incoming: string;
    won: string;
    lost: string;
    stages: [string, string][];
  }[];
  leadFields: { key: string; name: string; type: string; choices?: string[] }[];
  fieldNames: { phone: string; email: string; position: string; web: string; address: string };
  lossReasons: string[];
  sources: string[];
  leads: LeadSpec[];
}

interface UserSpec {
  key: string;
  name: string;
  lang: Lang;
  access: 'admin' | Right;
  group?: number;
  inactive?: boolean;
}

const stageColors = ['#99ccff', '#ffff99', '#ffcc66', '#ffc8c8', '#d6eaff', '#deff81'];

export function uuidOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The records of a demo account as if `now` were the moment somebody looks at it. */
export function buildAccount(spec: AccountSpec, now: number): AccountRecords {
  const base = spec.id % 100_000;
  const users = spec.users.map((user, index) => buildUser(spec, user, index));
  const records: AccountRecords = {
    account: accountOf(spec),
    users,
    pipelines: spec.pipelines.map((pipeline, index) => buildPipeline(spec, pipeline, index)),
    fields: buildFields(spec),
    lossReasons: spec.lossReasons.map((name, index) => ({
      id: 5_203_700 + base + index,
      name,
      sort: (index + 1) * 100,
      created_at: now - 300 * 86_400,
      updated_at: now - 300 * 86_400,
    })),
    leads: [],
    contacts: [],
    companies: [],
    notes: [],
    tasks: [],
    talks: [],
    nextId: 40_000_000 + base * 100,
  };
  spec.leads.forEach((lead, index) => {
    addLead(spec, records, lead, index, now);
  });
  return records;
}

function accountOf(spec: AccountSpec): Account {
  const [followUp, meeting, own] = spec.taskTypes;
  return {
    id: spec.id,
    name: spec.name,
    subdomain: spec.subdomain,
    country: spec.country,
    lang: spec.lang,
    currency: spec.currency,
    timezone: spec.timezone,
    amojo_id: uuidOf(`amojo ${spec.subdomain}`),
    uuid: uuidOf(`account ${spec.subdomain}`),
    groups: spec.groups.map((name, index) => ({ id: index === 0 ? 0 : 410_000 + index, name })),
    task_types: [
      { id: 1, name: followUp, color: null, icon_id: null, code: 'FOLLOW_UP' },
      { id: 2, name: meeting, color: null, icon_id: null, code: 'MEETING' },
      { id: 2_741_001, name: own, color: 'ccc8f9', icon_id: 3, code: null },
    ],
    datetime: { date: spec.date, time: 'HH:mm' },
  };
}

function buildUser(spec: AccountSpec, user: UserSpec, index: number): User {
  const admin = user.access === 'admin';
  const right: Right = user.access === 'admin' ? 'A' : user.access;
  const records = { view: right, edit: right, add: 'A' as Right, delete: right, export: right };
  const rights: Rights = {
    leads: { ...records },
    contacts: { ...records },
    companies: { ...records },
    tasks: { edit: 'A', delete: 'A' },
    mail_access: admin,
    catalog_access: true,
    status_rights: [],
    is_admin: admin,
    is_free: false,
    is_active: user.inactive !== true,
    group_id: user.group ? 410_000 + user.group : 0,
    role_id: null,
  };
  const email = `${user.key}@${spec.subdomain}.example`;
  return {
    id: firstUserId(spec) + index,
    name: user.name,
    email,
    lang: user.lang,
    amojo_id: uuidOf(`amojo ${email}`),
    uuid: uuidOf(`user ${email}`),
    phone_number: '',
    user_rank: 'master',
    rights,
  };
}

/** 9100001 in the first account, 9200001 in the second. */
function firstUserId(spec: AccountSpec): number {
  return 9_000_001 + (spec.id % 10) * 100_000;
}

export function userId(spec: AccountSpec, key: string): number {
  const index = spec.users.findIndex(user => user.key === key);
  if (index < 0) throw new Error(`No demo user ${key}`);
  return firstUserId(spec) + index;
}

function buildPipeline(
  spec: AccountSpec,
  pipeline: AccountSpec['pipelines'][number],
  index: number,
): Pipeline {
  const id = 7_654_321 + (spec.id % 1000) * 10 + index;
  const first = 62_000_001 + (spec.id % 1000) * 100 + index * 20;
  const status = (
    statusId: number,
    name: string,
    sort: number,
    color: string,
    fixed: boolean,
    type: 0 | 1 = 0,
  ) => ({
    id: statusId,
    name,
    sort,
    is_editable: !fixed,
    pipeline_id: id,
    color,
    type,
    account_id: spec.id,
  });
  return {
    id,
    name: pipeline.name,
    sort: index + 1,
    is_main: index === 0,
    is_unsorted_on: true,
    is_archive: false,
    account_id: spec.id,
    statuses: [
      status(first, pipeline.incoming, 10, '#c1c1c1', true, 1),
      ...pipeline.stages.map(([, name], at) =>
        status(first + at + 1, name, 20 + at * 10, stageColors[at % stageColors.length] ?? '#99ccff', false),
      ),
      status(142, pipeline.won, 10_000, '#CCFF66', true),
      status(143, pipeline.lost, 11_000, '#D5D8DB', true),
    ],
  };
}

const phoneEnums = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'];
const emailEnums = ['WORK', 'PRIV', 'OTHER'];

function buildFields(spec: AccountSpec): CustomField[] {
  const base = (spec.id % 1000) * 100;
  const enums = (from: number, codes: string[], coded: boolean) =>
    codes.map((value, at) => ({ id: from + at * 2, value, sort: at + 1, code: coded ? value : null }));
  const shared = (entity_type: EntityKind, offset: number) => [
    field(
      880_106 + offset,
      spec.fieldNames.phone,
      'PHONE',
      'multitext',
      entity_type,
      enums(660_476 + base + offset, phoneEnums, true),
    ),
    field(
      880_108 + offset,
      spec.fieldNames.email,
      'EMAIL',
      'multitext',
      entity_type,
      enums(660_496 + base + offset, emailEnums, true),
    ),
  ];
  return [
    ...spec.leadFields.map(({ name, type, choices }, at) =>
      field(
        2_200_483 + base + at * 2,
        name,
        null,
        type,
        'leads',
        choices ? enums(770_107 + base + at * 20, choices, false) : null,
      ),
    ),
    ...shared('contacts', base),
    field(880_104 + base, spec.fieldNames.position, 'POSITION', 'text', 'contacts', null),
    ...shared('companies', base + 40),
    field(880_150 + base, spec.fieldNames.web, 'WEB', 'url', 'companies', null),
    field(880_152 + base, spec.fieldNames.address, 'ADDRESS', 'textarea', 'companies', null),
  ];
}

function field(
  id: number,
  name: string,
  code: string | null,
  type: string,
  entity_type: EntityKind,
  enums: CustomField['enums'],
): CustomField {
  return { id, name, code, sort: 500 + (id % 100), type, entity_type, is_predefined: code !== null, enums };
}

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

function addLead(
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
