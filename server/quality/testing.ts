/** What the tests of this slice share. */
import type { TenantId } from '../kernel/index.ts';
import {
  type KnowledgeDeps,
  knowledgeRoutes,
  searchKnowledge,
  supportThresholds,
} from '../knowledge/index.ts';
import { addAndIndex, type Bench, bench } from '../knowledge/testing.ts';
import { type Llm, OfflineLlm, openBreaker } from '../llm/index.ts';
import type { Models } from '../models/index.ts';
import { type Call, serveRoutes } from '../testing/serve-routes.ts';
import type { QualityDeps } from './deps.ts';
import { closeGap } from './gaps/close-gap.ts';
import { qualityRoutes } from './routes.ts';

export interface QualityBench {
  knowledge: Bench;
  quality: QualityDeps;
  tenantId: TenantId;
  /** As an administrator of `tenantId` unless told: `rep <tenant>`, `admin <tenant>`, null for nobody. */
  call: Call;
  close(): Promise<void>;
}

/** The slice's routes over a tenant with searchable knowledge. */
export async function qualityBench(
  documents: Record<string, string>,
  overrides: Partial<QualityDeps> = {},
): Promise<QualityBench> {
  const knowledge = await bench({ onDraftDecided: closeGap });
  for (const [title, text] of Object.entries(documents))
    await addAndIndex(knowledge, text, 'text/markdown', title);
  const quality: QualityDeps = { ...qualityDeps(knowledge.deps), ...overrides };
  const routes = [...qualityRoutes(quality), ...knowledgeRoutes(knowledge.deps)];
  const server = await serveRoutes(routes, knowledge.deps.log);
  return {
    knowledge,
    quality,
    tenantId: knowledge.tenantId,
    call: server.callAs(`admin ${knowledge.tenantId}`),
    close: server.close,
  };
}

function qualityDeps(deps: KnowledgeDeps): QualityDeps {
  const { db, queue, log, uploadBytesMax } = deps;
  return {
    db,
    queue,
    log,
    uploadBytesMax,
    search: (tenantId, { question, locale, signal }) =>
      searchKnowledge(deps, tenantId, { text: question, locale, limit: 10, signal }),
    answer: async () => {
      throw new Error('This test did not say what the agent answers.');
    },
    thresholds: supportThresholds(db, deps.embedder),
    authoriseLead: async () => {},
    embed: async () => null,
    model: { db, models: modelsOf(new OfflineLlm()), dayOf: async () => '2026-03-01', capMicros: 1_000_000 },
  };
}

/** One model for every account. */
export function modelsOf(llm: Llm): Pick<Models, 'chainFor'> {
  const breaker = openBreaker({ now: () => new Date() });
  return { chainFor: async () => [{ llm, breaker, paidBy: 'operator' }] };
}
