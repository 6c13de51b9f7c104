import type { Route } from '../http/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import { type Clock, dayIn, type TenantId } from '../kernel/index.ts';
import { type Account, type KommoClient, readProductLists, readWonLeads } from '../kommo/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { knowledgeJobs } from './jobs.ts';
import { modelMeter } from './meter.ts';
import { retentionSweep } from './retention.ts';
import { knowledgeRoutes } from './routes.ts';
import { type FoundPassage, type SearchDeps, type SearchQuestion, searchKnowledge } from './search.ts';
import { sourcesSweep } from './sources/sweep-sources.ts';
import { vectorIndexSweep } from './spaces/index-vectors.ts';
import { supportThresholds } from './support-threshold.ts';
import { unfinishedDocumentsSweep } from './sweep.ts';

export type KnowledgeParts = Omit<
  KnowledgeDeps & SearchDeps,
  'meter' | 'readProducts' | 'readWonConversations'
> & {
  client: KommoClient;
  clock: Clock;
  accountOf(tenantId: TenantId): Promise<Account & { timeZone: string }>;
  dailyCapMicros: number;
  retentionDays: number;
};

export interface Knowledge {
  deps: KnowledgeDeps & SearchDeps;
  routes: Route[];
  thresholds: ReturnType<typeof supportThresholds>;
  /** Passages of a score from which an answer may be given, best first. */
  searchSupported(tenantId: TenantId, query: SearchQuestion): Promise<FoundPassage[]>;
  /** Works on documents and sources in this process. */
  work(queue: Queue): Promise<void>;
  sweeps(options: { listTenants(): Promise<TenantId[]>; soleProcess: boolean }): Sweep[];
}

/** Joins what reads, keeps and finds a tenant's knowledge. */
export function openKnowledge({
  client,
  clock,
  accountOf,
  dailyCapMicros,
  retentionDays,
  ...parts
}: KnowledgeParts): Knowledge {
  const { db, embedder } = parts;
  const deps = {
    ...parts,
    meter: modelMeter({
      db,
      dayOf: async tenantId => dayIn((await accountOf(tenantId)).timeZone, clock.now()),
      capMicros: dailyCapMicros,
      prices: parts.prices?.models ?? {},
    }),
    readProducts: async (tenantId: TenantId, signal: AbortSignal) =>
      readProductLists(client, await accountOf(tenantId), signal),
    async *readWonConversations(tenantId: TenantId, signal: AbortSignal) {
      yield* readWonLeads(client, await accountOf(tenantId), signal);
    },
  };
  const thresholds = supportThresholds(db, embedder);
  return {
    deps,
    routes: knowledgeRoutes(deps),
    thresholds,
    async searchSupported(tenantId, query) {
      const found = await searchKnowledge(deps, tenantId, query);
      const threshold = await thresholds.of(tenantId);
      return found.filter(passage => passage.score >= threshold);
    },
    async work(queue) {
      for (const job of knowledgeJobs(deps)) await queue.work(job.name, job.handler, job);
    },
    sweeps: ({ listTenants, soleProcess }) => [
      unfinishedDocumentsSweep({ ...deps, listTenants, soleProcess }),
      vectorIndexSweep({ ...deps, listTenants }),
      sourcesSweep({ ...deps, listTenants, soleProcess }),
      retentionSweep({ ...deps, listTenants, retentionDays }),
    ],
  };
}
