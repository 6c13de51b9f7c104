import type pg from 'pg';
import type { Db } from '../server/db/index.ts';
import { createLogger } from '../server/kernel/index.ts';
import { searchKnowledge } from '../server/knowledge/index.ts';
import { searchVectors } from '../server/knowledge/search-vectors.ts';
import { openSpaces, type Space } from '../server/knowledge/spaces/space.ts';
import { percentiles } from './load.ts';
import type { BenchTenant, Corpus, SearchSize } from './search-corpus.ts';

export const top = 10;
const questionsEach = 200;
const warmingUp = 10;
/** Each is answered by looking at everything too, which takes a large tenant longest. */
const recalledMax = 50;
const scansMax = 30;

export interface Answers {
  /** pgvector's own query on the same rows, as their owner. */
  raw: { p50: number; p95: number };
  /** Behind the row policy, in a transaction, led to passages that are searchable. */
  ours: { p50: number; p95: number };
  /** By words as well, merged and with their texts, as a request or an agent asks. */
  whole: { p50: number; p95: number };
  recall: number;
}

export interface Asking {
  db: Db;
  raw: pg.Client;
  corpus: Corpus;
  size: SearchSize;
  questions: string[];
}

/** Asks all ways the same questions in turn, after some that do not count. */
export async function ask(
  { db, raw, corpus: { vectors }, size, questions }: Asking,
  tenantOf: (n: number) => BenchTenant,
  force: 'scanned' | null = null,
): Promise<Answers> {
  const times = { raw: [] as number[], ours: [] as number[], whole: [] as number[] };
  let found = 0;
  let wanted = 0;
  const count = force === 'scanned' ? scansMax : questionsEach;
  for (let n = -warmingUp; n < count; n += 1) {
    const tenant = tenantOf(n + warmingUp);
    const topic = tenant.topics[Math.floor(vectors.random() * tenant.topics.length)];
    if (!topic) continue;
    const vector = Array.from(vectors.near(topic, 0.8));
    const text = questions[(n + warmingUp) % questions.length] ?? '';
    const space = await spaceOf(db, tenant, force);
    await scanning(raw, force === 'scanned');
    const started = performance.now();
    await nearestRaw(raw, tenant, vector, size);
    const rawDone = performance.now();
    const hits = await db.withTenant(tenant.id, tx =>
      searchVectors(tx, tenant.id, { vector, space }, { documentIds: null, languages: null, limit: top }),
    );
    const oursDone = performance.now();
    if (force === null) await searchWhole(db, tenant, text, { vector, dimensions: size.dimensions });
    const wholeDone = performance.now();
    if (n < 0) continue;
    times.raw.push(rawDone - started);
    times.ours.push(oursDone - rawDone);
    times.whole.push(wholeDone - oursDone);
    if (n >= recalledMax || force === 'scanned') continue;
    const exact = new Set(await nearestExactly(raw, tenant, vector, size));
    wanted += exact.size;
    found += (await hashesOf(raw, tenant, hits)).filter(hash => exact.has(hash)).length;
  }
  const [ofRaw, ours, whole] = [times.raw, times.ours, times.whole].map(percentiles);
  const none = { p50: 0, p95: 0 };
  return { raw: ofRaw ?? none, ours: ours ?? none, whole: whole ?? none, recall: found / wanted };
}

const log = createLogger('silent');

/** With an embedding model that answers at once, so that the time is ours. */
async function searchWhole(
  db: Db,
  { id }: BenchTenant,
  text: string,
  { vector, dimensions }: { vector: number[]; dimensions: number },
): Promise<void> {
  const embedder = { model: 'bench', dimensions, embed: async () => [vector] };
  const deps = {
    db,
    log,
    embedder,
    meter: <T>(_tenant: unknown, _what: unknown, call: () => Promise<T>) => call(),
  };
  const question = { text, locale: 'en', limit: 5, signal: new AbortController().signal };
  const found = await searchKnowledge(deps, id, question);
  if (found.length === 0) throw new Error('A question was answered with nothing.');
}

async function spaceOf(db: Db, { id }: BenchTenant, force: 'scanned' | null): Promise<Space> {
  const { serving } = await db.withTenant(id, tx => openSpaces(tx, id));
  if (serving === null) throw new Error('A tenant of the corpus has no space.');
  return force === 'scanned' ? { ...serving, indexed: false } : serving;
}

/** Without index scans the graph is out of reach, and the answer exact. */
async function scanning(raw: pg.Client, yes: boolean): Promise<void> {
  await raw.query(`set enable_indexscan = ${yes ? 'off' : 'on'}`);
}

function columnOf({ dimensions, precision }: SearchSize): { column: string; type: string } {
  const type = precision === 'half' ? `halfvec(${dimensions})` : `vector(${dimensions})`;
  return { column: `${precision === 'half' ? 'half' : 'embedding'}::${type}`, type };
}

async function nearestRaw(
  raw: pg.Client,
  { id, spaceId }: BenchTenant,
  vector: number[],
  size: SearchSize,
): Promise<string[]> {
  const { column, type } = columnOf(size);
  const { rows } = await raw.query(
    `select content_hash from passage_embeddings where tenant_id = $1 and space_id = '${spaceId}'
     order by (${column}) <=> $2::${type} limit ${top}`,
    [id, JSON.stringify(vector)],
  );
  return rows.map(row => row.content_hash);
}

/** By looking at every vector. What is no nearer than vectors are on average is no find, however few there are. */
async function nearestExactly(
  raw: pg.Client,
  { id, spaceId }: BenchTenant,
  vector: number[],
  size: SearchSize,
): Promise<string[]> {
  const { column, type } = columnOf(size);
  const { rows } = await raw.query(
    `select content_hash from (
       select content_hash, distance, avg(distance) over () as usual from (
         select content_hash, (${column}) <=> $2::${type} as distance
         from passage_embeddings where tenant_id = $1 and space_id = $3
       ) as scanned
     ) as compared where distance < usual order by distance limit ${top}`,
    [id, JSON.stringify(vector), spaceId],
  );
  return rows.map(row => row.content_hash);
}

async function hashesOf(
  raw: pg.Client,
  { id }: BenchTenant,
  hits: { versionId: string; ordinal: number }[],
): Promise<string[]> {
  const { rows } = await raw.query(
    `select p.content_hash from unnest($2::uuid[], $3::int[]) as hit(version_id, ordinal)
     join passages p on p.tenant_id = $1 and p.version_id = hit.version_id and p.ordinal = hit.ordinal`,
    [id, hits.map(({ versionId }) => versionId), hits.map(({ ordinal }) => ordinal)],
  );
  return rows.map(row => row.content_hash);
}
