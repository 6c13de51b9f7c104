import { z } from 'zod';
import { type Route, route } from '../http/index.ts';
import type { Integrations } from '../kommo/index.ts';
import { callbackOf } from '../kommo/index.ts';

const IntegrationView = z.object({
  clientId: z.string(),
  kind: z.enum(['private', 'public']),
  name: z.string(),
  /** Goes into the integration's settings in Kommo, byte for byte. */
  redirectUri: z.string(),
  from: z.enum(['environment', 'operator']),
});
const params = z.object({
  clientId: z.string().regex(/^[\w-]{8,100}$/, 'must be the integration id as Kommo shows it'),
});

/** Private integrations of single accounts: whoever runs the server registers each with its secret. */
export function integrationRoutes({
  integrations,
  publicUrl,
}: {
  integrations: Integrations;
  publicUrl: string;
}): Route[] {
  const shared = { tag: 'operator', permission: 'operator' } as const;
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/operator/integrations',
      operation: 'listIntegrations',
      summary: 'The integrations this server answers for, without their secrets.',
      answers: { 200: z.object({ integrations: z.array(IntegrationView) }) },
      handle: async () => ({ status: 200, body: { integrations: await integrations.list() } }),
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/operator/integrations/{clientId}',
      operation: 'saveIntegration',
      summary:
        'Registers an integration, or changes its secret; the secret is stored sealed and never returned.',
      params,
      body: z.object({
        secret: z.string().min(32, 'must have at least 32 characters').max(500),
        kind: z.enum(['private', 'public']).default('private'),
        name: z.string().trim().min(1).max(255),
        redirectUri: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .optional(),
      }),
      answers: { 200: IntegrationView },
      problems: { 409: ['integration-fixed'] },
      async handle({ params, body }) {
        const { secret, kind, name, redirectUri = callbackOf(publicUrl, params.clientId) } = body;
        const saved = await integrations.save({
          clientId: params.clientId,
          clientSecret: secret,
          kind,
          name,
          redirectUri,
        });
        return { status: 200, body: saved };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/operator/integrations/{clientId}',
      operation: 'removeIntegration',
      summary: 'Forgets an integration that no account is connected through.',
      params,
      answers: { 204: null },
      problems: { 404: ['integration-not-found'], 409: ['integration-fixed', 'integration-in-use'] },
      async handle({ params }) {
        await integrations.remove(params.clientId);
        return { status: 204 };
      },
    }),
  ];
}
