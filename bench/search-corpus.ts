import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Db } from '../server/db/index.ts';
import { newId, newTenantId, type TenantId } from '../server/kernel/index.ts';
import { wordsOfPassages } from '../server/knowledge/postings.ts';
import { learnWords } from '../server/knowledge/vocabulary.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { binaryHalfVector, binaryRows, binaryUuid, binaryVector, copyIn } from './copy-in.ts';
import { type BenchText, keepTexts, readTexts, textsPerDocument } from './search-texts.ts';
import { withoutIndexes } from './without-indexes.ts';

export interface SearchSize {
  passages: number;
  dimensions: number;
  tenants: number;
  precision: 'full' | 'half';
}

export interface BenchTenant {
  id: TenantId;
  spaceId: string;
  passages: number;
  topics: Float32Array[];
}

export interface Corpus {
  tenants: BenchTenant[];
  vectors: ReturnType<typeof clusteredVectors>;
}

const passagesPerTopic = 40;

/** How many passages each tenant has: the first a fifth of all, the others the same. */
function shares(passages: number, tenants: number): number[] {
  const large = Math.floor(passages / 5);
  const rest = passages - large;
  return Array.from({ length: tenants }, (_, n) =>
    n === 0 ? large : Math.floor(rest / (tenants - 1)) + (n <= rest % (tenants - 1) ? 1 : 0),
  );
}

/**
 * Fills the database with searchable passages of many tenants, as indexing them would leave it but for the graph:
 * rows by statements over sets, vectors by COPY, indexes afterwards. `owner` is a superuser.
 */
export async function loadCorpus(
  db: Db,
  owner: string,
  { passages, dimensions, tenants: count, precision }: SearchSize,
): Promise<Corpus> {
  const vectors = clusteredVectors(passages + dimensions, dimensions);
  const tenants = shares(passages, count).map(own => ({
    id: newTenantId(),
    spaceId: newId(),
    passages: own,
    topics: Array.from({ length: Math.ceil(own / passagesPerTopic) }, () => vectors.topic()),
  }));
  const texts = await readTexts();
  const client = new pg.Client({ connectionString: owner });
  await client.connect();
  const took = stopwatch();
  try {
    // Every row is consistent as it is made; looking each reference up would take most of the time.
    await client.query('set session_replication_role = replica');
    await insertDocuments(client, tenants, { dimensions, precision, texts: texts.length });
    const { rows: kinds } = await client.query('select distinct first, passages from pile');
    await keepTexts(client, texts, kinds);
    await took('documents', insertVocabulary(db, client, tenants, texts));
    const words = await withoutIndexes(client, ['passages', 'passage_terms'], () => insertPassages(client));
    await took('passages and their words', words);
    const column = precision === 'half' ? 'half' : 'embedding';
    const copied = await withoutIndexes(client, ['passage_embeddings'], () =>
      copyIn(
        client,
        `copy passage_embeddings (tenant_id, space_id, content_hash, ${column}) from stdin (format binary)`,
        binaryRows(vectorRows(tenants, vectors, precision === 'half' ? binaryHalfVector : binaryVector)),
      ),
    );
    await took('vectors', copied);
    await client.query(
      'vacuum analyze documents, document_versions, embedding_spaces, search_words, search_keys',
    );
    return { tenants, vectors };
  } finally {
    await client.end();
  }
}

