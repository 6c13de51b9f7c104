/** What the tests of this slice share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Db } from '../db/index.ts';
import type { Files } from '../files/index.ts';
import type { Job, Queue } from '../jobs/index.ts';
import { createLogger, type TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { addDocument } from './add-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { indexDocument } from './index-document.ts';
import type { AcceptedType } from './media-type.ts';
import { modelMeter } from './meter.ts';

export const never = new AbortController().signal;
export const system = { kind: 'system', id: null } as const;

export interface Bench {
  db: Db;
  tenantId: TenantId;
  deps: KnowledgeDeps;
  /** Jobs the queue was given. */
  jobs: Job[];
  files: Map<string, Uint8Array>;
  logged: string[];
}

/** A tenant of its own on the shared database, with files and a queue in memory. */
export async function bench(overrides: Partial<KnowledgeDeps> = {}): Promise<Bench> {
  const db = await testDatabase();
  const jobs: Job[] = [];
  const files = new Map<string, Uint8Array>();
  const logged: string[] = [];
  const deps: KnowledgeDeps = {
    db,
    files: memoryFiles(files),
    queue: memoryQueue(jobs),
    embedder: null,
    meter: modelMeter({ db, dayOf: async () => '2026-03-01', capMicros: 1_000_000_000 }),
    log: createLogger('debug', { write: line => logged.push(line) }),
    uploadBytesMax: 200_000,
    fetchPublic: async () => {
      throw new Error('This test did not say what is on the network.');
    },
    crawl: { userAgent: 'CardwiseBot/1.0', pauseMs: 0 },
    readProducts: async () => [],
    async *readWonConversations() {},
    extractorPath: await bundledExtractor(),
    ...overrides,
  };
  return { db, tenantId: await addTenant(db), deps, jobs, files, logged };
}

/** Adds a document and answers its id; `index` makes it searchable too. */
export function add(
  { deps, tenantId }: Pick<Bench, 'deps' | 'tenantId'>,
  content: string | Buffer,
  mediaType: AcceptedType = 'text/markdown',
  title = 'A document',
): Promise<string> {
  const upload = { title, fileName: `${title}.x`, mediaType, bytes: Buffer.from(content) };
  return addDocument(deps, tenantId, upload, { actor: system, idempotencyKey: null });
}

export async function addAndIndex(on: Bench, ...content: [string | Buffer, AcceptedType?, string?]) {
  const id = await add(on, ...content);
  await indexDocument(on.deps, on.tenantId, id, never);
  return id;
}

function memoryFiles(files: Map<string, Uint8Array>): Files {
  return {
    async put(tenantId, key, bytes) {
      files.set(`${tenantId} ${key}`, bytes);
    },
    get: async (tenantId, key) => files.get(`${tenantId} ${key}`) ?? null,
    async remove(tenantId, key) {
      files.delete(`${tenantId} ${key}`);
    },
    list: async tenantId =>
      [...files.keys()]
        .filter(name => name.startsWith(`${tenantId} `))
        .map(name => ({ key: name.slice(tenantId.length + 1), modifiedAt: new Date(0) })),
  };
}

function memoryQueue(jobs: Job[]): Queue {
  return {
    async add(job) {
      jobs.push(job);
    },
    work: async () => {},
    ping: async () => {},
    close: async () => {},
  };
}

let bundled: Promise<string> | null = null;

/** The reading process as it is shipped: bundled, in a folder without any modules. */
export function bundledExtractor(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extractor-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'extraction/extract-process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'extract-process.mjs');
}
