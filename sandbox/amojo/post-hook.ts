import type { Site } from '../site.ts';
import type { Channel } from './channel.ts';
import { signHook } from './signature.ts';

const answerWithinMs = 5000;

/**
 * Tells a channel's server something, once.
 *
 * Kommo: signed over the raw body, 200 within five seconds, never sent again. Answers whether it was taken.
 */
export async function postHook(
  site: Site,
  channel: Channel,
  scopeId: string,
  payload: object,
): Promise<boolean> {
  const body = JSON.stringify({
    account_id: site.data.account.amojo_id,
    time: site.clock.now(),
    ...payload,
  });
  const url = channel.webhookUrl.replace(':scope_id', scopeId);
  let status: number | null = null;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'amoCRM-Chats-Webhooks/2.0',
        'x-signature': signHook(channel.secret, body),
      },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch {}
  site.live.add({ kind: 'channel', title: `POST ${url}`, status, request: JSON.parse(body), response: null });
  return status === 200;
}
