/** What the tests of this slice share. */
import { createApp, createMetrics, type Listening, listen } from '../http/index.ts';
import type { TenantId } from '../kernel/index.ts';
import {
  type KnowledgeDeps,
  knowledgeRoutes,
  searchKnowledge,
  supportThresholds,
} from '../knowledge/index.ts';
import { addAndIndex, type Bench, bench } from '../knowledge/testing.ts';
import { OfflineLlm } from '../llm/index.ts';
import type { QualityDeps } from './deps.ts';
import { closeGap } from './gaps/close-gap.ts';
import { qualityRoutes } from './routes.ts';

export interface Answered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
  body: any;
  headers: Headers;
}

export interface QualityBench {
  knowledge: Bench;
  quality: QualityDeps;
  tenantId: TenantId;
  /** As an administrator of `tenantId` unless told: `rep <tenant>`, `admin <tenant>`, null for nobody. */
  call(method: string, path: string, options?: CallOptions): Promise<Answered>;
  close(): Promise<void>;
}

export interface CallOptions {
  as?: string | null;
  body?: unknown;
  file?: { name: string; type: string; content: string };
  key?: string;
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
  const server = await serve(knowledge.deps, quality);
  return {
    knowledge,
    quality,
    tenantId: knowledge.tenantId,
    call: caller(server, knowledge.tenantId),
    close: () => server.close(0),
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
    model: { db, llm: new OfflineLlm(), dayOf: async () => '2026-03-01', capMicros: 1_000_000 },
  };
}

function serve(knowledge: KnowledgeDeps, quality: QualityDeps): Promise<Listening> {
  const app = createApp({
    routes: [...qualityRoutes(quality), ...knowledgeRoutes(knowledge)],
    async authenticate(req) {
      const [role, tenantId] = req.get('authorization')?.split(' ') ?? [];
      if (!role) return null;
      const rep = { userId: 1, name: 'R', isAdmin: false, sessionId: 's', origin: 'https://x.kommo.com' };
      return role === 'admin'
        ? { kind: 'admin', tenantId: tenantId as TenantId, by: 'tests' }
        : { kind: 'rep', tenantId: tenantId as TenantId, ...rep };
    },
    log: knowledge.log,
    metrics: createMetrics(),
    trustProxyHops: 0,
    rateLimitPerMinute: 10_000,
    isKnownOrigin: async () => false,
    validateAnswers: true,
  });
  return listen(app, { host: '127.0.0.1', port: 0 });
}

function caller(server: Listening, tenantId: TenantId): QualityBench['call'] {
  return async (method, path, { as = `admin ${tenantId}`, body, file, key } = {}) => {
    const form = new FormData();
    if (file) form.set('file', new Blob([file.content], { type: file.type }), file.name);
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: as }),
        ...(key ? { 'idempotency-key': key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(file ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  };
}
