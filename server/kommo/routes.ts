import { z } from 'zod';
import { type Route, route, Unauthenticated } from '../http/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Clock, TenantId } from '../kernel/index.ts';
import { connectRoutes } from './connect-routes.ts';
import type { InstallDeps } from './install.ts';
import type { Integrations } from './integrations.ts';
import type { Sessions } from './sessions.ts';
import { type UninstallDeps, uninstall } from './uninstall.ts';

export interface KommoRoutesDeps {
  queue: Queue;
  clock: Clock;
  sessions: Sessions;
  install: InstallDeps;
  uninstall: UninstallDeps;
  integrations: Pick<Integrations, 'find' | 'main'>;
  oauthUrl: string;
  /** Signs the `state` that goes through Kommo and back. */
  stateKey: Buffer;
  /** What answers the account's reps. */
  modelOf(tenantId: TenantId): Promise<{ kind: 'online' | 'offline'; name: string }>;
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

/** OAuth, the disable hook, and the trade of Kommo's one-time token for a session. */
export function kommoRoutes(deps: KommoRoutesDeps): Route[] {
  return [
    ...connectRoutes(deps),
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
          model: await deps.modelOf(tenant.id),
          knowledge: { documents: await deps.countDocuments(tenant.id) },
        };
        return { status: 200, body };
      },
    }),
  ];
}
