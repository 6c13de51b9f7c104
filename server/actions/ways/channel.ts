import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { KommoAmbiguous, KommoRejected, KommoUnavailable } from '../../kommo/index.ts';
import type { Place } from '../action.ts';
import { readRecord } from '../lead-record.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { readWay, secretPlace } from './settings.ts';
import { messageResult } from './talks.ts';

const Mark = z.object({
  scopeId: z.string(),
  conversationId: z.string(),
  botId: z.string(),
  client: z.object({ id: z.string(), name: z.string() }),
});
const Account = z.object({ amojo_id: z.string() });
const Contact = z.object({ id: z.int(), name: z.string().nullish() });
const Chat = z.object({ id: z.string() });
const Sent = z.object({ new_message: z.object({ msgid: z.string() }) });
const History = z.object({
  messages: z.array(
    z.looseObject({ message: z.looseObject({ id: z.string(), client_id: z.string().nullish() }) }),
  ),
});

/**
 * A channel of our own: the conversation is ours, so are the message's id and therefore the way to find it.
 * Making the chat and tying it to the contact may be repeated; only the message reaches the client.
 */
export const channelWay: MessageWay = {
  async mark(place, { contactId }, { settings: { channelId, channelBotId } }) {
    if (channelId === undefined || channelBotId === undefined)
      throw new NoWayToClient('no-client', 'The channel is not set.');
    const contact =
      contactId === null ? null : await readRecord(place.asAdmin.get(`/contacts/${contactId}`), Contact);
    if (!contact) throw new NoWayToClient('no-client', 'This lead has no contact to write to.');
    const account = await readRecord(place.asAdmin.get('/account?with=amojo_id'), Account);
    if (account === null) throw new KommoUnavailable(new Error('the account did not say its chat id'));
    const scopeId = `${channelId}_${account.amojo_id}`;
    const conversationId = `cardwise-${contact.id}`;
    const client = { id: `cardwise-client-${contact.id}`, name: contact.name ?? '' };
    await callChannel(place, 'POST', `/v2/origin/custom/${channelId}/connect`, {
      account_id: account.amojo_id,
      hook_api_version: 'v2',
    });
    const chat = Chat.parse(
      await callChannel(place, 'POST', `/v2/origin/custom/${scopeId}/chats`, {
        conversation_id: conversationId,
        user: client,
      }),
    );
    await place.asAdmin.write('POST', '/contacts/chats', [{ contact_id: contact.id, chat_id: chat.id }]);
    return { scopeId, conversationId, botId: channelBotId, client };
  },
  async write(place, { text }, mark, effectId) {
    const { scopeId, conversationId, botId, client } = Mark.parse(mark);
    const now = place.deps.clock.now().getTime();
    const body = await callChannel(place, 'POST', `/v2/origin/custom/${scopeId}`, {
      event_type: 'new_message',
      payload: {
        timestamp: Math.floor(now / 1000),
        msec_timestamp: now,
        msgid: effectId,
        conversation_id: conversationId,
        sender: { id: 'cardwise-bot', name: 'Cardwise', ref_id: botId },
        receiver: client,
        message: { type: 'text', text },
        silent: true,
      },
    });
    const sent = Sent.safeParse(body);
    if (!sent.success) throw new KommoAmbiguous(sent.error);
    return messageResult(place, sent.data.new_message.msgid);
  },
  async find(place, _message, mark, effectId) {
    const { scopeId, conversationId } = Mark.parse(mark);
    const path = `/v2/origin/custom/${scopeId}/chats/${conversationId}/history`;
    const body = await callChannel(place, 'GET', `${path}?limit=50&offset=0`, null);
    const history = History.safeParse(body ?? { messages: [] });
    if (!history.success) return null;
    return history.data.messages
      .filter(({ message }) => message.client_id === effectId)
      .map(({ message }) => messageResult(place, message.id));
  },
};

const timeoutMs = 12_000;

/**
 * One signed call to the chat service, which knows no token. The path is signed without its query.
 *
 * @throws KommoUnavailable, KommoAmbiguous, KommoRejected
 */
export async function callChannel(
  { deps, account }: Place,
  method: 'GET' | 'POST',
  target: string,
  body: object | null,
): Promise<unknown> {
  const { tenantId } = account;
  const secret = await deps.db.withTenant(tenantId, async tx => {
    const { sealedSecret } = await readWay(tx, tenantId);
    return sealedSecret && deps.secrets.unseal(tx, tenantId, secretPlace, sealedSecret);
  });
  if (!secret) throw new NoWayToClient('no-client', 'The secret of the channel is not set.');
  const text = body === null ? '' : JSON.stringify(body);
  const date = deps.clock.now().toUTCString().replace('GMT', '+0000');
  const [path = ''] = target.split('?');
  let answer: Response;
  try {
    answer = await deps.fetch(`${chatsOrigin(account.origin)}${target}`, {
      method,
      headers: { date, 'content-type': 'application/json', ...signatureOf(secret, method, text, date, path) },
      ...(body === null ? {} : { body: text }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.status === 204) return null;
    if (answer.ok) return await answer.json();
  } catch (thrown) {
    throw method === 'GET' ? new KommoUnavailable(thrown) : new KommoAmbiguous(thrown);
  }
  await answer.body?.cancel();
  if (answer.status === 429) throw new KommoUnavailable(new Error('status 429'));
  if (answer.status >= 500)
    throw method === 'GET'
      ? new KommoUnavailable(new Error(`status ${answer.status}`))
      : new KommoAmbiguous(new Error(`status ${answer.status}`));
  throw new KommoRejected(answer.status, [], 'the chat service refused the call');
}

export function signatureOf(secret: string, method: string, body: string, date: string, path: string) {
  const md5 = createHash('md5').update(body).digest('hex');
  const signed = [method, md5, 'application/json', date, path].join('\n');
  return { 'content-md5': md5, 'x-signature': createHmac('sha1', secret).update(signed).digest('hex') };
}

/** Kommo: chats live on a host of their own for each domain; a sandbox has them on the account's. */
export function chatsOrigin(origin: string): string {
  const { hostname } = new URL(origin);
  const domain = /(?:^|\.)((?:kommo|amocrm)\.(?:com|ru))$/.exec(hostname)?.[1];
  return domain ? `https://amojo.${domain}` : origin;
}
