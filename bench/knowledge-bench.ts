import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, openPglite, openPostgres } from '../server/db/index.ts';
import { openDiskFiles } from '../server/files/index.ts';
import { createLogger, type TenantId } from '../server/kernel/index.ts';
import { addDocument, indexDocument, type KnowledgeDeps } from '../server/knowledge/index.ts';
import type { AcceptedType } from '../server/knowledge/media-type.ts';
import type { Embedder } from '../server/llm/index.ts';
import { addTenant } from '../server/testing/database.ts';

export const never = new AbortController().signal;

export interface KnowledgeBench {
  db: Db;
  shape: 'embedded' | 'PostgreSQL';
  deps: KnowledgeDeps;
  addTenant(): Promise<TenantId>;
  /** Takes a document in and indexes it, as the worker does; answers its state and why it failed. */
  ingest(tenantId: TenantId, file: BenchFile): Promise<{ state: string; code: string | null }>;
  close(): Promise<void>;
}

export interface BenchFile {
  name: string;
  mediaType: AcceptedType;
  bytes: Buffer;
}

const extractor = fileURLToPath(new URL('../dist/server/extract-process.js', import.meta.url));

/** The knowledge slice in this process, with the reading process as it is shipped, on PostgreSQL where one is given. */
export async function openKnowledgeBench(embedder: Embedder | null = null): Promise<KnowledgeBench> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwise-bench-'));
  const { TEST_DATABASE_URL: url, TEST_DATABASE_MIGRATION_URL: migrationUrl = null } = process.env;
  const db = url ? await openPostgres({ url, migrationUrl, poolMax: 10 }) : await openPglite(folder);
  await db.migrate();
  const deps: KnowledgeDeps = {
    db,
    files: openDiskFiles(join(folder, 'files')),
    queue: { add: async () => {}, work: async () => {}, ping: async () => {}, close: async () => {} },
    embedder,
    meter: (_tenantId, _what, call) => call(),
    log: createLogger('silent'),
    uploadBytesMax: 25 * 1024 * 1024,
    fetchPublic: async () => {
      throw new Error('A benchmark reaches nobody.');
    },
    crawl: { userAgent: 'bench', pauseMs: 0 },
    readProducts: async () => [],
    async *readWonConversations() {},
    extractorPath: extractor,
  };
  return {
    db,
    shape: url ? 'PostgreSQL' : 'embedded',
    deps,
    addTenant: () => addTenant(db),
    async ingest(tenantId, { name, mediaType, bytes }) {
      const upload = { title: name, fileName: name, mediaType, bytes };
      const actor = { kind: 'system', id: null } as const;
      const id = await addDocument(deps, tenantId, upload, { actor, idempotencyKey: null });
      await indexDocument(deps, tenantId, id, never);
      const row = await db.withTenant(tenantId, tx =>
        tx('documents').where({ tenant_id: tenantId, id }).first('state', 'failure_code'),
      );
      return { state: row.state, code: row.failure_code };
    },
    async close() {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
