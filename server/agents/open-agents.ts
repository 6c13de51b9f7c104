import type { Route } from '../http/index.ts';
import type { Sweep } from '../jobs/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type Knowledge, missingSources, readyDocumentTitles } from '../knowledge/index.ts';
import { clientNamesAmong } from '../kommo/index.ts';
import { OfflineLlm } from '../llm/index.ts';
import { readMaskingTerms } from '../masking/index.ts';
import type { Models } from '../models/index.ts';
import type { Quality } from '../quality/index.ts';
import {
  type AgentAdminDeps,
  agentAdminRoutes,
  budgetRoutes,
  openActiveAgents,
  publicationsSweep,
  workPublications,
} from './definition/index.ts';
import type { AgentDeps } from './deps.ts';
import { memoryRoutes } from './memory/index.ts';
import { agentRoutes } from './routes.ts';
import { openRuns, type Runs } from './runs.ts';
import { summariesSweep, workSummaries } from './summary/index.ts';
import { traceRoutes, traceSweep } from './trace/index.ts';
import { publishGate } from './trial/index.ts';

export type AgentParts = Omit<
  AgentDeps,
  'activeAgents' | 'models' | 'offline' | 'searchKnowledge' | 'documentTitles' | 'hiddenWords'
> & {
  models: Models;
  knowledge: Knowledge;
  quality: Quality;
  traceDays: number;
};

export interface Agents {
  routes: Route[];
  runs: Runs;
  /** What answers in the lead cards of an account. */
  modelOf(tenantId: TenantId): Promise<{ kind: 'online' | 'offline'; name: string }>;
  /** Publishes, and sums up conversations, in this process. */
  work(): Promise<void>;
  sweeps(options: { listTenants(): Promise<TenantId[]> }): Sweep[];
}

/** Joins what answers, and what decides how it answers. */
export function openAgents({ knowledge, quality, traceDays, ...parts }: AgentParts): Agents {
  const { db, queue, clock, log, accountOf, dailyCapMicros, processId } = parts;
  const active = openActiveAgents(db, 'Cardwise');
  const agent: AgentDeps = {
    ...parts,
    activeAgents: active,
    offline: new OfflineLlm(),
    searchKnowledge: knowledge.searchSupported,
    hiddenWords: (tenantId, candidates) =>
      db.withTenant(tenantId, async tx => ({
        clients: await clientNamesAmong(tx, tenantId, candidates),
        ...(await readMaskingTerms(tx, tenantId)),
      })),
    documentTitles: (tenantId, limit) =>
      db.withTenant(tenantId, tx => readyDocumentTitles(tx, tenantId, limit)),
  };
  const admin: AgentAdminDeps = {
    db,
    queue,
    clock,
    log,
    active,
    missingSources,
    models: parts.models,
    gate: publishGate(
      { ...agent, model: quality.deps.model },
      quality.deps,
      async tenantId => (await active.of(tenantId)).definition,
    ),
    processId,
  };
  const runs = openRuns(agent);
  return {
    routes: [
      ...agentRoutes(agent, runs),
      ...traceRoutes(agent),
      ...memoryRoutes(agent),
      ...agentAdminRoutes(admin),
      ...budgetRoutes({ ...admin, accountOf, dailyCapMicros }),
    ],
    runs,
    async modelOf(tenantId) {
      const { definition } = await active.of(tenantId);
      const [{ llm }] = await parts.models.chainFor(tenantId, definition.models);
      return { kind: llm.kind, name: llm.name };
    },
    async work() {
      await workPublications(admin);
      await workSummaries(agent);
    },
    sweeps: ({ listTenants }) => [
      publicationsSweep(admin, listTenants),
      summariesSweep(agent, listTenants),
      traceSweep({ db, clock, log, listTenants, days: traceDays }),
    ],
  };
}
