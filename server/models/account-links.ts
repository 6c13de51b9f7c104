import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import type { Clock, TenantId } from '../kernel/index.ts';
import { type Fetch, OpenAiLlm, openBreaker, type Prices } from '../llm/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import type { ChainLink } from './chain.ts';
import { fitsKind } from './provider.ts';
import { type OpenProvider, openProviders } from './provider-queries.ts';

export interface AccountLinksParts {
  db: Db;
  secrets: TenantSecrets;
  /** For addresses that accounts name. */
  fetch: Fetch;
  timeoutMs: number;
  prices: Prices;
  clock: Clock;
}

export interface AccountLinks {
  providersOf(tenantId: TenantId): Promise<OpenProvider[]>;
  /** Null where the provider can have no such model. */
  link(tenantId: TenantId, provider: OpenProvider, model: string): ChainLink | null;
  /** What was changed here is felt here at once; other processes feel it once their copy is old. */
  forget(tenantId: TenantId): void;
}

/** Another process' change is felt within so long. */
const rememberedMs = 4_000;

/** The models of accounts' own providers, each opened once, so that what is learned of it outlives a run. */
export function accountLinks({
  db,
  secrets,
  fetch,
  timeoutMs,
  prices,
  clock,
}: AccountLinksParts): AccountLinks {
  const providers = new LRUCache<TenantId, Promise<OpenProvider[]>>({ max: 10_000, ttl: rememberedMs });
  const links = new LRUCache<string, ChainLink>({ max: 5_000 });

  return {
    providersOf(tenantId) {
      const known = providers.get(tenantId);
      if (known) return known;
      const reading = db.withTenant(tenantId, tx => openProviders(tx, secrets, tenantId));
      providers.set(tenantId, reading);
      reading.catch(() => providers.delete(tenantId));
      return reading;
    },
    link(tenantId, { name, revision, kind, baseUrl, apiVersion, key }, model) {
      if (!fitsKind(kind, model)) return null;
      // With the tenant's id: no account ever meets a client that holds another one's key.
      const id = JSON.stringify([tenantId, name, revision, model]);
      const known = links.get(id);
      if (known) return known;
      const options = { apiKey: key ?? 'none', baseUrl, kind, apiVersion, model, fetch, timeoutMs, prices };
      const made: ChainLink = {
        llm: new OpenAiLlm(options),
        breaker: openBreaker(clock),
        paidBy: 'account',
      };
      links.set(id, made);
      return made;
    },
    forget(tenantId) {
      providers.delete(tenantId);
    },
  };
}
