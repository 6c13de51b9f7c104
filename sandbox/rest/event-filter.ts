import { invalid } from '../errors.ts';
import type { Event } from '../extras.ts';
import type { Query } from './query.ts';

const entity = ['added', 'deleted', 'restored', 'linked', 'unlinked'];

export const eventTypes: readonly string[] = [
  ...['lead', 'contact', 'company'].flatMap(name => entity.map(verb => `${name}_${verb}`)),
  'lead_status_changed',
  ...['task_added', 'task_deleted', 'task_completed', 'task_result_added'],
  ...['task_deadline_changed', 'task_text_changed', 'task_type_changed'],
  ...['incoming_call', 'outgoing_call', 'incoming_sms', 'outgoing_sms'],
  ...['incoming_chat_message', 'outgoing_chat_message', 'entity_direct_message'],
  ...['talk_created', 'talk_closed', 'conversation_answered'],
  ...['entity_tag_added', 'entity_tag_deleted', 'entity_linked', 'entity_unlinked'],
  ...['sale_field_changed', 'name_field_changed', 'ltv_field_changed', 'custom_field_value_changed'],
  ...['entity_responsible_changed', 'entity_merged', 'robot_replied', 'intent_identified', 'nps_rate_added'],
  ...[
    'common_note_added',
    'common_note_deleted',
    'service_note_added',
    'attachment_note_added',
    'key_action_completed',
  ],
];

const customField = /^custom_field_\d+_value_changed$/;
const entityNames = ['lead', 'contact', 'company', 'customer', 'task'];
const valuesMax = 10;

/** @throws Problem 400 for a filter that the platform does not take */
export function eventFilter(query: Query): (event: Event) => boolean {
  const ids = query.many('filter[id]');
  const types = checkTypes(query.many('filter[type]'));
  const entities = query.many('filter[entity]');
  const entityIds = query.many('filter[entity_id]');
  const authors = query.many('filter[created_by]');
  const created = query.range('filter[created_at]');
  if (entities?.some(name => !entityNames.includes(name) && !/^catalog_\d+$/.test(name))) {
    throw refused('NotSupportedChoice', 'filter.entity', 'The value you selected is not a valid choice.');
  }
  if (entityIds && entities?.length !== 1) {
    throw refused('FieldMissing', 'filter.entity', 'Ids are told apart by exactly one entity.');
  }
  for (const [name, values] of Object.entries({ created_by: authors, entity_id: entityIds })) {
    if (values && values.length > valuesMax) {
      const detail = `This collection should contain ${valuesMax} elements or less.`;
      throw refused('TooMany', `filter.${name}`, detail);
    }
  }
  const after = valueFilter(query, 'filter[value_after]');
  const before = valueFilter(query, 'filter[value_before]');
  return event =>
    (!ids || ids.includes(event.id)) &&
    (!types || types.includes(typeName(event.type, types))) &&
    (!entities || entities.includes(event.entity_type)) &&
    (!entityIds || entityIds.includes(String(event.entity_id))) &&
    (!authors || authors.includes(String(event.created_by))) &&
    (!created || (event.created_at >= created.from && event.created_at <= created.to)) &&
    after(event.value_after) &&
    before(event.value_before);
}

/** Kommo: changes of one custom field are asked for alone. */
function checkTypes(types: string[] | undefined): string[] | undefined {
  for (const type of types ?? []) {
    if (customField.test(type) && types?.length === 1) continue;
    if (!eventTypes.includes(type)) {
      throw refused('NotSupportedChoice', 'filter.type', 'The value you selected is not a valid choice.');
    }
  }
  return types;
}

function typeName(type: string, asked: string[]): string {
  return customField.test(type) && !asked.includes(type) ? 'custom_field_value_changed' : type;
}

interface Value {
  lead_status?: { id: number; pipeline_id: number };
  responsible_user?: { id: number };
  tag?: { name: string };
}

function valueFilter(query: Query, key: string): (values: object[]) => boolean {
  const stages = query.rows(`${key}[leads_statuses]`, ['pipeline_id', 'status_id']);
  const people = query.many(`${key}[responsible_user_id]`);
  if (!stages && !people) return () => true;
  return values =>
    (values as Value[]).some(
      ({ lead_status, responsible_user }) =>
        (stages?.some(
          ([pipeline, status]) =>
            (pipeline === undefined || pipeline === String(lead_status?.pipeline_id)) &&
            (status === undefined || status === String(lead_status?.id)),
        ) ??
          false) ||
        (people?.includes(String(responsible_user?.id)) ?? false),
    );
}

function refused(code: string, path: string, detail: string) {
  return invalid([{ errors: [{ code, path, detail }] }]);
}
