import type { Route } from '../http/index.ts';
import type { InputFault, TenantId } from '../kernel/index.ts';
import { type Llm, OfflineLlm, openBreaker } from '../llm/index.ts';
import { type AccountLinksParts, accountLinks } from './account-links.ts';
import { availableModels } from './available-models.ts';
import {
  type Chain,
  type ChainLink,
  missingLink,
  offlineName,
  operatorName,
  type WantedModel,
} from './chain.ts';
import { modelRoutes } from './routes.ts';

export interface ModelsParts extends AccountLinksParts {
  /** What the operator's configuration names, the first choice first. */
  llms: Llm[];
  /** Origins of model servers that accounts may name although they are private. */
  privateOrigins: string[];
}

export interface Models {
  /** What is asked for an account, in order: the models that are wanted, or all that it has where none are. */
  chainFor(tenantId: TenantId, wanted: WantedModel[]): Promise<Chain>;
  /** What is wrong with models that somebody wants, by their place in the list. */
  faultsOf(tenantId: TenantId, wanted: WantedModel[]): Promise<InputFault[]>;
  routes: Route[];
}

/** Which models an account can ask: its own, the operator's, and the one that only quotes. */
export function openModels({ llms, privateOrigins, ...parts }: ModelsParts): Models {
  const own = accountLinks(parts);
  const link = (llm: Llm): ChainLink => ({ llm, breaker: openBreaker(parts.clock), paidBy: 'operator' });
  const offline = link(new OfflineLlm());
  const operator = llms.map(link);

  async function find(tenantId: TenantId, { provider, model }: WantedModel): Promise<ChainLink | null> {
    if (provider === offlineName) return offline;
    if (provider === operatorName) return operator.find(({ llm }) => llm.name === model) ?? null;
    const named = (await own.providersOf(tenantId)).find(({ name }) => name === provider);
    return named ? own.link(tenantId, named, model) : null;
  }

  /** Its own models, then the operator's. */
  async function allOf(tenantId: TenantId): Promise<ChainLink[]> {
    const ofAccount = (await own.providersOf(tenantId)).flatMap(provider =>
      provider.models.flatMap(model => own.link(tenantId, provider, model) ?? []),
    );
    return [...ofAccount, ...operator];
  }

  return {
    async chainFor(tenantId, wanted) {
      const named = await Promise.all(
        wanted.map(async one => (await find(tenantId, one)) ?? missingLink(one, parts.clock)),
      );
      const [first, ...others] = named.length > 0 ? named : await allOf(tenantId);
      return [first ?? offline, ...others];
    },
    async faultsOf(tenantId, wanted) {
      const found = await Promise.all(wanted.map(one => find(tenantId, one)));
      const names = operator.map(({ llm }) => `"${llm.name}"`).join(', ') || 'none';
      const message = `is not set up: name a provider of yours, or one of these of "${operatorName}": ${names}`;
      return found.flatMap((one, index) => (one === null ? [{ path: String(index), message }] : []));
    },
    routes: modelRoutes({
      ...parts,
      own,
      privateOrigins,
      available: availableModels({ ...parts, own, operatorModels: llms.map(({ name }) => name) }),
    }),
  };
}
