import type { Chat } from '../amojo/channel.ts';
import { noteAdded } from '../changes/after-note.ts';
import { announceOf } from '../changes/announce-of.ts';
import { talkItem } from '../changes/hook-items.ts';
import { journal } from '../changes/journal.ts';
import { announce, type HookItem } from '../hooks/index.ts';
import type { Company, Contact, Lead, Message, Note, Talk } from '../records.ts';
import type { Site } from '../site.ts';

/** Whom changes in conversations are told to: the account's webhooks, its events, and who watches the page. */
export function tellMessage(site: Site, talk: Talk, message: Message): void {
  const entity = message.type === 'incoming' ? 'message' : 'outgoing_message';
  announce(site, { entity, action: 'add', item: messageItem(talk, message) });
  journal(site, {
    type: message.type === 'incoming' ? 'incoming_chat_message' : 'outgoing_chat_message',
    entity: { type: 'lead', id: talk.entity_id },
    by: message.author.type === 'internal' ? Number(message.author.id) : 0,
    after: [{ message: { id: message.id } }],
  });
  site.live.add({
    kind: 'message',
    title: `${message.author.name}: ${message.text.slice(0, 80)}`,
    status: message.delivery_status,
    request: { talk_id: talk.talk_id, ...message },
    response: null,
  });
}

export function tellTalk(site: Site, action: 'add' | 'update', talk: Talk): void {
  announce(site, { entity: 'talk', action, item: talkItem(talk) });
}

/** `before` is null for a new one. */
export function tellContact(site: Site, contact: Contact, before: Contact | null): void {
  if (before) announceOf('contacts').changed(site, before, contact);
  else announceOf('contacts').added(site, contact);
}

export function tellCompany(site: Site, company: Company): void {
  announceOf('companies').added(site, company);
}

export function tellNote(site: Site, note: Note): void {
  noteAdded(site, note);
}

export function tellLead(site: Site, lead: Lead, before: Lead | null): void {
  if (before) announceOf('leads').changed(site, before, lead);
  else announceOf('leads').added(site, lead);
}

interface Came {
  chat: Chat;
  text: string;
  service: string;
}

/** An incoming lead that a chat brought. */
export function tellUnsorted(site: Site, uid: string, { chat, text, service }: Came): void {
  const unsorted = site.data.unsorted.find(one => one.uid === uid);
  if (!unsorted) return;
  const { category, pipeline_id, lead_id, created_at, source_name, contact_ids } = unsorted;
  announce(site, {
    entity: 'unsorted',
    action: 'add',
    item: {
      uid,
      category,
      source_data: {
        from: chat.user.name,
        name: chat.user.name,
        to: '',
        date: created_at,
        service,
        client: { name: chat.user.name, id: chat.user.id },
        origin: { provider: service, chat_id: chat.id },
        data: [{ id: chat.id, manager: 0, date: created_at, text }],
        source_uid: unsorted.source_uid,
        source_name,
      },
      date_create: created_at,
      data: { contacts: contact_ids.map(id => ({ id })) },
      pipeline_id,
      account_id: site.data.account.id,
      lead_id,
      created_at,
    },
  });
}

/** Kommo: the record is named twice, by its old words (element) and its new ones (entity). */
function messageItem(talk: Talk, message: Message): HookItem {
  const { id, text, created_at, message_type, type, author, attachment } = message;
  return {
    id,
    chat_id: talk.chat_id,
    talk_id: talk.talk_id,
    contact_id: talk.contact_id,
    text,
    created_at,
    message_type,
    element_type: 2,
    entity_type: 'lead',
    element_id: talk.entity_id,
    entity_id: talk.entity_id,
    type,
    author: { ...author },
    origin: talk.origin,
    ...(attachment ? { attachment: { ...attachment } } : {}),
  };
}
