import { type Fields, isFields, ownValue, type Value } from './parse-post.ts';

/** Kinds that a hook can point at and that Kommo can be asked about. */
export type HintKind = 'leads' | 'contacts' | 'companies' | 'tasks' | 'notes' | 'talks';
export type Owner = 'leads' | 'contacts' | 'companies';

/** Something happened to this record: worth a look, and nothing more is believed. */
export interface Hint {
  kind: HintKind;
  id: string;
  /** For a note, whose list to look in. */
  parentKind?: Owner;
  /** For a talk: the documented way to ask for several is by contact. */
  contactId?: string;
}

/** The words of a chat: the one thing that REST may not give back, so it is kept as the hook told it. */
export interface HookMessage {
  id: string;
  talkId: string | null;
  body: Record<string, unknown>;
}

export interface ReadPost {
  /** Null where the post does not say, as digital-pipeline hooks and some old ones. */
  accountId: number | null;
  subdomain: string | null;
  hints: Hint[];
  messages: HookMessage[];
}

/** Finds every record a post speaks of, whatever it is wrapped in. Never fails: what is not understood says nothing. */
export function readHints(post: Fields): ReadPost {
  const account = isFields(post['account']) ? post['account'] : null;
  const read: ReadPost = {
    accountId: numberOf(account?.['id'] ?? post['account_id']),
    subdomain: textOf(account?.['subdomain'] ?? post['subdomain']),
    hints: [],
    messages: [],
  };
  for (const [key, value] of Object.entries(post)) {
    const entity = entities[key];
    if (entity !== undefined) readEntity(read, entity, value);
    else if (actions.has(key)) for (const item of itemsOf(value)) readItem(read, guess(item), key, item);
  }
  const bare = guess(post);
  if (bare !== null && textOf(post['id']) !== null) readItem(read, bare, 'add', post);
  return read;
}

type Entity = 'lead' | 'contact' | 'company' | 'task' | 'talk' | 'message' | 'outgoing' | 'unsorted';

const entities: Record<string, Entity | undefined> = Object.assign(Object.create(null), {
  leads: 'lead',
  lead: 'lead',
  contacts: 'contact',
  contact: 'contact',
  companies: 'company',
  company: 'company',
  task: 'task',
  tasks: 'task',
  talk: 'talk',
  talks: 'talk',
  message: 'message',
  messages: 'message',
  outgoing_message: 'outgoing',
  unsorted: 'unsorted',
});

const actions = new Set(['add', 'update', 'delete', 'restore', 'status', 'responsible', 'note']);

/** `{add: [..], update: [..]}`, or the items without their action, or one item without its list. */
function readEntity(read: ReadPost, entity: Entity, value: Value): void {
  if (isFields(value) && Object.keys(value).some(key => actions.has(key) && typeof value[key] !== 'string')) {
    for (const [action, items] of Object.entries(value)) {
      if (actions.has(action)) for (const item of itemsOf(items)) readItem(read, entity, action, item);
    }
    return;
  }
  for (const item of itemsOf(value)) readItem(read, entity, 'add', item);
}

function itemsOf(value: Value): Fields[] {
  if (Array.isArray(value)) return value.filter(isFields);
  return isFields(value) ? [value] : [];
}

/** What an item without its wrapper is, by the fields only that kind has. */
function guess(item: Fields): Entity | null {
  if ('talk_id' in item && ('text' in item || 'author' in item || 'message_type' in item)) return 'message';
  if ('talk_id' in item) return 'talk';
  if ('complete_till' in item || 'complete_before' in item) return 'task';
  if ('pipeline_id' in item && 'status_id' in item) return 'lead';
  if ('note' in item) return 'lead';
  if (textOf(item['type']) === 'company') return 'company';
  return textOf(item['type']) === 'contact' ? 'contact' : null;
}

