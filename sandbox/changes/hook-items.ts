import type { CatalogElement } from '../extras.ts';
import type { HookItem, HookValue } from '../hooks/index.ts';
import type { Company, Contact, CustomValues, EntityKind, Lead, Note, Talk, Task } from '../records.ts';
import type { Site } from '../site.ts';

/** Records in the words of account hooks, which differ from those of REST. Nothing here but names and order. */

export function leadItem(site: Site, lead: Lead): Record<string, HookValue> {
  return {
    id: lead.id,
    name: lead.name,
    status_id: lead.status_id,
    price: lead.price,
    responsible_user_id: lead.responsible_user_id,
    last_modified: lead.updated_at,
    modified_user_id: lead.updated_by,
    created_user_id: lead.created_by,
    date_create: lead.created_at,
    pipeline_id: lead.pipeline_id,
    tags: lead.tags.map(({ id, name }) => ({ id, name })),
    account_id: site.data.account.id,
    custom_fields: fieldItems(lead.custom_fields_values),
    created_at: lead.created_at,
    updated_at: lead.updated_at,
  };
}

/** Kommo: companies come as contacts of another type. */
export function personItem(
  site: Site,
  kind: 'contacts' | 'companies',
  person: Contact | Company,
): Record<string, HookValue> {
  const { leads } = site.data;
  const linked =
    kind === 'contacts'
      ? leads.filter(lead => lead.contact_ids.includes(person.id))
      : leads.filter(lead => lead.company_id === person.id);
  const companyId = 'company_id' in person ? person.company_id : null;
  const company = companyId === null ? undefined : site.data.companies.find(({ id }) => id === companyId);
  return {
    id: person.id,
    name: person.name,
    responsible_user_id: person.responsible_user_id,
    date_create: person.created_at,
    last_modified: person.updated_at,
    created_user_id: person.created_by,
    modified_user_id: person.updated_by,
    company_name: company?.name,
    linked_company_id: company?.id,
    account_id: site.data.account.id,
    linked_leads_id: Object.fromEntries(linked.map(({ id }) => [String(id), { ID: id }])),
    tags: person.tags.map(({ id, name }) => ({ id, name })),
    custom_fields: fieldItems(person.custom_fields_values),
    created_at: person.created_at,
    updated_at: person.updated_at,
    type: kind === 'contacts' ? 'contact' : 'company',
  };
}

const bareTypes = ['date', 'date_time', 'birthday'];

/** Kommo: a date is a bare string in the list, and a radio button is an object instead of a list. */
function fieldItems(fields: CustomValues[] | null): HookValue {
  return (fields ?? []).map(({ field_id, field_name, field_type, field_code, values }) => {
    const plain = values.map(({ value, enum_id }) => ({ value: value as HookValue, enum: enum_id }));
    const shown = bareTypes.includes(field_type)
      ? values.map(({ value }) => value as HookValue)
      : field_type === 'radiobutton'
        ? plain[0]
        : plain;
    return { id: field_id, name: field_name, values: shown, code: field_code };
  });
}

export const elementTypes = { contacts: 1, leads: 2, companies: 3 } as const satisfies Record<
  EntityKind,
  number
>;

const noteNumbers: Record<string, number> = {
  common: 4,
  attachment: 5,
  call_in: 10,
  call_out: 11,
  service_message: 25,
  extended_service_message: 25,
  sms_in: 102,
  sms_out: 103,
};

export function noteItem(site: Site, note: Note): HookItem {
  const author = site.data.users.find(({ id }) => id === note.created_by);
  const item = {
    text: noteText(note),
    attachement: attachmentPath(note),
    date_create: moment(note.created_at),
    note_type: noteNumbers[note.note_type] ?? 25,
    element_type: elementTypes[note.entity_type],
    element_id: note.entity_id,
    catalog_id: 0,
    group_id: 0,
    timestamp_x: moment(note.updated_at),
    account_id: site.data.account.id,
    metadata: JSON.stringify({
      event_source: { id: note.created_by, author_name: author?.name ?? '', type: 1 },
    }),
    created_by: note.created_by,
    modified_by: note.updated_by,
    main_user_id: note.responsible_user_id,
    id: note.id,
    created_at: note.created_at,
    updated_at: note.updated_at,
  };
  if (note.entity_type === 'leads') return { note: item };
  return { note: item, type: note.entity_type === 'contacts' ? 'contact' : 'company' };
}

/** Kommo: the text of a call is JSON with keys of its own. */
function noteText({ note_type, params }: Note): string {
  if (note_type === 'attachment') return String(params['file_name'] ?? '');
  if (!note_type.startsWith('call_')) return String(params['text'] ?? '');
  return JSON.stringify({
    UNIQ: params['uniq'],
    LINK: params['link'],
    PHONE: params['phone'],
    DURATION: params['duration'],
    SRC: params['source'],
    call_status: params['call_status'],
    call_result: params['call_result'],
  });
}

function attachmentPath({ note_type, params }: Note): string {
  if (note_type !== 'attachment') return '';
  return `drive/${params['file_uuid']}/${params['version_uuid']}/${params['file_name']}`;
}

/** What only some changes of a task say about it. */
export interface TaskNews {
  closed?: boolean;
  oldText?: string;
  oldResponsibleId?: number;
}

export function taskItem(site: Site, task: Task, news: TaskNews = {}): HookItem {
  return {
    id: task.id,
    element_id: task.entity_id ?? 0,
    element_type: task.entity_type ? elementTypes[task.entity_type] : 0,
    task_type: task.task_type_id,
    date_create: moment(task.created_at),
    text: task.text,
    status: task.is_completed,
    account_id: site.data.account.id,
    created_user_id: task.created_by,
    last_modified: moment(task.updated_at),
    responsible_user_id: task.responsible_user_id,
    complete_till: moment(task.complete_till),
    created_at: task.created_at,
    updated_at: task.updated_at,
    complete_before: task.complete_till,
    action_close: news.closed ? 1 : undefined,
    old_text: news.oldText,
    old_responsible_user_id: news.oldResponsibleId,
    result: task.result ? { id: task.result.id, text: task.result.text } : undefined,
  };
}

export function talkItem(talk: Talk): HookItem {
  return {
    talk_id: talk.talk_id,
    created_at: talk.created_at,
    updated_at: talk.updated_at,
    rate: 0,
    contact_id: talk.contact_id,
    chat_id: talk.chat_id,
    entity_id: talk.entity_id,
    entity_type: 'lead',
    is_in_work: talk.is_in_work,
    is_read: talk.is_read,
    origin: talk.origin,
  };
}

export function elementItem(element: CatalogElement): HookItem {
  return {
    id: element.id,
    date_create: element.created_at,
    date_modify: element.updated_at,
    created_by: element.created_by,
    modified_by: element.updated_by,
    catalog_id: element.catalog_id,
    name: element.name,
    deleted: element.is_deleted,
    custom_fields: fieldItems(element.custom_fields_values),
    created_at: element.created_at,
    updated_at: element.updated_at,
    type: 'catalog',
  };
}

/** Kommo: `Y-m-d H:i:s`. */
function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
