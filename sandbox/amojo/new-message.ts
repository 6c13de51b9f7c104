import { randomUUID } from 'node:crypto';
import { addContact, addLead } from '../conversations/add-lead.ts';
import { clientWrites } from '../conversations/client-writes.ts';
import { newTalkId } from '../conversations/receive-message.ts';
import { tellContact, tellLead, tellMessage, tellTalk, tellUnsorted } from '../conversations/tell.ts';
import { invalid } from '../errors.ts';
import type { Attachment, Message, Talk } from '../records.ts';
import type { Site } from '../site.ts';
import type { Channel, Chat, Connection } from './channel.ts';
import { ensureChat, findMessage } from './chats.ts';
import type { NewMessage } from './payload.ts';

/** A message that passed in the channel: a client's, or one that was written to the client elsewhere. */
export function takeMessage(site: Site, channel: Channel, { scopeId }: Connection, payload: NewMessage) {
  const outgoing = payload.receiver !== undefined && payload.sender.ref_id !== undefined;
  const person = outgoing && payload.receiver ? payload.receiver : payload.sender;
  const author = outgoing ? authorOf(site, channel, payload) : null;
  const chat = ensureChat(site, scopeId, {
    conversationId: payload.conversation_id,
    refId: payload.conversation_ref_id,
    person,
    source: payload.source?.external_id,
  });
  const known = findMessage(site, chat, payload.msgid);
  const message =
    known ??
    (author
      ? takeOutgoing(site, channel, chat, payload, author)
      : takeIncoming(site, channel, chat, payload));
  return {
    new_message: {
      conversation_id: payload.conversation_id,
      sender_id: payload.sender.id,
      receiver_id: payload.receiver?.id ?? null,
      msgid: message.id,
      ref_id: payload.msgid,
    },
  };
}

function takeIncoming(site: Site, channel: Channel, chat: Chat, payload: NewMessage): Message {
  const talk = talkOf(site, channel, chat, payload);
  return clientWrites(site, talk, {
    text: payload.message.text,
    authorName: payload.sender.name,
    authorId: chat.user.id,
    messageType: payload.message.type,
    attachment: attachmentOf(payload),
    clientId: payload.msgid,
    at: payload.timestamp,
  }).message;
}

/** Written by a manager or the channel's own bot outside of the platform: it is on its way already. */
function takeOutgoing(
  site: Site,
  channel: Channel,
  chat: Chat,
  payload: NewMessage,
  author: Message['author'],
): Message {
  const talk = talkOf(site, channel, chat, payload);
  const message: Message = {
    id: randomUUID(),
    type: 'outgoing',
    message_type: payload.message.type,
    text: payload.message.text,
    created_at: payload.timestamp,
    author,
    delivery_status: 'sent',
    attachment: attachmentOf(payload),
    client_id: payload.msgid,
  };
  talk.messages.push(message);
  talk.updated_at = site.clock.now();
  talk.is_read = true;
  site.store.touch();
  tellTalk(site, talk.messages.length === 1 ? 'add' : 'update', talk);
  tellMessage(site, talk, message);
  return message;
}

/** The chat's open talk, or a new one with a contact and a lead. Silent ones bring no lead of their own. */
function talkOf(site: Site, channel: Channel, chat: Chat, payload: NewMessage): Talk {
  const talks = site.data.talks.filter(({ chat_id }) => chat_id === chat.id);
  const last = talks.findLast(({ is_in_work }) => is_in_work) ?? talks.at(-1);
  if (last && (last.entity_id !== 0 || payload.silent)) return last;
  const contactId = last?.contact_id ?? contactOf(site, chat);
  const leadId = payload.silent ? 0 : leadOf(site, channel, chat, contactId, payload);
  if (last) {
    last.entity_id = leadId;
    return last;
  }
  const now = site.clock.now();
  const talk: Talk = {
    talk_id: newTalkId(site),
    created_at: now,
    updated_at: now,
    contact_id: contactId,
    chat_id: chat.id,
    entity_id: leadId,
    is_in_work: true,
    is_read: false,
    origin: channel.code,
    messages: [],
  };
  site.data.talks.push(talk);
  return talk;
}

/** The contact the chat was tied to, or a new one with what the messenger knows of the person. */
function contactOf(site: Site, chat: Chat): number {
  const link = site.data.chatLinks.find(({ chat_id }) => chat_id === chat.id);
  const known = site.data.contacts.find(({ id }) => id === (link?.contact_id ?? chat.contactId));
  if (known) return known.id;
  const { name, phone, email } = chat.user;
  const contact = addContact(site, { name: name || phone || email || 'Client', phone, email });
  chat.contactId = contact.id;
  tellContact(site, contact, null);
  return contact.id;
}

/** The contact's latest open lead goes on; else a new one begins, among the incoming leads where they are on. */
function leadOf(site: Site, channel: Channel, chat: Chat, contactId: number, payload: NewMessage): number {
  const open = site.data.leads.findLast(
    lead => lead.contact_ids.includes(contactId) && lead.status_id !== 142 && lead.status_id !== 143,
  );
  if (open) return open.id;
  const source =
    site.data.sources.find(
      one => one.clientId === channel.clientId && one.external_id === chat.sourceExternalId,
    ) ?? site.data.sources.find(one => one.clientId === channel.clientId && one.default);
  const lead = addLead(site, {
    name: `Lead from ${chat.user.name || channel.name}`,
    contactId,
    ...(source ? { pipelineId: source.pipeline_id, source: { id: source.id, name: source.name } } : {}),
  });
  tellLead(site, lead, null);
  const pipeline = site.data.pipelines.find(({ id }) => id === lead.pipeline_id);
  if (pipeline?.statuses.some(({ id, type }) => id === lead.status_id && type === 1)) {
    const uid = randomUUID().replaceAll('-', '');
    site.data.unsorted.push({
      uid,
      source_uid: channel.code,
      source_name: source?.name ?? channel.name,
      category: 'chats',
      pipeline_id: lead.pipeline_id,
      created_at: site.clock.now(),
      metadata: {
        from: chat.user.name,
        to: '',
        received_at: payload.timestamp,
        service: channel.code,
        client: { name: chat.user.name, avatar: chat.user.avatar },
        origin: { chat_id: chat.id, ref: null, visitor_uid: null },
        last_message_text: payload.message.text,
        source_name: source?.name ?? channel.name,
      },
      lead_id: lead.id,
      contact_ids: [contactId],
      company_id: null,
    });
    tellUnsorted(site, uid, { chat, text: payload.message.text, service: channel.code });
  }
  return lead.id;
}

/** @throws Problem 400 for a sender that is neither a manager nor the channel's bot */
function authorOf(site: Site, channel: Channel, { sender }: NewMessage): Message['author'] {
  if (sender.ref_id === channel.bot.id) {
    return { id: channel.bot.id, type: 'bot', name: sender.name ?? channel.bot.name };
  }
  const user = site.data.users.find(({ amojo_id }) => amojo_id === sender.ref_id);
  if (user) return { id: String(user.id), type: 'internal', name: user.name };
  const detail = 'The value you selected is not a valid choice.';
  throw invalid([{ errors: [{ code: 'NotSupportedChoice', path: 'payload.sender.ref_id', detail }] }]);
}

function attachmentOf({ message }: NewMessage): Attachment | null {
  if (message.media === '') return null;
  return { type: message.type, link: message.media, file_name: message.file_name ?? '' };
}