/** Says what a part of loading took; of which indexes, where that is known. */
function stopwatch() {
  let last = performance.now();
  return async (what: string, work: Promise<void> | { filledMs: number; indexedMs: number }) => {
    const parts = await work;
    const now = performance.now();
    const ofIndexes = parts ? `, of which indexes and vacuum ${seconds(parts.indexedMs)}` : '';
    console.log(`  ${what}: ${seconds(now - last)}${ofIndexes}`);
    last = now;
  };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** One document for a hundred passages. Text n of a tenant's passage is n modulo all there are. */
async function insertDocuments(
  client: pg.Client,
  tenants: BenchTenant[],
  { dimensions, precision, texts }: Pick<SearchSize, 'dimensions' | 'precision'> & { texts: number },
): Promise<void> {
  await client.query('create temporary table bench (tenant uuid, space uuid, passages int, n int)');
  await client.query('insert into bench select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[])', [
    tenants.map(({ id }) => id),
    tenants.map(({ spaceId }) => spaceId),
    tenants.map(({ passages }) => passages),
    tenants.map((_, n) => n),
  ]);
  await client.query(
    `insert into tenants (tenant_id, account_id, client_uuid, origin, subdomain, name)
     select tenant, n, 'bench', 'https://t' || n || '.bench.example', 't' || n, 'Bench ' || n from bench`,
  );
  await client.query(
    `insert into embedding_spaces (tenant_id, id, model, dimensions, precision, state)
     select tenant, space, 'bench', $1, $2, 'serving' from bench`,
    [dimensions, precision],
  );
  await client.query(
    `create temporary table pile as
     select tenant, space, document, document * ${textsPerDocument} % ${texts} as first,
       least(${textsPerDocument}, passages - document * ${textsPerDocument}) as passages,
       gen_random_uuid() as document_id, gen_random_uuid() as version_id
     from bench cross join lateral generate_series(0, (passages - 1) / ${textsPerDocument}) as document`,
  );
  await client.query('analyze pile');
  await client.query(
    `insert into documents (tenant_id, id, title, file_name, media_type, state, current_version_id, embedded_space_id, created_by)
     select tenant, document_id, 'Document ' || document, 'd.md', 'text/markdown', 'ready', version_id, space, 'system:' from pile`,
  );
}

/** Tenants with as many texts know the same words: the first of them learns them, the others get copies. */
async function insertVocabulary(
  db: Db,
  client: pg.Client,
  tenants: BenchTenant[],
  texts: BenchText[],
): Promise<void> {
  const heldBy = ({ passages }: BenchTenant) => Math.min(passages, texts.length);
  for (const held of new Set(tenants.map(heldBy))) {
    const [first, ...others] = tenants.filter(tenant => heldBy(tenant) === held);
    if (!first) continue;
    const words = wordsOfPassages(texts.slice(0, held));
    await db.withTenant(first.id, tx => learnWords(tx, first.id, words));
    const ids = others.map(({ id }) => id);
    await client.query(
      `insert into search_words (tenant_id, word, language)
       select other, word, language from search_words cross join unnest($2::uuid[]) as other where tenant_id = $1`,
      [first.id, ids],
    );
    await client.query(
      `insert into search_keys (tenant_id, key, words)
       select other, key, words from search_keys cross join unnest($2::uuid[]) as other where tenant_id = $1`,
      [first.id, ids],
    );
  }
}

/** A passage's number ends its text, so that no two are the same; it is no word of the index. */
async function insertPassages(client: pg.Client): Promise<void> {
  await client.query(
    `insert into passages (tenant_id, id, document_id, version_id, ordinal, start_offset, end_offset, body, heading, content_hash, language, word_count)
     select tenant, gen_random_uuid(), document_id, version_id, ordinal, ends - length(body), ends, body, '',
       encode(sha256(n::text::bytea), 'hex'), 'en', words
     from (
       select *, sum(length(body) + 1) over (partition by version_id order by ordinal) - 1 as ends
       from (
         select pile.*, ordinal, stretch.words, at.n, stretch.body || ' (' || at.n || ')' as body
         from pile cross join lateral generate_series(0, passages - 1) as ordinal
         cross join lateral (select document * ${textsPerDocument} + ordinal as n) as at
         join stretch on stretch.n = pile.first + ordinal
       ) as numbered
     ) as placed`,
  );
  await client.query(
    `insert into document_versions (tenant_id, id, document_id, number, file_key, file_hash, size_bytes, media_type, text, passage_count, language, languages, index_version)
     select tenant, version_id, document_id, 1, 'none', 'none', 0, 'text/markdown', held.text, passages, 'en', '{en}', 2
     from pile join (
       select version_id, string_agg(body, E'\\n' order by ordinal) as text from passages group by version_id
     ) as held using (version_id)`,
  );
  await client.query(
    `insert into passage_terms (tenant_id, version_id, term, ordinals, weights)
     select tenant, version_id, term, ordinals, weights
     from pile join posting on posting.first = pile.first and posting.passages = pile.passages`,
  );
}

function* vectorRows(
  tenants: BenchTenant[],
  vectors: Corpus['vectors'],
  encode: (vector: Float32Array) => Buffer,
): Generator<Buffer[]> {
  const hashes: Buffer[] = [];
  const hashOf = (n: number) => {
    hashes[n] ??= Buffer.from(createHash('sha256').update(String(n)).digest('hex'));
    return hashes[n];
  };
  for (const { id, spaceId, passages, topics } of tenants) {
    const [tenant, space] = [binaryUuid(id), binaryUuid(spaceId)];
    for (let n = 0; n < passages; ) {
      const topic = topics[n / passagesPerTopic];
      if (!topic) throw new Error('A passage has no topic.');
      const next = vectors.around(topic, 0.6);
      for (const end = Math.min(passages, n + passagesPerTopic); n < end; n += 1)
        yield [tenant, space, hashOf(n), encode(next())];
    }
  }
}
