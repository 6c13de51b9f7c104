import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { type BudgetSettings, readBudgets } from '../../usage/index.ts';
import { readDefault } from './agent-queries.ts';
import type { AgentDefinition } from './definition.ts';
import { agentTemplate } from './templates/index.ts';

/** Who answers: a published version, or what we bring where none was published. */
export interface ActiveAgent {
  /** Null for the one that we bring. */
  id: string | null;
  version: number | null;
  name: string;
  definition: AgentDefinition;
  killed: boolean;
  /** The account's own caps. */
  budgets: BudgetSettings;
}

export interface ActiveAgents {
  of(tenantId: TenantId): Promise<ActiveAgent>;
  /** What was changed here is felt here at once; other processes feel it once their copy is old. */
  forget(tenantId: TenantId): void;
}

/** Where its answers may come from; null for all that the account knows. */
export function scopeOf({
  definition,
}: Pick<ActiveAgent, 'definition'>): { sourceIds: string[]; tags: string[] } | null {
  const { sources, tags } = definition.knowledge;
  return sources.length === 0 && tags.length === 0 ? null : { sourceIds: sources, tags };
}

/** Another process' publication or stop is felt within so long. */
const rememberedMs = 4_000;

/** One small query for each tenant in some seconds, however many turns there are. */
export function openActiveAgents(db: Db, ownName: string): ActiveAgents {
  const ours: Omit<ActiveAgent, 'budgets'> = {
    id: null,
    version: null,
    name: ownName,
    definition: agentTemplate('answer', 'en').definition,
    killed: false,
  };
  const known = new LRUCache<TenantId, Promise<ActiveAgent>>({ max: 10_000, ttl: rememberedMs });
  return {
    of(tenantId) {
      const earlier = known.get(tenantId);
      if (earlier) return earlier;
      const reading = db.withTenant(tenantId, async tx => {
        const agent = (await readDefault(tx, tenantId)) ?? ours;
        return { ...agent, budgets: await readBudgets(tx, tenantId) };
      });
      known.set(tenantId, reading);
      reading.catch(() => known.delete(tenantId));
      return reading;
    },
    forget(tenantId) {
      known.delete(tenantId);
    },
  };
}
