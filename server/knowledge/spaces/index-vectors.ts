import type { Db, Tx } from '../../db/index.ts';
import type { Queue, Sweep } from '../../jobs/index.ts';
import type { Logger, TenantId } from '../../kernel/index.ts';
import { withLease } from '../../tenants/index.ts';
import { indexVectorsJob } from '../job-names.ts';
import { dropOrphanedGraphs, graphOf } from './drop-orphans.ts';
import { type SpaceKind, vectorColumn } from './space.ts';

/**
 * From how many vectors on a space has a graph of its own. Up to here looking at all of them, which is exact, is
 * about as quick (`npm run bench search`: 5,000 of 384 dimensions).
 */
const vectorsMin = 5000;

export interface IndexDeps {
  db: Db;
  log: Logger;
}

interface Due extends SpaceKind {
  id: string;
  state: string;
  indexed: boolean;
  vectors: number;
}

/**
 * Gives large spaces a graph, measures their middle anew once a day, and drops the graphs of retired ones.
 *
 * A partial index of one space: other tenants' vectors are not in it, so that they cost neither time nor recall.
 * Built concurrently, while everybody reads and writes; the vectors are scanned until it is whole. Only the owner
 * of the schema may build it, so a process without the owner's address leaves this to one that has it, or to
 * `npm run migrate -- --vectors`.
 *
 * @returns how many spaces were looked after
 */
export async function indexVectors(
  { db, log }: IndexDeps,
  tenantId: TenantId,
  from = vectorsMin,
): Promise<number> {
  const { asOwner } = db;
  if (asOwner === null) return 0;
  const lease = { name: 'index-vectors', ttlMs: 60_000, waitMs: 0, renew: true };
  const outcome = await withLease(db, tenantId, lease, async () => {
    const due = await db.withTenant(tenantId, tx => selectDue(tx, tenantId, from));
    for (const space of due) {
      const index = graphOf(space.id);
      if (space.state === 'retired') {
        await db.withTenant(tenantId, tx => markScanned(tx, tenantId, space.id));
        await asOwner([`drop index concurrently if exists ${index}`]);
        continue;
      }
      if (!space.indexed) await asOwner(building(space, index));
      await db.withTenant(tenantId, tx => markIndexed(tx, tenantId, space));
      log.info({ tenantId, spaceId: space.id, vectors: space.vectors }, 'the vectors of a space are indexed');
    }
    return due.length;
  });
  return outcome?.value ?? 0;
}

function building({ id, precision, dimensions, vectors }: Due, index: string): string[] {
  const { column, type } = vectorColumn({ precision, dimensions });
  const operators = precision === 'half' ? 'halfvec_cosine_ops' : 'vector_cosine_ops';
  // The graph is built in memory; where it does not fit, building takes several times as long.
  const bytes = vectors * (dimensions * (precision === 'half' ? 2 : 4) + 400);
  const megabytes = Math.min(2000, Math.max(64, Math.ceil(bytes / 1024 / 1024)));
  return [
    `set maintenance_work_mem = '${megabytes}MB'`,
    // Helpers share memory through /dev/shm, of which a container has 64 MB.
    'set max_parallel_maintenance_workers = 0',
    // One that a crash left half built is there, but not valid.
    `drop index concurrently if exists ${index}`,
    `create index concurrently ${index} on passage_embeddings
      using hnsw ((${column}::${type}) ${operators}) where space_id = '${id}'`,
    // So that the planner knows at once how large the space is.
    'analyze passage_embeddings (tenant_id, space_id)',
  ];
}

async function selectDue(tx: Tx, tenantId: TenantId, from: number): Promise<Due[]> {
  const { rows } = await tx.raw(
    `
    select s.id, s.model, s.dimensions, s.precision, s.state, s.indexed_at is not null as indexed, held.vectors
    from embedding_spaces s
    cross join lateral (
      select count(*) as vectors from passage_embeddings e
      where e.tenant_id = :tenantId and e.space_id = s.id
    ) held
    where s.tenant_id = :tenantId and (
      (s.state = 'retired' and s.indexed_at is not null)
      or (s.state <> 'retired' and s.dimensions <= (case s.precision when 'half' then 4000 else 2000 end)
        and held.vectors >= cast(:from as int)
        and (s.indexed_at is null or s.indexed_at < now() - interval '1 day')))`,
    { tenantId, from },
  );
  return rows;
}

/** From now on searches go through the graph, and compare with the middle of all vectors. */
async function markIndexed(tx: Tx, tenantId: TenantId, { id, precision }: Due): Promise<void> {
  const vector = precision === 'half' ? 'half::vector' : 'embedding';
  await tx.raw(
    `
    update embedding_spaces set indexed_at = now(), centroid = (
      select avg(l2_normalize(${vector})) from passage_embeddings
      where tenant_id = :tenantId and space_id = :id)
    where tenant_id = :tenantId and id = :id and state <> 'retired'`,
    { tenantId, id },
  );
}

async function markScanned(tx: Tx, tenantId: TenantId, id: string): Promise<void> {
  await tx('embedding_spaces').where({ tenant_id: tenantId, id }).update({ indexed_at: null });
}

export interface IndexSweepDeps extends IndexDeps {
  queue: Queue;
  listTenants(): Promise<TenantId[]>;
  /** How often this process looks; ten minutes unless told. */
  everyMs?: number;
}

/** Finds spaces that grew large, were retired, or are gone. Building is a job's: it takes minutes. */
export function vectorIndexSweep({ db, log, queue, listTenants, everyMs = 600_000 }: IndexSweepDeps): Sweep {
  let nextAt = 0;
  return {
    name: 'knowledge.vector-indexes',
    async run(signal) {
      if (db.asOwner === null || Date.now() < nextAt) return;
      nextAt = Date.now() + everyMs;
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        const due = await db.withTenant(tenantId, tx => selectDue(tx, tenantId, vectorsMin));
        if (due.length > 0) await queue.add(indexVectorsJob(tenantId));
      }
      await dropOrphanedGraphs({ db, log }, listTenants);
    },
  };
}
