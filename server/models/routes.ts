import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { actorOf, type Caller, type Route, route, tenantOf } from '../http/index.ts';
import { InvalidInput, NotFound, type TenantId } from '../kernel/index.ts';
import type { AccountLinks, AccountLinksParts } from './account-links.ts';
import type { AvailableModels } from './available-models.ts';
import { endpointOf, NewProvider, ProviderName, ProviderView } from './provider.ts';
import { listProviders, removeProvider, type StoredProvider, saveProvider } from './provider-queries.ts';

export interface ModelRoutesDeps extends Pick<AccountLinksParts, 'db' | 'secrets'> {
  own: AccountLinks;
  available: AvailableModels;
  privateOrigins: string[];
}

const ModelView = z.object({
  id: z.string(),
  inputMicros: z.int().nullable(),
  outputMicros: z.int().nullable(),
});
const OfferView = z.object({
  provider: z.string(),
  paidBy: z.enum(['operator', 'account']),
  models: z.array(ModelView),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
const Name = z.object({ name: ProviderName });
const providersMax = 10;
const shared = { tag: 'models', permission: 'admin' } as const;
const unknown = { 404: ['model-provider-not-found'] };
/** What a provider can have against being asked. */
const faults = {
  422: ['address-refused'],
  502: ['model-refused-key', 'model-rejected', 'model-answer-unreadable'],
  503: ['model-unavailable', 'model-rate-limited', 'model-out-of-credit'],
};

/** The providers of models that an account has keys of its own for, and what they offer. */
export function modelRoutes(deps: ModelRoutesDeps): Route[] {
  return [...providerRoutes(deps), ...offerRoutes(deps)];
}

function providerRoutes({ db, secrets, own, privateOrigins }: ModelRoutesDeps): Route[] {
  const read = (tenantId: TenantId) => db.withTenant(tenantId, tx => listProviders(tx, tenantId));

  async function record(
    caller: Caller | null,
    event: string,
    name: string,
    change: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const tenantId = tenantOf(caller);
    await db.withTenant(tenantId, async tx => {
      await change(tx);
      await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: name });
    });
    own.forget(tenantId);
  }

  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/model-providers',
      operation: 'listModelProviders',
      summary: 'The providers that this account has keys of its own for, in the order they are asked.',
      answers: { 200: z.object({ providers: z.array(ProviderView) }) },
      async handle({ caller }) {
        return { status: 200, body: { providers: (await read(tenantOf(caller))).map(view) } };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/model-providers/{name}',
      operation: 'saveModelProvider',
      summary: 'Adds a provider or changes it. Its key is sealed and never shown again.',
      params: Name,
      body: NewProvider,
      answers: { 200: ProviderView },
      problems: { 422: ['address-refused'] },
      async handle({ caller, params: { name }, body }) {
        const tenantId = tenantOf(caller);
        const endpoint = endpointOf(body, privateOrigins);
        const known = await read(tenantId);
        const before = known.find(provider => provider.name === name);
        if (!before && known.length >= providersMax)
          throw new InvalidInput([{ path: 'name', message: `at most ${providersMax} can be added` }]);
        // A key is not sent to another host that only the address was changed to.
        const moved = before && new URL(before.baseUrl).origin !== new URL(endpoint.baseUrl).origin;
        if (moved && before.hasKey && body.key === undefined)
          throw new InvalidInput([
            {
              path: 'body.key',
              message: 'must be given anew, or null, when the provider moves to another host',
            },
          ]);
        const { models, position, key } = body;
        await record(caller, 'models.provider-saved', name, tx =>
          saveProvider(tx, secrets, tenantId, name, { ...endpoint, models, position, key }),
        );
        const saved = (await read(tenantId)).find(provider => provider.name === name);
        if (!saved) throw new NotFound('model provider');
        return { status: 200, body: view(saved) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/model-providers/{name}',
      operation: 'removeModelProvider',
      summary: 'Removes a provider with its key, at once; agents that name it go on with their next model.',
      params: Name,
      answers: { 204: null },
      problems: unknown,
      async handle({ caller, params: { name } }) {
        await record(caller, 'models.provider-removed', name, async tx => {
          if (!(await removeProvider(tx, tenantOf(caller), name))) throw new NotFound('model provider');
        });
        return { status: 204 };
      },
    }),
  ];
}

function offerRoutes({ available, own }: ModelRoutesDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/model-providers/{name}/check',
      operation: 'checkModelProvider',
      summary: 'Asks the provider for its models now, and says which of those that are set it does not list.',
      params: Name,
      answers: { 200: OfferView.extend({ missing: z.array(z.string()) }) },
      problems: { ...unknown, ...faults },
      async handle({ caller, params: { name }, signal }) {
        const tenantId = tenantOf(caller);
        own.forget(tenantId);
        const offer = await available.afresh(tenantId, name, signal);
        const set = (await own.providersOf(tenantId)).find(provider => provider.name === name);
        const listed = new Set(offer.models.map(({ id }) => id));
        // Azure lists models, and is asked by the names of deployments.
        const missing = set?.kind === 'azure' ? [] : (set?.models ?? []).filter(model => !listed.has(model));
        return { status: 200, body: { ...offer, missing } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/models-available',
      operation: 'listModelsAvailable',
      summary:
        'The models that an agent of this account can name, by provider; lists are some minutes old at most.',
      query: z.object({ provider: z.string().max(40).optional() }),
      answers: { 200: z.object({ offers: z.array(OfferView) }) },
      problems: { ...unknown, ...faults },
      async handle({ caller, query: { provider }, signal }) {
        const tenantId = tenantOf(caller);
        const offers =
          provider === undefined
            ? await available.all(tenantId, signal)
            : [await available.of(tenantId, provider, signal)];
        return { status: 200, body: { offers } };
      },
    }),
  ];
}

function view({ revision: _, updatedAt, ...provider }: StoredProvider): z.input<typeof ProviderView> {
  return { ...provider, updatedAt: updatedAt.toISOString() };
}
