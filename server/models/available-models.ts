import { LRUCache } from 'lru-cache';
import { AppError, NotFound, type TenantId } from '../kernel/index.ts';
import { listModels, ModelUnavailable, type Prices, priceOn } from '../llm/index.ts';
import { AddressRefused } from '../outbound/index.ts';
import type { AccountLinks, AccountLinksParts } from './account-links.ts';
import { operatorName } from './chain.ts';
import type { OpenProvider } from './provider-queries.ts';

export interface AvailableModel {
  id: string;
  /** Millionths of a US dollar per million tokens; null for a model on no list of ours, which counts with a cautious price. */
  inputMicros: number | null;
  outputMicros: number | null;
}

export interface Offer {
  provider: string;
  paidBy: 'operator' | 'account';
  models: AvailableModel[];
  /** Why its list could not be had. */
  problem: { code: string; detail: string } | null;
}

export interface AvailableParts extends Pick<AccountLinksParts, 'fetch' | 'timeoutMs' | 'prices'> {
  own: AccountLinks;
  operatorModels: string[];
}

export interface AvailableModels {
  /** All that an account can choose from; a provider that fails says so beside the others. */
  all(tenantId: TenantId, signal: AbortSignal): Promise<Offer[]>;
  /** Those of one provider. @throws NotFound, AddressRefused, and the errors of models */
  of(tenantId: TenantId, provider: string, signal: AbortSignal): Promise<Offer>;
  /** The same, asked anew. */
  afresh(tenantId: TenantId, provider: string, signal: AbortSignal): Promise<Offer>;
}

const rememberedMs = 5 * 60_000;
/** An administrator waits for it. */
const listMsMax = 15_000;

/** What there is to choose from: of the operator's key what the operator configured, of the account's own what the provider lists. */
export function availableModels({
  own,
  operatorModels,
  fetch,
  timeoutMs,
  prices,
}: AvailableParts): AvailableModels {
  const lists = new LRUCache<string, string[]>({ max: 1_000, ttl: rememberedMs });
  const operator: Offer = {
    provider: operatorName,
    paidBy: 'operator',
    models: operatorModels.map(id => priced(id, prices)),
    problem: null,
  };

  async function ask(tenantId: TenantId, provider: OpenProvider, signal: AbortSignal): Promise<Offer> {
    const { name, revision, key, baseUrl, apiVersion } = provider;
    const id = JSON.stringify([tenantId, name, revision]);
    const known = lists.get(id);
    const options = {
      apiKey: key ?? 'none',
      baseUrl,
      apiVersion,
      fetch,
      timeoutMs: Math.min(timeoutMs, listMsMax),
    };
    const models = known ?? (await listModels(options, signal).catch(plainer));
    lists.set(id, models);
    return {
      provider: name,
      paidBy: 'account',
      models: models.map(one => priced(one, prices)),
      problem: null,
    };
  }

  async function named(tenantId: TenantId, name: string): Promise<OpenProvider> {
    const found = (await own.providersOf(tenantId)).find(provider => provider.name === name);
    if (!found) throw new NotFound('model provider');
    return found;
  }

  return {
    async all(tenantId, signal) {
      const offers = (await own.providersOf(tenantId)).map(provider =>
        ask(tenantId, provider, signal).catch((thrown): Offer => {
          if (!(thrown instanceof AppError)) throw thrown;
          const problem = { code: thrown.code, detail: thrown.message };
          return { provider: provider.name, paidBy: 'account', models: [], problem };
        }),
      );
      return [...(await Promise.all(offers)), operator];
    },
    async of(tenantId, name, signal) {
      return name === operatorName ? operator : ask(tenantId, await named(tenantId, name), signal);
    },
    async afresh(tenantId, name, signal) {
      const provider = await named(tenantId, name);
      lists.delete(JSON.stringify([tenantId, name, provider.revision]));
      return ask(tenantId, provider, signal);
    },
  };
}

function priced(id: string, prices: Prices): AvailableModel {
  const price = priceOn(id, prices);
  return { id, inputMicros: price?.inputMicros ?? null, outputMicros: price?.outputMicros ?? null };
}

/** To a rep a refused address is a model out of reach; an administrator is told what is wrong with it. */
function plainer(thrown: unknown): never {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AddressRefused && thrown instanceof ModelUnavailable) throw cause;
  throw thrown;
}
