import express, { type Request, Router } from 'express';
import { undelivered } from '../bots/undelivered.ts';
import { setDelivery } from '../conversations/delivery.ts';
import { conversationsOf } from '../conversations/of.ts';
import { notFound, Problem } from '../errors.ts';
import { isObject } from '../rest/answer.ts';
import type { Site } from '../site.ts';
import type { Chat } from './channel.ts';
import { ensureChat, findChat, findMessage, needConnection, userView } from './chats.ts';
import { historyOf } from './history.ts';
import { takeMessage } from './new-message.ts';
import {
  Connect,
  DeliveryStatus,
  EditMessage,
  NewChat,
  NewMessage,
  Reaction,
  readPayload,
  Typing,
} from './payload.ts';
import { rawBody, verifyChannel } from './verify.ts';

/** The Chats API, by which a messenger's connector speaks with the account. Every request is signed; no bearer token. */
export function amojoRoutes(site: Site): Router {
  const router = Router();
  // A GET has no type to speak of for express, and its headers are signed all the same.
  router.use(express.raw({ type: () => true, limit: '2mb' }));

  router.post('/:id/connect', async (req, res) => {
    const channel = verifyChannel(site, req);
    const { account_id, title, hook_api_version, is_time_window_disabled } = readPayload(
      Connect,
      jsonOf(req),
    );
    if (account_id !== site.data.account.amojo_id) throw notFound();
    const scopeId = `${channel.id}_${account_id}`;
    const state = conversationsOf(site);
    state.connections = state.connections.filter(one => one.scopeId !== scopeId);
    state.connections.push({
      channelId: channel.id,
      scopeId,
      title: title || channel.name,
      hookApiVersion: hook_api_version,
      isTimeWindowDisabled: is_time_window_disabled,
    });
    await site.store.flush();
    res.json({
      account_id,
      scope_id: scopeId,
      title: title || channel.name,
      hook_api_version,
      is_time_window_disabled,
    });
  });

  router.delete('/:id/disconnect', async (req, res) => {
    const channel = verifyChannel(site, req);
    const body = jsonOf(req);
    const state = conversationsOf(site);
    const scopeId = `${channel.id}_${isObject(body) ? String(body['account_id']) : ''}`;
    needConnection(site, channel, scopeId);
    state.connections = state.connections.filter(one => one.scopeId !== scopeId);
    await site.store.flush();
    res.status(200).end();
  });

  router.post('/:id/chats', async (req, res) => {
    const { scopeId } = connected(site, req);
    const { conversation_id, source, user } = readPayload(NewChat, jsonOf(req));
    const chat = ensureChat(site, scopeId, {
      conversationId: conversation_id,
      person: user,
      source: source?.external_id,
    });
    await site.store.flush();
    res.json({ id: chat.id, user: userView(chat.user) });
  });

  router.post('/:id', async (req, res) => {
    const { channel, connection } = connected(site, req);
    const body = jsonOf(req);
    const { event_type, payload } = isObject(body) ? body : {};
    if (event_type === 'new_message') {
      const answer = takeMessage(site, channel, connection, readPayload(NewMessage, payload, 'payload'));
      await site.store.flush();
      res.json(answer);
      return;
    }
    if (event_type !== 'edit_message') {
      throw new Problem(400, 'Bad Request', 'event_type is new_message or edit_message');
    }
    const { msgid, id, conversation_id, message } = readPayload(EditMessage, payload, 'payload');
    const chat = findChat(site, connection.scopeId, conversation_id);
    const known = chat && findMessage(site, chat, id ?? msgid);
    if (!known) throw notFound();
    known.text = message.text;
    await site.store.flush();
    res.json({});
  });

  messageRoutes(site, router);
  return router;
}

function messageRoutes(site: Site, router: Router): void {
  router.post('/:id/typing', (req, res) => {
    const { scopeId } = connected(site, req);
    const { conversation_id } = readPayload(Typing, jsonOf(req));
    if (!findChat(site, scopeId, conversation_id)) throw notFound();
    res.status(204).end();
  });

  router.post('/:id/react', async (req, res) => {
    const { scopeId } = connected(site, req);
    const given = readPayload(Reaction, jsonOf(req));
    const chat = conversationsOf(site).chats.find(
      one =>
        one.scopeId === scopeId &&
        (one.conversationId === given.conversation_id || one.id === given.conversation_ref_id),
    );
    const message = chat && findMessage(site, chat, given.id ?? given.msgid);
    if (!message) throw notFound();
    const others = (message.reactions ?? []).filter(emoji => emoji !== given.emoji);
    message.reactions = given.type === 'react' ? [...others, given.emoji] : others;
    await site.store.flush();
    res.status(200).end();
  });

  router.get('/:id/chats/:conversationId/history', (req, res) => {
    const { scopeId } = connected(site, req);
    const chat = findChat(site, scopeId, String(req.params['conversationId']));
    if (!chat) throw notFound();
    const messages = historyOf(site, chat, req.originalUrl);
    if (messages.length === 0) res.status(204).end();
    else res.json({ messages });
  });

  router.post('/:id/:msgid/delivery_status', async (req, res) => {
    const { scopeId } = connected(site, req);
    const given = readPayload(DeliveryStatus, jsonOf(req));
    const code = given.status_code ?? given.delivery_status;
    if (code === undefined) throw new Problem(400, 'Bad Request', 'status_code is missing');
    const found = chatsOf(site, scopeId).flatMap(chat => {
      const message = findMessage(site, chat, String(req.params['msgid']));
      return message ? [{ chat, message }] : [];
    })[0];
    if (found?.message.type !== 'outgoing') throw notFound();
    const status = code === 1 ? 'delivered' : code === 2 ? 'read' : 'error';
    const why = code === -1 ? `${given.error_code ?? 905} ${given.error ?? ''}`.trim() : undefined;
    setDelivery(site, found.message, status, why);
    if (code === -1) undelivered(site, found.message);
    await site.store.flush();
    res.status(200).end();
  });
}

const chatsOf = (site: Site, scopeId: string): Chat[] =>
  conversationsOf(site).chats.filter(chat => chat.scopeId === scopeId);

function connected(site: Site, req: Request) {
  const channel = verifyChannel(site, req);
  const scopeId = String(req.params['id']);
  return { channel, scopeId, connection: needConnection(site, channel, scopeId) };
}

function jsonOf(req: Request): unknown {
  try {
    return JSON.parse(rawBody(req).toString('utf8'));
  } catch {
    throw new Problem(400, 'Bad Request', 'The body is not JSON');
  }
}
