import type { Account, CustomField, EntityKind, Pipeline, Right, Rights, User } from '../records.ts';
import { type AccountSpec, firstUserId, type UserSpec, uuidOf } from './spec.ts';

const stageColors = ['#99ccff', '#ffff99', '#ffcc66', '#ffc8c8', '#d6eaff', '#deff81'];

export function accountOf(spec: AccountSpec): Account {
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

export function buildUser(spec: AccountSpec, user: UserSpec, index: number): User {
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

export function buildPipeline(
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

export function buildFields(spec: AccountSpec): CustomField[] {
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
