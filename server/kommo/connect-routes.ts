import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Answer, type Context, type Route, route } from '../http/index.ts';
import type { Queue } from '../jobs/index.ts';
import { type Clock, NotFound, toError } from '../kernel/index.ts';
import { textsFor } from '../texts/index.ts';
import { InstallRefused } from './errors.ts';
import { type InstallDeps, keepInstallCode } from './install.ts';
import type { Integrations } from './integrations.ts';
import { installJob } from './jobs.ts';
import { page } from './page.ts';

export interface ConnectRoutesDeps {
  queue: Queue;
  clock: Clock;
  install: InstallDeps;
  integrations: Pick<Integrations, 'find' | 'main'>;
  oauthUrl: string;
  /** Signs the `state` that goes through Kommo and back. */
  stateKey: Buffer;
}

const stateLifetimeMs = 30 * 60_000;
const amocrmOauthUrl = 'https://www.amocrm.ru/oauth';

const ClientId = z.string().min(1).max(100);
const CodeQuery = z.object({
  code: z.string().min(1).max(4096).optional(),
  referer: z.string().max(255).optional(),
  client_id: z.string().max(100).optional(),
  state: z.string().max(300).optional(),
  from_widget: z.string().max(10).optional(),
  platform: z.string().max(10).optional(),
  error: z.string().max(100).optional(),
});

/** How an account is connected: Kommo's page that asks its administrator, and where the code comes back. */
export function connectRoutes(deps: ConnectRoutesDeps): Route[] {
  async function takeCode(
    { query, req, log }: Pick<Context<unknown, z.output<typeof CodeQuery>, unknown>, 'query' | 'req' | 'log'>,
    named: string | null,
  ): Promise<Answer> {
    const texts = textsFor(req.acceptsLanguages(['en', 'es', 'pt', 'ru']) || 'en').install;
    if (query.error) return { status: 200, body: page(texts.deniedTitle, texts.denied) };
    if (!query.code || !query.referer)
      throw new InstallRefused('the call carries no code or no account address');
    // Kommo's own call after a widget install has no state; a browser coming back has ours.
    if (query.state !== undefined && !stateHolds(deps.stateKey, query.state, deps.clock.now())) {
      throw new InstallRefused('the grant was not asked for here, or too long ago; start again');
    }
    if (named !== null && query.client_id !== undefined && query.client_id !== named)
      throw new InstallRefused('the code is for another integration than this address');
    const id = await keepInstallCode(deps.install, {
      code: query.code,
      referer: query.referer,
      clientId: named ?? query.client_id ?? null,
    });
    await deps.queue
      .add(installJob(id))
      .catch(thrown => log.warn({ err: toError(thrown) }, 'an install waits for the sweep'));
    return { status: 200, body: page(texts.title, texts.body) };
  }

  const callback = {
    method: 'get' as const,
    tag: 'kommo',
    permission: 'signed' as const,
    query: CodeQuery,
    answers: { 200: z.string() },
    produces: 'text/html; charset=utf-8',
    problems: { 400: ['install-refused'], 503: ['integration-missing'] },
  };

  return [
    route({
      method: 'get',
      path: '/kommo/oauth/start',
      operation: 'startConnecting',
      summary: "Sends an administrator to Kommo's page that grants us the account.",
      tag: 'kommo',
      permission: 'public',
      query: z.object({ client_id: ClientId.optional(), platform: z.enum(['kommo', 'amocrm']).optional() }),
      answers: { 302: null },
      problems: { 404: ['integration-not-found'], 503: ['integration-missing'] },
      async handle({ query, res }) {
        const named = query.client_id ? await deps.integrations.find(query.client_id) : null;
        if (query.client_id && named === null) throw new NotFound('integration');
        const { clientId } = named ?? (await deps.integrations.main());
        const url = new URL(query.platform === 'amocrm' ? amocrmOauthUrl : deps.oauthUrl);
        url.searchParams.set('client_id', clientId);
        url.searchParams.set('state', signState(deps.stateKey, deps.clock.now()));
        url.searchParams.set('mode', 'popup');
        res.redirect(302, url.toString());
        return 'handled';
      },
    }),
    route({
      ...callback,
      path: '/kommo/oauth/callback',
      operation: 'finishConnecting',
      summary:
        'Where Kommo sends the code: by redirect after a grant, or by its own call after a widget was installed.',
      handle: context => takeCode(context, null),
    }),
    route({
      ...callback,
      path: '/kommo/oauth/callback/{clientId}',
      operation: 'finishConnectingThrough',
      summary: 'The same for one integration: the call after a widget was installed may not name it.',
      params: z.object({ clientId: ClientId }),
      handle: context => takeCode(context, context.params.clientId),
    }),
  ];
}

/** `<unix ms>.<mac>`: only we can have made it, and not long ago. */
function signState(key: Buffer, now: Date): string {
  const at = String(now.getTime());
  return `${at}.${createHmac('sha256', key).update(at).digest('base64url')}`;
}

function stateHolds(key: Buffer, state: string, now: Date): boolean {
  const [at = '', mac = ''] = state.split('.');
  const expected = createHmac('sha256', key).update(at).digest();
  const given = Buffer.from(mac, 'base64url');
  const age = now.getTime() - Number(at);
  return (
    given.length === expected.length && timingSafeEqual(given, expected) && age >= 0 && age < stateLifetimeMs
  );
}
