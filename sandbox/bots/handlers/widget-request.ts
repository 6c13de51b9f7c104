import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { encodeHook, type HookItem } from '../../hooks/index.ts';
import { integrationOf, nextId, type Site } from '../../site.ts';
import type { Integration } from '../../state.ts';
import type { Bot, BotRun, WidgetStep } from '../bot.ts';
import { fill, fillDeep } from '../placeholders.ts';
import { BotFault, type Perform, read } from '../turn.ts';

/** Kommo: two seconds, and 200; the body is ignored. */
const answerWithinMs = 2000;
const tokenSeconds = 300;

const Request = z.looseObject({ url: z.string(), data: z.unknown().default({}) });

/** Asks the widget's server, and waits until it calls back: without that call the bot hangs. */
export const widgetRequest: Perform = async ({ site, bot, run, frame }, params) => {
  const { url, data } = read('widget_request', Request, params);
  if (!frame.widget) throw new BotFault('widget_request: only a widget step may ask a server');
  const target = fill(site, run, url);
  if (!/^https?:\/\//.test(target)) throw new BotFault('widget_request: the url is none');
  run.pending = {
    continueId: nextId(site),
    url: target,
    data: fillDeep(site, run, data) as Record<string, string>,
    widget: frame.widget,
    resent: false,
  };
  // Before the request: its server may call back sooner than it answers.
  run.state = 'waiting-continue';
  await site.store.flush();
  await postRequest(site, bot, run);
};

/** Sends what the bot waits for; once more when the server answers 401. */
export async function postRequest(site: Site, bot: Bot, run: BotRun): Promise<void> {
  const { pending } = run;
  const integration = pending && integrationOf(site, pending.widget.clientId);
  if (!pending || !integration) return;
  const status = await post(site, bot, run, pending, integration);
  if (status !== 401 || pending.resent || run.pending !== pending) return;
  pending.resent = true;
  await post(site, bot, run, pending, integration);
}

async function post(
  site: Site,
  bot: Bot,
  run: BotRun,
  pending: NonNullable<BotRun['pending']>,
  integration: Integration,
): Promise<number | null> {
  const { url, data, widget, continueId } = pending;
  const body = {
    token: signBotToken(site, bot, run, integration, url, widget.algorithm),
    data,
    return_url: `${site.origin()}/api/v4/${bot.kind}/${bot.id}/continue/${continueId}`,
  };
  const json = widget.encoding === 'json';
  let status: number | null = null;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
        'user-agent': 'amoCRM-Webhooks/3.0',
      },
      body: json ? JSON.stringify(body) : encodeHook(body as HookItem),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch {}
  site.live.add({
    kind: 'bot',
    title: `widget_request ${url}`,
    status,
    request: { ...body, token: '…' },
    response: null,
  });
  return status;
}

/**
 * Kommo: the integration's secret; `aud` is scheme and host of the receiving address, without its port; times are
 * fractions of seconds, and the entity's type a number in a string.
 */
export function signBotToken(
  site: Site,
  bot: Bot,
  run: BotRun,
  integration: Integration,
  url: string,
  algorithm: WidgetStep['algorithm'],
): string {
  const now = site.clock.nowMs() / 1000 + 0.000345;
  const receiver = new URL(url);
  const { account } = site.data;
  const claims = {
    iss: site.origin(),
    aud: `${receiver.protocol}//${receiver.hostname}`,
    iat: now,
    nbf: now,
    exp: now + tokenSeconds,
    account_id: account.id,
    subdomain: account.subdomain,
    client_uuid: integration.clientId,
    entity_type: run.entityType === 'leads' ? '2' : '1',
    entity_id: run.entityId,
    bot_type: bot.kind,
  };
  // A string payload is signed as it is; the library itself would refuse fractions.
  return jwt.sign(JSON.stringify(claims), integration.clientSecret, {
    algorithm,
    header: { typ: 'JWT', alg: algorithm },
  });
}
