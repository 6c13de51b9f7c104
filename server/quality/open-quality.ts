import type { Route } from '../http/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import type { Clock, TenantId } from '../kernel/index.ts';
import { embedQuestion, type Knowledge, searchKnowledge } from '../knowledge/index.ts';
import { answerFromKnowledge } from './ask-model.ts';
import { scopeOfCandidate } from './candidate.ts';
import type { QualityDeps } from './deps.ts';
import { gapsSweep } from './gaps/sweep-gaps.ts';
import { evalRunsSweep, qualityJobs } from './jobs.ts';
import { qualityRoutes } from './routes.ts';

export type QualityParts = Pick<
  QualityDeps,
  'db' | 'queue' | 'log' | 'uploadBytesMax' | 'model' | 'authoriseLead'
> & {
  knowledge: Knowledge;
  clock: Clock;
};

export interface Quality {
  deps: QualityDeps;
  routes: Route[];
  /** Judges and clusters in this process. */
  work(queue: Queue): Promise<void>;
  sweeps(options: { listTenants(): Promise<TenantId[]>; soleProcess: boolean }): Sweep[];
}

/** Joins what measures answers, with the search and the model that give them. */
export function openQuality({ knowledge, clock, ...parts }: QualityParts): Quality {
  const deps: QualityDeps = {
    ...parts,
    search: (tenantId, { question: text, locale, candidate, signal }) =>
      searchKnowledge(knowledge.deps, tenantId, {
        text,
        locale,
        limit: 10,
        filter: { scope: scopeOfCandidate(candidate) },
        signal,
      }),
    async answer(tenantId, asked) {
      const passages = await knowledge.searchSupported(tenantId, {
        text: asked.question,
        locale: asked.locale,
        limit: 6,
        filter: { scope: scopeOfCandidate(asked.candidate) },
        signal: asked.signal,
      });
      return answerFromKnowledge(parts.model, tenantId, asked, passages);
    },
    thresholds: knowledge.thresholds,
    async embed(tenantId, text, signal) {
      const asked = await embedQuestion(knowledge.deps, tenantId, { text, signal });
      return asked && { vector: asked.vector, model: asked.space.id };
    },
  };
  return {
    deps,
    routes: qualityRoutes(deps),
    async work(queue) {
      for (const job of qualityJobs(deps)) await queue.work(job.name, job.handler, job);
    },
    sweeps: ({ listTenants, soleProcess }) => [
      evalRunsSweep({ ...deps, listTenants, soleProcess }),
      gapsSweep({ ...deps, listTenants, clock }),
    ],
  };
}