function readItem(read: ReadPost, entity: Entity | null, action: string, item: Fields): void {
  if (action === 'note' || 'note' in item || 'note_type' in item) {
    readNote(read, entity, item);
    return;
  }
  const id = idOf(item['id']);
  switch (entity) {
    case 'lead':
      if (id) read.hints.push({ kind: 'leads', id });
      return;
    case 'contact':
    case 'company':
      readPerson(read, entity, item, id);
      return;
    case 'task':
      if (id) read.hints.push({ kind: 'tasks', id });
      return;
    case 'talk':
      readTalk(read, item);
      return;
    case 'message':
    case 'outgoing':
      readMessage(read, entity, item);
      return;
    case 'unsorted':
      readUnsorted(read, item);
      return;
    case null:
      return;
  }
}

/** Companies come as contacts and name themselves in `type`; where that is missing it may be either. */
function readPerson(read: ReadPost, entity: 'contact' | 'company', item: Fields, id: string | null): void {
  const type = textOf(item['type']);
  if (id !== null) {
    if (type === 'company' || entity === 'company') read.hints.push({ kind: 'companies', id });
    else read.hints.push({ kind: 'contacts', id });
    if (type === null && entity === 'contact') read.hints.push({ kind: 'companies', id });
  }
  for (const linked of itemsOf(item['linked_leads_id'] ?? [])) {
    const lead = idOf(linked['ID'] ?? linked['id']);
    if (lead) read.hints.push({ kind: 'leads', id: lead });
  }
}

const owners: Record<string, Owner | undefined> = { '1': 'contacts', '2': 'leads', '3': 'companies' };

function readNote(read: ReadPost, entity: Entity | null, item: Fields): void {
  const note = isFields(item['note']) ? item['note'] : item;
  const id = idOf(note['id']);
  const named = owners[textOf(note['element_type']) ?? ''];
  const company = textOf(item['type']) === 'company' || entity === 'company';
  const parentKind = named ?? (company ? 'companies' : entity === 'contact' ? 'contacts' : 'leads');
  if (id) read.hints.push({ kind: 'notes', id, parentKind });
}

function readTalk(read: ReadPost, item: Fields): void {
  const id = idOf(item['talk_id'] ?? item['id']);
  const contactId = idOf(item['contact_id']);
  if (id) read.hints.push({ kind: 'talks', id, ...(contactId ? { contactId } : {}) });
}

function readMessage(read: ReadPost, entity: 'message' | 'outgoing', item: Fields): void {
  readTalk(read, { talk_id: item['talk_id'] ?? '', contact_id: item['contact_id'] ?? '' });
  const id = textOf(item['id']);
  if (id === null || !/^[\w-]{1,64}$/.test(id)) return;
  const created = numberOf(item['created_at']);
  read.messages.push({
    id,
    talkId: idOf(item['talk_id']),
    body: {
      ...item,
      type: textOf(item['type']) ?? (entity === 'outgoing' ? 'outgoing' : 'incoming'),
      ...(created === null ? {} : { created_at: created }),
    },
  });
}

/** An incoming lead becomes a lead: when it arrives, and when it is accepted. */
function readUnsorted(read: ReadPost, item: Fields): void {
  const lead = idOf(item['lead_id']);
  if (lead) read.hints.push({ kind: 'leads', id: lead });
  for (const name of ['accept_result', 'decline_result']) {
    const result = item[name];
    const leads = isFields(result) ? result['leads'] : [];
    for (const one of Array.isArray(leads) ? leads : []) {
      const id = idOf(one);
      if (id) read.hints.push({ kind: 'leads', id });
    }
  }
}

/** A text, also where its path has fields besides. */
function textOf(value: Value | undefined): string | null {
  const text = isFields(value) ? value[ownValue] : value;
  return typeof text === 'string' && text !== '' ? text : null;
}

function idOf(value: Value | undefined): string | null {
  const text = textOf(value);
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? text : null;
}

function numberOf(value: Value | undefined): number | null {
  const text = textOf(value);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
