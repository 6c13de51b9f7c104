import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { clientWrites } from '../conversations/client-writes.ts';
import { clientReads } from '../conversations/delivery.ts';
import { notFound } from '../errors.ts';
import type { Message, Talk, User } from '../records.ts';
import { may } from '../rest/actor.ts';
import type { Site } from '../site.ts';
import { pageUser } from './page-user.ts';

/** The client's side of every conversation: what the messenger on the client's phone would show. */
export function talkRoutes(site: Site, router: Router): void {
  router.get('/ajax/page/talks', (req, res) => {
    const user = pageUser(site, req, res);
    const talks = site.data.talks.filter(talk => sees(site, user, talk));
    talks.sort((a, b) => b.updated_at - a.updated_at);
    res.json({ talks: talks.map(talk => summary(site, talk)) });
  });
  router.get('/ajax/page/talks/:id', (req, res) => {
    const talk = needTalk(site, req, res);
    res.json({ ...summary(site, talk), messages: talk.messages.map(messageView) });
  });
  router.post('/ajax/page/talks/:id/read', (req, res) => {
    clientReads(site, needTalk(site, req, res));
    res.status(204).end();
  });
  router.post('/ajax/page/talks/:id/messages', async (req, res) => {
    const { text } = z.object({ text: z.string().trim().min(1).max(4096) }).parse(req.body);
    const { talk } = clientWrites(site, needTalk(site, req, res), { text });
    await site.store.flush();
    res.status(201).json({ id: talk.talk_id });
  });
}

function sees(site: Site, user: User, talk: Talk): boolean {
  const lead = site.data.leads.find(({ id }) => id === talk.entity_id);
  return lead !== undefined && may({ user, clientId: null, full: false }, 'leads', 'view', lead);
}

function needTalk(site: Site, req: Request, res: Response): Talk {
  const user = pageUser(site, req, res);
  const talk = site.data.talks.find(({ talk_id }) => String(talk_id) === req.params['id']);
  if (!talk || !sees(site, user, talk)) throw notFound();
  return talk;
}

function summary(site: Site, talk: Talk) {
  const last = talk.messages.at(-1);
  return {
    id: talk.talk_id,
    leadId: talk.entity_id,
    lead: site.data.leads.find(({ id }) => id === talk.entity_id)?.name ?? '',
    contact: site.data.contacts.find(({ id }) => id === talk.contact_id)?.name ?? '',
    channel: talk.origin,
    open: talk.is_in_work,
    updatedAt: talk.updated_at,
    last: last ? { text: last.text, incoming: last.type === 'incoming' } : null,
  };
}

export function messageView(message: Message) {
  return {
    id: message.id,
    at: message.created_at,
    incoming: message.type === 'incoming',
    author: message.author.name,
    bot: message.author.type === 'bot',
    text: message.text,
    delivery: message.delivery_status,
    error: message.delivery_error ?? null,
    buttons: message.buttons ?? [],
    attachment: message.attachment,
    reactions: message.reactions ?? [],
  };
}
