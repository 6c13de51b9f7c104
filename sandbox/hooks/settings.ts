import type { HookValue } from './encode.ts';

export type HookItem = { readonly [key: string]: HookValue };

/** A change that the account's webhooks may hear of, in the words of the hook: `leads[status]`. */
export interface Announcement {
  entity:
    | 'leads'
    | 'contacts'
    | 'task'
    | 'talk'
    | 'message'
    | 'outgoing_message'
    | 'unsorted'
    | 'catalogs'
    | 'chat_template_review';
  action: string;
  item: HookItem;
}

const verbs = ['add', 'update', 'delete', 'restore', 'responsible', 'note'];

/** What a webhook may subscribe to. */
export const hookSettings: readonly string[] = [
  ...['lead', 'contact', 'company'].flatMap(name => verbs.map(verb => `${verb}_${name}`)),
  'status_lead',
  ...['add_task', 'update_task', 'delete_task', 'responsible_task'],
  ...['add_talk', 'update_talk'],
  ...['add_message', 'add_outgoing_message'],
  ...['add_unsorted', 'update_unsorted', 'delete_unsorted'],
  ...['add_customer', 'update_customer', 'delete_customer', 'responsible_customer', 'note_customer'],
  ...['add_catalog_element', 'update_catalog_element', 'delete_catalog_element'],
  'add_chat_template_review',
];

const names = {
  leads: 'lead',
  task: 'task',
  talk: 'talk',
  unsorted: 'unsorted',
  catalogs: 'catalog_element',
  chat_template_review: 'chat_template_review',
} as const;

/** The settings that any of which lets this change through. Kommo: companies come as `contacts` too, told by type. */
export function settingsOf({ entity, action, item }: Announcement): string[] {
  switch (entity) {
    case 'contacts': {
      const name = item['type'] === 'company' ? 'company' : 'contact';
      const given = item['old_responsible_user_id'] !== undefined;
      return given ? [`${action}_${name}`, `responsible_${name}`] : [`${action}_${name}`];
    }
    case 'task': {
      const given = item['old_responsible_user_id'] !== undefined;
      return given ? [`${action}_task`, 'responsible_task'] : [`${action}_task`];
    }
    case 'message':
      return [item['type'] === 'outgoing' ? 'add_outgoing_message' : 'add_message'];
    case 'outgoing_message':
      return ['add_outgoing_message'];
    default:
      return [`${action}_${names[entity]}`];
  }
}
