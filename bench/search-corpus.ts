import { createHash } from 'node:crypto';
import pg from 'pg';
import { newId, newTenantId, type TenantId } from '../server/kernel/index.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { binaryHalfVector, binaryRows, binaryUuid, binaryVector, copyIn } from './copy-in.ts';

export interface BenchTenant {
  id: TenantId;
  spaceId: string;
  passages: number;
  topics: Float32Array[];
}

export interface Corpus {
  tenants: BenchTenant[];
  vectors: ReturnType<typeof clusteredVectors>;
  /** Loading them, without the graph. */
  loadMs: number;
}

const passagesPerTopic = 40;
const passagesPerDocument = 100;

/** How many passages each tenant has: the first a fifth of all, the others the same. */
function shares(passages: number, tenants: number): number[] {
  const large = Math.floor(passages / 5);
  const rest = passages - large;
  return Array.from({ length: tenants }, (_, n) =>
    n === 0 ? large : Math.floor(rest / (tenants - 1)) + (n <= rest % (tenants - 1) ? 1 : 0),
  );
}

/** Fills the database with searchable passages of many tenants, their vectors by COPY. `owner` is a superuser. */
export async function loadCorpus(
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
  const client = new pg.Client({ connectionString: owner });
  await client.connect();
  try {
    // Every row is consistent as it is made; looking each reference up would take most of the time.
    await client.query('set session_replication_role = replica');
    await insertRows(client, tenants, { dimensions, precision });
    const started = performance.now();
    await copyIn(
      client,
      `copy passage_embeddings (tenant_id, space_id, content_hash, ${precision === 'half' ? 'half' : 'embedding'})
       from stdin (format binary)`,
      binaryRows(vectorRows(tenants, vectors, precision === 'half' ? binaryHalfVector : binaryVector)),
    );
    const loadMs = performance.now() - started;
    await client.query('vacuum analyze passage_embeddings');
    await client.query('vacuum analyze passages');
    await client.query('vacuum analyze documents');
    await client.query('vacuum analyze document_versions');
    return { tenants, vectors, loadMs };
  } finally {
    await client.end();
  }
}

export interface SearchSize {
  passages: number;
  dimensions: number;
  tenants: number;
  precision: 'full' | 'half';
}

/** One document for a hundred passages; the words play no part. */
async function insertRows(
  client: pg.Client,
  tenants: BenchTenant[],
  { dimensions, precision }: Pick<SearchSize, 'dimensions' | 'precision'>,
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
     select tenant, space, document, least($1, passages - document * $1) as passages,
       gen_random_uuid() as document_id, gen_random_uuid() as version_id
     from bench cross join lateral generate_series(0, (passages - 1) / $1) as document`.replaceAll(
      '$1',
      String(passagesPerDocument),
    ),
  );
  await client.query(
    `insert into documents (tenant_id, id, title, file_name, media_type, state, current_version_id, embedded_space_id, created_by)
     select tenant, document_id, 'Document ' || document, 'd.md', 'text/markdown', 'ready', version_id, space, 'system:' from pile`,
  );
  await client.query(
    `insert into document_versions (tenant_id, id, document_id, number, file_key, file_hash, size_bytes, media_type, passage_count, index_version)
     select tenant, version_id, document_id, 1, 'none', 'none', 0, 'text/markdown', passages, 1 from pile`,
  );
  await client.query(
    `insert into passages (tenant_id, id, document_id, version_id, ordinal, start_offset, end_offset, body, heading, content_hash, language, word_count)
     select tenant, gen_random_uuid(), document_id, version_id, ordinal, 0, 1, 'Passage ' || ordinal, '',
       encode(sha256((document * ${passagesPerDocument} + ordinal)::text::bytea), 'hex'), 'en', 2
     from pile cross join lateral generate_series(0, passages - 1) as ordinal`,
  );
}

function* vectorRows(
  tenants: BenchTenant[],
  vectors: Corpus['vectors'],
  encode: (vector: Float32Array) => Buffer,
): Generator<Buffer[]> {
  for (const { id, spaceId, passages, topics } of tenants) {
    const [tenant, space] = [binaryUuid(id), binaryUuid(spaceId)];
    for (let n = 0; n < passages; n += 1) {
      const topic = topics[n % topics.length];
      if (!topic) continue;
      const hash = Buffer.from(createHash('sha256').update(String(n)).digest('hex'));
      yield [tenant, space, hash, encode(vectors.near(topic, 0.6))];
    }
  }
}
