import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { fixture } from './fixture.ts';
import { type Json, jsonOf } from './kit.ts';
import { openRestBench, type RestBench } from './rest-kit.ts';

export interface Answer {
  status: number;
  body: Json;
}

export interface Headers {
  date?: string;
  contentType?: string;
  md5?: string;
  signature?: string;
  secret?: string;
}

export interface ChannelBench extends RestBench {
  channelId: string;
  scopeId: string;
  accountId: string;
  botId: string;
  /** A signed request; single headers may be spoiled. */
  call(method: string, path: string, body?: unknown, spoil?: Headers): Promise<Answer>;
  connect(): Promise<Answer>;
  /** The documented message of a client, changed. */
  incoming(change?: Json, id?: string): Promise<Answer>;
}

export const channelSecret = 'sample-channel-secret-not-real-0123456789';

/** The documentation's clock, in its words. */
const rfc2822 = (seconds: number) => new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');

export async function openChannelBench(more: Json = {}): Promise<ChannelBench> {
  const bench = await openRestBench();
  const made = await jsonOf(
    bench.control('POST', 'channels', {
      name: 'Acme Messenger',
      secret: channelSecret,
      webhookUrl: `${bench.hooks.origin}/chats/:scope_id`,
      ...more,
    }),
  );
  const channelId = String(made['id']);
  const accountId = String(made['accountId']);
  const scopeId = `${channelId}_${accountId}`;
  const call: ChannelBench['call'] = (method, path, body, spoil = {}) => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const url = new URL(`${bench.first.origin}/v2/origin/custom/${path}`);
    const date = spoil.date ?? rfc2822(bench.now());
    const contentType = spoil.contentType ?? 'application/json';
    const md5 = spoil.md5 ?? createHash('md5').update(text).digest('hex');
    const signature = createHmac('sha1', spoil.secret ?? channelSecret)
      .update([method, md5, contentType, date, url.pathname].join('\n'))
      .digest('hex');
    const headers = {
      date,
      'content-type': contentType,
      'content-md5': md5,
      'x-signature': spoil.signature ?? signature,
      'content-length': String(Buffer.byteLength(text)),
    };
    return new Promise((resolve, reject) => {
      const asked = request(url, { method, headers }, answer => {
        let received = '';
        answer.setEncoding('utf8').on('data', part => {
          received += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: received ? (JSON.parse(received) as Json) : {} }),
        );
      });
      asked.on('error', reject);
      asked.end(text);
    });
  };
  return Object.assign(bench, {
    channelId,
    accountId,
    scopeId,
    botId: String((made['bot'] as Json)['id']),
    call,
    connect: () =>
      call('POST', `${channelId}/connect`, {
        ...fixture<Json>('chats_connect_request.json'),
        account_id: accountId,
      }),
    incoming: (change: Json = {}, id = 'acme-msg-1') => {
      const { event_type, payload } = fixture<{ event_type: string; payload: Json }>(
        'chats_new_message_incoming.json',
      );
      return call('POST', scopeId, { event_type, payload: { ...payload, msgid: id, ...change } });
    },
  });
}
