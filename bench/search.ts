import pg from 'pg';
import { type Db, openPostgres } from '../server/db/index.ts';
import { createLogger } from '../server/kernel/index.ts';
import { indexVectors } from '../server/knowledge/index.ts';
import { searchVectors } from '../server/knowledge/search-vectors.ts';
import { openSpaces, type Space } from '../server/knowledge/spaces/space.ts';
import { percentiles } from './load.ts';
import type { Row } from './report.ts';
import { type BenchTenant, type Corpus, loadCorpus, type SearchSize } from './search-corpus.ts';

const top = 10;
const questionsEach = 200;
/** Each is answered by looking at everything too, which takes a large tenant longest. */
const recalledMax = 50;
const scansMax = 30;

/**
 * Search by meaning among passages of many tenants, one of whom has a fifth of them. Beside ours, which begins a
 * transaction behind the row policy and leads to passages that are searchable, stands the bare query of pgvector
 * on the same rows as their owner. Needs the PostgreSQL that scripts/with-services.sh gives.
 */
export async function benchSearch(sizes: SearchSize[]): Promise<Row[]> {
  const owner = process.env.TEST_DATABASE_MIGRATION_URL;
  const login = process.env.TEST_DATABASE_URL;
  if (!owner || !login) {
    console.error('search: left out, it needs a PostgreSQL: scripts/with-services.sh npm run bench search');
    return [];
  }
  const rows: Row[] = [];
  for (const [n, size] of sizes.entries()) rows.push(...(await withDatabase(owner, login, n, size)));
  return rows;
}

