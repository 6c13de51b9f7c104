import type { Router } from 'express';
import { z } from 'zod';
import { channelControl } from '../amojo/control.ts';
import { botControl } from '../bots/control.ts';
import { needUser } from '../control/need.ts';
import { notFound } from '../errors.ts';
import { pipelineControl } from '../pipeline/control.ts';
import type { Site } from '../site.ts';
import { clientWrites } from './client-writes.ts';
import { closeTalk } from './close-talk.ts';
import { clientReads, setDelivery } from './delivery.ts';
import { conversationsOf } from './of.ts';
import { sendMessage } from './send-message.ts';

const Incoming = z.object({
  text: z.string().max(10_000),
  name: z.string().optional(),
  attachment: z.object({ type: z.string(), link: z.url(), file_name: z.string() }).optional(),
});
/** What an employee answers in the account's page. */
const Outgoing = z.object({ text: z.string().min(1).max(4_096), userId: z.int().optional() });
const Delivery = z.object({
  status: z.enum(['delivered', 'read', 'error']),
  error: z.string().optional(),
});
const Quota = z.object({
  available: z.boolean().optional(),
  limit: z.int().nonnegative().optional(),
  used: z.int().nonnegative().optional(),
});

/** What clients and messengers do, by hand. */
export function conversationControl(site: Site, router: Router): void {
  const talkOf = (id: string) => {
    const talk = site.data.talks.find(({ talk_id }) => String(talk_id) === id);
    if (!talk) throw notFound();
    return talk;
  };

  router.post('/talks/:talkId/incoming', async (req, res) => {
    const { text, name, attachment } = Incoming.parse(req.body);
    const { talk, message } = clientWrites(site, talkOf(req.params.talkId), {
      text,
      authorName: name,
      attachment: attachment ?? null,
      messageType: attachment?.type ?? 'text',
    });
    await site.store.flush();
    res.status(201).json({ talkId: talk.talk_id, id: message.id });
  });
  router.post('/talks/:talkId/outgoing', async (req, res) => {
    const { text, userId } = Outgoing.parse(req.body);
    const user = needUser(site, userId);
    const author = { id: String(user.id), type: 'internal' as const, name: user.name };
    const message = sendMessage(site, talkOf(req.params.talkId), { text, author });
    await site.store.flush();
    res.status(201).json({ id: message.id });
  });
  router.post('/talks/:talkId/read', (req, res) => {
    clientReads(site, talkOf(req.params.talkId));
    res.status(204).end();
  });
  router.post('/talks/:talkId/close', (req, res) => {
    closeTalk(site, talkOf(req.params.talkId));
    res.status(204).end();
  });
  router.post('/talks/:talkId/delivery', (req, res) => {
    const { mode } = z.object({ mode: z.enum(['auto', 'hold', 'refuse']) }).parse(req.body);
    conversationsOf(site).delivery[String(talkOf(req.params.talkId).talk_id)] = mode;
    site.store.touch();
    res.json({ mode });
  });
  router.post('/messages/:id/delivery', (req, res) => {
    const { status, error } = Delivery.parse(req.body);
    const message = site.data.talks.flatMap(talk => talk.messages).find(({ id }) => id === req.params.id);
    if (!message) throw notFound();
    setDelivery(site, message, status, error);
    res.json({ id: message.id, delivery_status: message.delivery_status });
  });
  router.post('/chat-quota', (req, res) => {
    const { quota } = conversationsOf(site);
    const given = Quota.parse(req.body);
    const month = new Date(site.clock.nowMs()).toISOString().slice(0, 7);
    Object.assign(quota, given, { month });
    site.store.touch();
    res.json(quota);
  });
  botControl(site, router);
  channelControl(site, router);
  pipelineControl(site, router);
}
