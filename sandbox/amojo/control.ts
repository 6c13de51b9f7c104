import { randomBytes, randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import { conversationsOf } from '../conversations/of.ts';
import { newTalkId } from '../conversations/receive-message.ts';
import { sendMessage } from '../conversations/send-message.ts';
import { notFound, Problem } from '../errors.ts';
import type { Talk } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import type { Channel, Chat } from './channel.ts';
import { postHook } from './post-hook.ts';

const NewChannel = z.object({
  id: z.uuid().optional(),
  secret: z.string().min(16).optional(),
  name: z.string().min(1),
  code: z
    .string()
    .regex(/^amo\.ext\.\w+$/)
    .optional(),
  webhookUrl: z.url(),
  clientId: z.string().nullish(),
  typing: z.boolean().default(true),
});
const First = z.object({ contactId: z.int(), leadId: z.int(), userId: z.int(), text: z.string().min(1) });
const Manager = z.object({ userId: z.int() });
const React = Manager.extend({ emoji: z.string(), type: z.enum(['react', 'unreact']).default('react') });

/** What support registers, and what managers do in a channel's chats. */
export function channelControl(site: Site, router: Router): void {
  const state = () => conversationsOf(site);
  router.post('/channels', async (req, res) => {
    const { id, secret, name, code, webhookUrl, clientId, typing } = NewChannel.parse(req.body);
    const channel: Channel = {
      id: id ?? randomUUID(),
      code: code ?? `amo.ext.${nextId(site)}`,
      name,
      secret: secret ?? randomBytes(20).toString('hex'),
      webhookUrl,
      bot: { id: randomUUID(), client_id: randomUUID(), name: `${name} bot` },
      clientId: clientId ?? null,
      typing,
    };
    state().channels = [...state().channels.filter(one => one.id !== channel.id), channel];
    await site.store.flush();
    res.status(201).json({ ...channel, accountId: site.data.account.amojo_id });
  });
  router.get('/channels', (_req, res) => {
    const { channels, connections, chats } = state();
    res.json({ channels: channels.map(({ secret, ...shown }) => shown), connections, chats });
  });
  router.post('/channels/:id/write-first', async (req, res) => {
    const connection = state().connections.find(({ channelId }) => channelId === req.params.id);
    const channel = state().channels.find(({ id }) => id === req.params.id);
    if (!connection || !channel) throw notFound();
    const talk = openTalk(site, channel, connection.scopeId, First.parse(req.body));
    const user = needUser(site, First.parse(req.body).userId);
    const author = { id: String(user.id), type: 'internal' as const, name: user.name };
    const message = sendMessage(site, talk, { text: First.parse(req.body).text, author });
    await site.store.flush();
    res.status(201).json({ talkId: talk.talk_id, id: message.id });
  });
  router.post('/talks/:talkId/typing', async (req, res) => {
    const { chat, channel } = chatOf(site, req.params.talkId);
    const user = needUser(site, Manager.parse(req.body).userId);
    if (!channel.typing) throw new Problem(400, 'Bad Request', 'Typing hooks are off for this channel');
    const typing = {
      user: { id: user.amojo_id },
      conversation: conversation(chat),
      expired_at: site.clock.now() + 5,
    };
    res.json({ delivered: await postHook(site, channel, chat.scopeId, { action: { typing } }) });
  });
  router.post('/messages/:id/react', async (req, res) => {
    const { userId, emoji, type } = React.parse(req.body);
    const talk = site.data.talks.find(one => one.messages.some(({ id }) => id === req.params.id));
    const message = talk?.messages.find(({ id }) => id === req.params.id);
    if (!talk || !message) throw notFound();
    const { chat, channel } = chatOf(site, String(talk.talk_id));
    const reaction = {
      msgid: message.id,
      user: { id: needUser(site, userId).amojo_id },
      conversation: conversation(chat),
      type,
      emoji,
    };
    res.json({ delivered: await postHook(site, channel, chat.scopeId, { action: { reaction } }) });
  });
}

const conversation = (chat: Chat) => ({
  id: chat.id,
  ...(chat.conversationId ? { client_id: chat.conversationId } : {}),
});

function chatOf(site: Site, talkId: string): { chat: Chat; channel: Channel } {
  const { chats, connections, channels } = conversationsOf(site);
  const talk = site.data.talks.find(({ talk_id }) => String(talk_id) === talkId);
  const chat = chats.find(({ id }) => id === talk?.chat_id);
  const connection = connections.find(({ scopeId }) => scopeId === chat?.scopeId);
  const channel = channels.find(({ id }) => id === connection?.channelId);
  if (!chat || !channel) throw notFound();
  return { chat, channel };
}

/** "Write first": the channel has not named the conversation yet. */
function openTalk(
  site: Site,
  channel: Channel,
  scopeId: string,
  { contactId, leadId }: z.infer<typeof First>,
): Talk {
  const contact = site.data.contacts.find(({ id }) => id === contactId);
  if (!contact) throw notFound();
  const text = (code: string) =>
    String(
      contact.custom_fields_values?.find(({ field_code }) => field_code === code)?.values[0]?.value ?? '',
    );
  const chat: Chat = {
    id: randomUUID(),
    scopeId,
    conversationId: '',
    user: {
      id: randomUUID(),
      clientId: '',
      name: contact.name,
      avatar: '',
      phone: text('PHONE'),
      email: text('EMAIL'),
      profileLink: '',
    },
    contactId,
    sourceExternalId: null,
  };
  conversationsOf(site).chats.push(chat);
  const now = site.clock.now();
  const talk: Talk = {
    talk_id: newTalkId(site),
    created_at: now,
    updated_at: now,
    contact_id: contactId,
    chat_id: chat.id,
    entity_id: leadId,
    is_in_work: true,
    is_read: true,
    origin: channel.code,
    messages: [],
  };
  site.data.talks.push(talk);
  return talk;
}

function needUser(site: Site, userId: number) {
  const user = site.data.users.find(({ id }) => id === userId);
  if (!user) throw notFound();
  return user;
}