/** In a database of its own, which is gone afterwards. */
async function withDatabase(owner: string, login: string, n: number, size: SearchSize): Promise<Row[]> {
  const name = `bench_${n}`;
  const admin = new pg.Client({ connectionString: owner });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const db = await openPostgres({ url: at(login), migrationUrl: at(owner), poolMax: 4 });
  try {
    await db.migrate();
    return await measure(db, at(owner), size);
  } finally {
    await db.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

async function measure(db: Db, owner: string, size: SearchSize): Promise<Row[]> {
  const corpus = await loadCorpus(owner, size);
  const [large] = corpus.tenants;
  if (!large) throw new Error('A corpus needs tenants.');
  const small = corpus.tenants.slice(1);
  const started = performance.now();
  const indexed = await indexVectors({ db, log: createLogger('silent') }, large.id);
  const buildMs = performance.now() - started;
  const raw = new pg.Client({ connectionString: owner });
  await raw.connect();
  try {
    const label = `${size.passages} × ${size.dimensions}${size.precision === 'half' ? ' half' : ''}, ${size.tenants} tenants`;
    console.log(
      `${label}: vectors loaded in ${(corpus.loadMs / 1000).toFixed(1)} s, ${await sizesOf(raw, large)}`,
    );
    const ofLarge = await ask(db, raw, corpus, size, () => large);
    const ofSmall = await ask(db, raw, corpus, size, n => small[n % small.length] ?? large);
    const scanned = indexed > 0 ? await ask(db, raw, corpus, size, () => large, 'scanned') : null;
    const budget = size.passages === 1_000_000 ? 'p95 ≤ 20 ms' : 'p50 ≤ 3 ms';
    const rows = (who: string, { raw, ours, recall }: Answers, way: string): Row[] => [
      {
        what: `${label}: top ${top}, ${who}, ${way}: p50`,
        unit: 'ms',
        floor: raw.p50,
        ours: ours.p50,
        budget,
      },
      {
        what: `${label}: top ${top}, ${who}, ${way}: p95`,
        unit: 'ms',
        floor: raw.p95,
        ours: ours.p95,
        budget,
      },
      { what: `${label}: recall@${top}, ${who}, ${way}`, unit: '', ours: recall, budget: '≥ .95' },
    ];
    const largest = `tenant of ${large.passages}`;
    const way = indexed > 0 ? 'graph' : 'scan';
    return [
      ...(indexed > 0
        ? [
            {
              what: `${label}: graph of ${large.passages} built`,
              unit: 's',
              ours: buildMs / 1000,
              budget: '',
            },
          ]
        : []),
      ...rows(largest, ofLarge, way),
      ...(scanned ? rows(largest, scanned, 'scan').slice(0, 2) : []),
      ...rows(`tenants of ${small[0]?.passages ?? 0}`, ofSmall, 'scan'),
    ];
  } finally {
    await raw.end();
  }
}

async function sizesOf(raw: pg.Client, { spaceId }: BenchTenant): Promise<string> {
  const { rows } = await raw.query(
    `select pg_size_pretty(pg_table_size('passage_embeddings')) as vectors,
       pg_size_pretty(pg_table_size('passage_embeddings') / greatest(1, (select count(*) from passage_embeddings))) as each,
       (select pg_size_pretty(sum(pg_relation_size(indexrelid))) from pg_index
        where indrelid = 'passage_embeddings'::regclass and indisprimary) as keys,
       (select pg_size_pretty(pg_relation_size(oid)) from pg_class where relname = $1) as graph`,
    [`passage_embeddings_${spaceId.replaceAll('-', '')}`],
  );
  const { vectors, each, keys, graph } = rows[0];
  return `table ${vectors} (${each} a vector), its keys ${keys}, graph ${graph ?? 'none'}`;
}

interface Answers {
  raw: { p50: number; p95: number };
  ours: { p50: number; p95: number };
  recall: number;
}

/** Asks both the same questions in turn, after some that do not count. */
async function ask(
  db: Db,
  raw: pg.Client,
  { vectors }: Corpus,
  size: SearchSize,
  tenantOf: (n: number) => BenchTenant,
  force: 'scanned' | null = null,
): Promise<Answers> {
  const times: { raw: number[]; ours: number[] } = { raw: [], ours: [] };
  let found = 0;
  let wanted = 0;
  const questions = force === 'scanned' ? scansMax : questionsEach;
  for (let n = -10; n < questions; n += 1) {
    const tenant = tenantOf(n + 10);
    const topic = tenant.topics[Math.floor(vectors.random() * tenant.topics.length)];
    if (!topic) continue;
    const vector = Array.from(vectors.near(topic, 0.8));
    const space = await spaceOf(db, tenant, force);
    await scanning(raw, force === 'scanned');
    const rawStarted = performance.now();
    await nearestRaw(raw, tenant, vector, size);
    const oursStarted = performance.now();
    const hits = await db.withTenant(tenant.id, tx =>
      searchVectors(tx, tenant.id, { vector, space }, { documentIds: null, languages: null, limit: top }),
    );
    const done = performance.now();
    if (n < 0) continue;
    times.raw.push(oursStarted - rawStarted);
    times.ours.push(done - oursStarted);
    if (n >= recalledMax) continue;
    await scanning(raw, true);
    const exact = new Set(await nearestRaw(raw, tenant, vector, size));
    wanted += exact.size;
    found += (await hashesOf(raw, tenant, hits)).filter(hash => exact.has(hash)).length;
  }
  return { raw: percentiles(times.raw), ours: percentiles(times.ours), recall: found / wanted };
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

async function nearestRaw(
  raw: pg.Client,
  { id, spaceId }: BenchTenant,
  vector: number[],
  { dimensions, precision }: SearchSize,
): Promise<string[]> {
  const column = precision === 'half' ? `half::halfvec(${dimensions})` : `embedding::vector(${dimensions})`;
  const type = column.slice(column.indexOf('::') + 2);
  const { rows } = await raw.query(
    `select content_hash from passage_embeddings where tenant_id = $1 and space_id = '${spaceId}'
     order by (${column}) <=> $2::${type} limit ${top}`,
    [id, JSON.stringify(vector)],
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
