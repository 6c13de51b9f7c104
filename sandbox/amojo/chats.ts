import { randomUUID } from 'node:crypto';
import { conversationsOf } from '../conversations/of.ts';
import { notFound } from '../errors.ts';
import type { Message } from '../records.ts';
import type { Site } from '../site.ts';
import type { Channel, Chat, ChatUser, Connection } from './channel.ts';
import type { Person } from './payload.ts';

/** @throws Problem 404 for a channel that is not connected here, or by another scope */
export function needConnection(site: Site, channel: Channel, scopeId: string): Connection {
  const connection = conversationsOf(site).connections.find(one => one.scopeId === scopeId);
  if (!connection || connection.channelId !== channel.id) throw notFound();
  return connection;
}

export function findChat(site: Site, scopeId: string, conversationId: string): Chat | undefined {
  return conversationsOf(site).chats.find(
    chat => chat.scopeId === scopeId && chat.conversationId === conversationId,
  );
}

/**
 * The chat of a conversation, made when it is new. The first answer to a conversation that the account began names it
 * by the platform's own id; from then on the channel's name is known too.
 */
export function ensureChat(
  site: Site,
  scopeId: string,
  given: { conversationId: string; refId?: string | undefined; person: Person; source?: string | undefined },
): Chat {
  const { chats } = conversationsOf(site);
  const known =
    findChat(site, scopeId, given.conversationId) ??
    chats.find(chat => chat.scopeId === scopeId && chat.id === given.refId);
  if (known) {
    known.conversationId = given.conversationId;
    known.user.clientId ||= given.person.id;
    if (given.source !== undefined) known.sourceExternalId = given.source;
    return known;
  }
  const chat: Chat = {
    id: randomUUID(),
    scopeId,
    conversationId: given.conversationId,
    user: userOf(given.person),
    contactId: null,
    sourceExternalId: given.source ?? null,
  };
  chats.push(chat);
  site.store.touch();
  return chat;
}

export function userOf(person: Person): ChatUser {
  return {
    id: randomUUID(),
    clientId: person.id,
    name: person.name ?? '',
    avatar: person.avatar ?? '',
    phone: person.profile?.phone ?? '',
    email: person.profile?.email ?? '',
    profileLink: person.profile_link ?? '',
  };
}

export function userView({ id, clientId, name, avatar, phone, email }: ChatUser) {
  return { id, client_id: clientId, name, avatar, phone, email };
}

/** Every message of the chat, through all its talks, oldest first. */
export function messagesOf(site: Site, chat: Chat): Message[] {
  return site.data.talks
    .filter(({ chat_id }) => chat_id === chat.id)
    .flatMap(({ messages }) => messages)
    .sort((a, b) => a.created_at - b.created_at);
}

/** By the platform's id, or by the channel's. */
export function findMessage(site: Site, chat: Chat, id: string | undefined): Message | undefined {
  return messagesOf(site, chat).find(message => message.id === id || message.client_id === id);
}
