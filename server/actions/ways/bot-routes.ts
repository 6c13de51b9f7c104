import { z } from 'zod';
import { type Route, route } from '../../http/index.ts';
import { BotTokenInvalid, clientOfBotToken, verifyBotToken } from '../../kommo/index.ts';
import type { ActionsDeps } from '../deps.ts';
import { storeWait } from './bot-waits.ts';

const Request = z.object({
  token: z.string().min(1).max(4096),
  return_url: z.string().min(1).max(1000),
});

/** Where the step of a bot asks for an answer. It waits until we call its return address, once. */
export function botRoutes(deps: ActionsDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/kommo/salesbot',
      operation: 'receiveBotStep',
      summary: "Where a Salesbot's widget_request waits for the next message to its client.",
      tag: 'kommo',
      permission: 'signed',
      limit: 'failures',
      bodyKind: 'raw',
      answers: { 200: null },
      problems: { 401: ['bot-token-invalid'], 413: ['body-too-large'] },
      async handle({ body }) {
        await receiveBotStep(deps, Buffer.isBuffer(body) ? body : Buffer.alloc(0));
        return { status: 200 };
      },
    }),
  ];
}

/** Stores the wait before the answer: Kommo does not repeat what it was told arrived. @throws BotTokenInvalid */
async function receiveBotStep(
  { db, directory, integrations, publicUrl, clock }: ActionsDeps,
  body: Buffer,
): Promise<void> {
  const { token, return_url: returnUrl } = readRequest(body);
  const integration = await integrations.find(clientOfBotToken(token));
  if (integration === null) throw new BotTokenInvalid();
  const now = clock.now();
  const asked = verifyBotToken(token, { ...integration, redirectUri: publicUrl, now });
  const account = await directory.byAccount(integration.clientId, asked.accountId);
  if (!account?.active || originOf(asked.issuer) !== account.origin) throw new BotTokenInvalid();
  // It will be called with the account's own token.
  const url = continueUrl(returnUrl, account.origin);
  if (url === null) throw new BotTokenInvalid();
  const leadId = asked.entityType === 'lead' ? asked.entityId : 0;
  await db.withTenant(account.tenantId, tx =>
    storeWait(tx, account.tenantId, { leadId, returnUrl: url, now }),
  );
}

/** Documented as JSON, sent as a form. What the bot tells beside the two is not signed, and not read. */
function readRequest(body: Buffer): z.output<typeof Request> {
  const text = body.toString('utf8');
  let given: unknown;
  try {
    given = text.trimStart().startsWith('{')
      ? JSON.parse(text)
      : Object.fromEntries(new URLSearchParams(text));
  } catch {
    throw new BotTokenInvalid();
  }
  const read = Request.safeParse(given);
  if (!read.success) throw new BotTokenInvalid();
  return read.data;
}

const continuePath = /^\/api\/v4\/(salesbot|marketingbot)\/\d{1,20}\/continue\/[\w-]{1,100}$/;

/** The address in its plain form; null unless it is where a bot of this account goes on. */
function continueUrl(given: string, origin: string): string | null {
  if (!URL.canParse(given)) return null;
  const url = new URL(given);
  const fits =
    url.origin === origin &&
    continuePath.test(url.pathname) &&
    url.username + url.password + url.search + url.hash === '';
  return fits ? url.href : null;
}

function originOf(issuer: string): string | null {
  return URL.canParse(issuer) ? new URL(issuer).origin : null;
}
