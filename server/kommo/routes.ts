import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Route, route, Unauthenticated } from '../http/index.ts';
import type { Queue } from '../jobs/index.ts';
import { type Clock, type TenantId, toError } from '../kernel/index.ts';
import { textsFor } from '../texts/index.ts';
import { InstallRefused } from './errors.ts';
import { type InstallDeps, keepInstallCode } from './install.ts';
import { installJob } from './jobs.ts';
import type { Integration } from './oauth.ts';
import { page } from './page.ts';
import type { Sessions } from './sessions.ts';
import { type UninstallDeps, uninstall } from './uninstall.ts';

export interface KommoRoutesDeps {
  queue: Queue;
  clock: Clock;
  sessions: Sessions;
  install: InstallDeps;
  uninstall: UninstallDeps;
  integration(): Integration;
  oauthUrl: string;
  /** Signs the `state` that goes through Kommo and back. */
  stateKey: Buffer;
  model: { kind: 'online' | 'offline'; name: string };
  countDocuments(tenantId: TenantId): Promise<number>;
}

const SessionView = z.object({
  token: z.string(),
  expiresAt: z.iso.datetime(),
  user: z.object({ id: z.int(), name: z.string(), isAdmin: z.boolean() }),
  account: z.object({ id: z.int(), name: z.string(), subdomain: z.string(), timezone: z.string() }),
  state: z.enum(['ready', 'reconnect-needed']),
  model: z.object({ kind: z.enum(['online', 'offline']), name: z.string() }),
  knowledge: z.object({ documents: z.int() }),
});

const stateLifetimeMs = 30 * 60_000;

/** OAuth, the disable hook, and the trade of Kommo's one-time token for a session. */
export function kommoRoutes(deps: KommoRoutesDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/kommo/oauth/start',
      operation: 'startConnecting',
      summary: "Sends an administrator to Kommo's page that grants us the account.",
      tag: 'kommo',
      permission: 'public',
      answers: { 302: null },
      async handle({ res }) {
        const url = new URL(deps.oauthUrl);
        url.searchParams.set('client_id', deps.integration().clientId);
        url.searchParams.set('state', signState(deps.stateKey, deps.clock.now()));
        url.searchParams.set('mode', 'popup');
        res.redirect(302, url.toString());
        return 'handled';
      },
    }),
    route({
      method: 'get',
      path: '/kommo/oauth/callback',
      operation: 'finishConnecting',
      summary:
        'Where Kommo sends the code: by redirect after a grant, or by its own call after a widget was installed.',
      tag: 'kommo',
      permission: 'signed',
      query: z.object({
        code: z.string().min(1).max(4096).optional(),
        referer: z.string().max(255).optional(),
        client_id: z.string().max(100).optional(),
        state: z.string().max(300).optional(),
        from_widget: z.string().max(10).optional(),
        platform: z.string().max(10).optional(),
        error: z.string().max(100).optional(),
      }),
      answers: { 200: z.string() },
      produces: 'text/html; charset=utf-8',
      problems: { 400: ['install-refused'], 503: ['integration-missing'] },
      async handle({ query, req, log }) {
        const texts = textsFor(req.acceptsLanguages(['en', 'es', 'pt', 'ru']) || 'en').install;
        if (query.error) return { status: 200, body: page(texts.deniedTitle, texts.denied) };
        if (!query.code || !query.referer)
          throw new InstallRefused('the call carries no code or no account address');
        // Kommo's own call after a widget install has no state; a browser coming back has ours.
        if (query.state !== undefined && !stateHolds(deps.stateKey, query.state, deps.clock.now())) {
          throw new InstallRefused('the grant was not asked for here, or too long ago; start again');
        }
        const id = await keepInstallCode(deps.install, {
          code: query.code,
          referer: query.referer,
          clientId: query.client_id ?? null,
        });
        await deps.queue
          .add(installJob(id))
          .catch(thrown => log.warn({ err: toError(thrown) }, 'an install waits for the sweep'));
        return { status: 200, body: page(texts.title, texts.body) };
      },
    }),
    route({
      method: 'get',
      path: '/kommo/uninstall',
      operation: 'uninstall',
      summary: 'What Kommo calls, signed, when an account disables the integration.',
      tag: 'kommo',
      permission: 'signed',
      query: z.object({
        account_id: z.string().regex(/^\d{1,15}$/),
        client_uuid: z.string().max(100).optional(),
        client_id: z.string().max(100).optional(),
        signature: z.string().max(200),
      }),
      answers: { 204: null },
      problems: { 401: ['signature-invalid'] },
      async handle({ query }) {
        await uninstall(deps.uninstall, {
          accountId: query.account_id,
          clientUuid: query.client_uuid ?? query.client_id ?? '',
          signature: query.signature,
        });
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/v1/session',
      operation: 'startSession',
      summary: "Trades Kommo's one-time token (header X-Auth-Token) for a session of at most ten minutes.",
      tag: 'sessions',
      permission: 'signed',
      beforeInstall: true,
      body: z.object({ locale: z.string().max(20).optional() }),
      answers: { 200: SessionView },
      problems: {
        401: [
          'one-time-token-invalid',
          'one-time-token-expired',
          'one-time-token-wrong-audience',
          'one-time-token-wrong-origin',
          'not-installed',
          'user-inactive',
        ],
      },
      async handle({ req }) {
        const token = req.get('x-auth-token');
        if (!token)
          throw new Unauthenticated(
            'one-time-token-invalid',
            'Send the one-time token from Kommo in the header X-Auth-Token.',
          );
        const started = await deps.sessions.start(token, req.get('origin') ?? null);
        const { tenant, user } = started;
        const body: z.input<typeof SessionView> = {
          token: started.token,
          expiresAt: started.expiresAt.toISOString(),
          user: { id: user.userId, name: user.name, isAdmin: user.isAdmin },
          account: {
            id: tenant.accountId,
            name: tenant.name,
            subdomain: tenant.subdomain,
            timezone: tenant.timezone,
          },
          state: tenant.state === 'reconnect-needed' ? 'reconnect-needed' : 'ready',
          model: deps.model,
          knowledge: { documents: await deps.countDocuments(tenant.id) },
        };
        return { status: 200, body };
      },
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
