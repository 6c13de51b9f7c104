import { loadavg } from 'node:os';
import pg from 'pg';
import { type Db, openPostgres } from '../server/db/index.ts';
import { createLogger } from '../server/kernel/index.ts';
import { indexVectors } from '../server/knowledge/index.ts';
import { graphOf } from '../server/knowledge/spaces/drop-orphans.ts';
import type { Row } from './report.ts';
import { type Answers, ask, top } from './search-asking.ts';
import { type BenchTenant, type Corpus, loadCorpus, type SearchSize } from './search-corpus.ts';
import { readAsked } from './search-texts.ts';

/**
 * Search among passages of many tenants, one of whom has a fifth of them. Beside ours, which begins a transaction
 * behind the row policy and leads to passages that are searchable, stands the bare query of pgvector on the same
 * rows as their owner; and beside both the whole search, by words too. Needs the PostgreSQL that
 * scripts/with-services.sh gives, which does not wait for its disk.
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
  const half = size.precision === 'half' ? ' half' : '';
  const label = `${size.passages} × ${size.dimensions}${half}, ${size.tenants} tenants`;
  console.log(label);
  const corpus = await loadCorpus(db, owner, size);
  const [large] = corpus.tenants;
  if (!large) throw new Error('A corpus needs tenants.');
  const built = await buildGraph(db, large);
  const raw = new pg.Client({ connectionString: owner });
  await raw.connect();
  try {
    console.log(`  ${await sizesOf(raw, large, corpus)}`);
    return await askAll(db, raw, { corpus, size, large, label, built });
  } finally {
    await raw.end();
    console.log(
      `  load of the machine: ${loadavg()
        .map(load => load.toFixed(1))
        .join(', ')}`,
    );
  }
}

/** Of the large tenant; null where it is small enough to be looked at whole. */
async function buildGraph(db: Db, { id }: BenchTenant): Promise<number | null> {
  const started = performance.now();
  const indexed = await indexVectors({ db, log: createLogger('silent') }, id);
  const seconds = (performance.now() - started) / 1000;
  if (indexed === 0) return null;
  console.log(`  graph of the large tenant: ${seconds.toFixed(1)} s`);
  return seconds;
}

interface Measured {
  corpus: Corpus;
  size: SearchSize;
  large: BenchTenant;
  label: string;
  built: number | null;
}

async function askAll(
  db: Db,
  raw: pg.Client,
  { corpus, size, large, label, built }: Measured,
): Promise<Row[]> {
  const asking = { db, raw, corpus, size, questions: await readAsked() };
  const small = corpus.tenants.slice(1);
  const ofLarge = await ask(asking, () => large);
  const ofSmall = await ask(asking, n => small[n % small.length] ?? large);
  const scanned = built === null ? null : await ask(asking, () => large, 'scanned');
  const budget = size.passages === 1_000_000 ? 'p95 ≤ 20 ms' : 'p50 ≤ 3 ms';
  const timed = (what: string, { raw, ours }: Answers): Row[] =>
    (['p50', 'p95'] as const).map(at => ({
      what: `${label}: top ${top}, ${what}: ${at}`,
      unit: 'ms',
      floor: raw[at],
      ours: ours[at],
      budget,
    }));
  const rows = (who: string, answers: Answers, way: string): Row[] => [
    ...timed(`${who}, ${way}`, answers),
    { what: `${label}: recall@${top}, ${who}, ${way}`, unit: '', ours: answers.recall, budget: '≥ .95' },
    ...(['p50', 'p95'] as const).map(at => ({
      what: `${label}: whole search, words too, ${who}: ${at}`,
      unit: 'ms',
      ours: answers.whole[at],
      budget: '',
    })),
  ];
  const largest = `tenant of ${large.passages}`;
  const graph = {
    what: `${label}: graph of ${large.passages} built`,
    unit: 's',
    ours: built ?? 0,
    budget: '',
  };
  return [
    ...(built === null ? [] : [graph]),
    ...rows(largest, ofLarge, built === null ? 'scan' : 'graph'),
    ...(scanned ? timed(`${largest}, scan`, scanned) : []),
    ...rows(`tenants of ${small[0]?.passages ?? 0}`, ofSmall, 'scan'),
  ];
}

async function sizesOf(raw: pg.Client, { spaceId }: BenchTenant, { tenants }: Corpus): Promise<string> {
  const passages = tenants.reduce((sum, each) => sum + each.passages, 0);
  const { rows } = await raw.query(
    `select pg_size_pretty(pg_total_relation_size('passages')) as passages,
       pg_size_pretty(pg_total_relation_size('passage_terms')) as words,
       pg_size_pretty(pg_total_relation_size('search_words') + pg_total_relation_size('search_keys')) as vocabulary,
       pg_size_pretty(pg_table_size('passage_embeddings')) as vectors,
       pg_size_pretty(pg_table_size('passage_embeddings') / $2::int) as each,
       pg_size_pretty(pg_relation_size('passage_embeddings_pkey')) as keys,
       (select pg_size_pretty(pg_relation_size(oid)) from pg_class where relname = $1) as graph,
       pg_size_pretty(pg_database_size(current_database())) as total`,
    [graphOf(spaceId), passages],
  );
  const [size] = rows;
  return (
    `sizes: vectors ${size.vectors} (${size.each} each), their keys ${size.keys}, graph ${size.graph ?? 'none'}; ` +
    `passages ${size.passages}, index of words ${size.words}, vocabulary ${size.vocabulary}; in all ${size.total}`
  );
}
