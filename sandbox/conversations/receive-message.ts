import { randomUUID } from 'node:crypto';
import type { Attachment, Message, Talk } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { clientReads } from './delivery.ts';
import { tellMessage, tellTalk } from './tell.ts';

export interface Incoming {
  text: string;
  /** The messenger's name of the client; the contact's when not given. */
  authorName?: string | undefined;
  authorId?: string | undefined;
  messageType?: string;
  attachment?: Attachment | null;
  clientId?: string;
  at?: number;
}

/**
 * The client wrote. A closed talk stays closed: the chat goes on in a new one, for the same contact and lead.
 */
export function receiveMessage(
  site: Site,
  known: Talk,
  incoming: Incoming,
): { talk: Talk; message: Message } {
  const talk = known.is_in_work ? known : nextTalk(site, known);
  const contact = site.data.contacts.find(({ id }) => id === talk.contact_id);
  const spoken = known.messages.findLast(({ type }) => type === 'incoming');
  const message: Message = {
    id: randomUUID(),
    type: 'incoming',
    message_type: incoming.messageType ?? 'text',
    text: incoming.text,
    created_at: incoming.at ?? site.clock.now(),
    author: {
      id: incoming.authorId ?? spoken?.author.id ?? randomUUID(),
      type: 'external',
      name: incoming.authorName ?? contact?.name ?? spoken?.author.name ?? '',
    },
    delivery_status: null,
    attachment: incoming.attachment ?? null,
    ...(incoming.clientId === undefined ? {} : { client_id: incoming.clientId }),
  };
  clientReads(site, talk);
  talk.messages.push(message);
  talk.updated_at = site.clock.now();
  talk.is_read = false;
  site.store.touch();
  tellTalk(site, talk.messages.length === 1 ? 'add' : 'update', talk);
  tellMessage(site, talk, message);
  return { talk, message };
}

function nextTalk(site: Site, closed: Talk): Talk {
  const now = site.clock.now();
  const open = site.data.talks.find(({ chat_id, is_in_work }) => chat_id === closed.chat_id && is_in_work);
  if (open) return open;
  const talk: Talk = {
    talk_id: newTalkId(site),
    created_at: now,
    updated_at: now,
    contact_id: closed.contact_id,
    chat_id: closed.chat_id,
    entity_id: closed.entity_id,
    is_in_work: true,
    is_read: false,
    origin: closed.origin,
    messages: [],
  };
  site.data.talks.push(talk);
  return talk;
}

/** Talks are numbered apart from the records. */
export function newTalkId(site: Site): number {
  return Math.max(nextId(site) % 100_000, ...site.data.talks.map(({ talk_id }) => talk_id)) + 1;
}
