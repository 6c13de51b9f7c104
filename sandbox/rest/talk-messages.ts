import type { Router } from 'express';
import { closeTalk, talkClosed } from '../conversations/close-talk.ts';
import { requireTariff, spendMessage } from '../conversations/quota.ts';
import { historyScope, sendingScope } from '../conversations/scopes.ts';
import { sendMessage } from '../conversations/send-message.ts';
import { type FieldFault, invalid } from '../errors.ts';
import type { Message } from '../records.ts';
import type { Site } from '../site.ts';
import { requireScope } from './actor.ts';
import { isObject, sendList } from './answer.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';
import { findTalk } from './talks.ts';

const pageMax = 250;
const textMax = 4096;

/** What is said in a talk: read, sent, and ended. */
export function talkMessageRoutes(site: Site, router: Router): void {
  router.get('/talks/:id/messages', (req, res) => {
    requireScope(actorOf(res), historyScope);
    const { messages } = findTalk(site, actorOf(res), req.params.id);
    const query = new Query(req);
    const at = query.range('filter[created_at]');
    const shown = messages
      .filter(({ created_at }) => !at || (created_at >= at.from && created_at <= at.to))
      .sort((a, b) => a.created_at - b.created_at);
    sendList(site, req, res, 'messages', shown, messageView, { limitDefault: pageMax, limitMax: pageMax });
  });

  router.post('/talks/:id/send_message', async (req, res) => {
    const actor = actorOf(res);
    requireScope(actor, sendingScope);
    requireTariff(site);
    const talk = findTalk(site, actor, req.params.id);
    const text = textOf(req.body);
    if (!talk.is_in_work) throw talkClosed();
    spendMessage(site);
    const author = { id: String(actor.user.id), type: 'internal' as const, name: actor.user.name };
    const message = sendMessage(site, talk, { text, author });
    await site.store.flush();
    res
      .status(202)
      .type('application/hal+json')
      .send(JSON.stringify({ id: message.id }));
  });

  router.post('/talks/:id/close', async (req, res) => {
    closeTalk(site, findTalk(site, actorOf(res), req.params.id));
    await site.store.flush();
    res.status(202).end();
  });
}

function textOf(body: unknown): string {
  const text = isObject(body) ? body['text'] : undefined;
  const fault = (code: string, detail: string) => {
    const error: FieldFault = { code, path: 'text', detail };
    return invalid([{ errors: [error] }]);
  };
  if (text === undefined || text === null) throw fault('FieldMissing', 'This field is missing.');
  if (typeof text !== 'string') throw fault('InvalidType', 'This value should be of type string.');
  if (text.trim() === '') throw fault('NotBlank', 'This value should not be blank.');
  if ([...text].length > textMax) {
    throw fault('TooLong', `This value is too long. It should have ${textMax} characters or less.`);
  }
  return text;
}

function messageView(message: Message) {
  const { id, type, message_type, text, created_at, author, delivery_status, attachment } = message;
  return { id, type, message_type, text, created_at, author, delivery_status, attachment };
}
