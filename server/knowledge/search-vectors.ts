import { toSql } from 'pgvector';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Hit } from './ranking.ts';
import type { Within } from './search-queries.ts';
import { type Space, vectorColumn } from './spaces/space.ts';

/** A question in a tenant's space. */
export interface QuestionVector {
  vector: number[];
  space: Space;
}

/** Beside those asked for, vectors whose text was replaced, or is not within what the search is confined to. */
const spareMin = 20;
const wider = 8;
/** Beyond this the vectors are looked at one by one, from the documents' side. */
const probeMax = 4000;

/**
 * Passages near in meaning, nearest first. What counts is how much nearer they are than the tenant's vectors on
 * average, because every model has a cosine of its own that means "nothing in common".
 *
 * A small tenant's vectors are all looked at, a large one's through a graph that holds this space alone: other
 * tenants' vectors never take places in it. Where what the search is confined to leaves too few of the nearest,
 * it looks farther, in the end at everything: a filter costs time, not results.
 */
export async function searchVectors(
  tx: Tx,
  tenantId: TenantId,
  question: QuestionVector,
  within: Within,
): Promise<Hit[]> {
  const asked = { tenantId, spaceId: question.space.id, at: toSql(unit(question.vector)), ...within };
  const look = question.space.indexed ? byGraph : byScan;
  for (let probe = within.limit + Math.max(spareMin, within.limit / 2); probe <= probeMax; probe *= wider) {
    const { looked, farthest, usual, found } = await look(tx, question.space, { ...asked, probe });
    // Whatever comes after the last one would be no nearer than vectors are on average.
    const seen = looked < probe || farthest <= usual;
    if (found.length === within.limit || seen) return toHits(found, usual);
  }
  return nearWithin(tx, question.space, asked);
}

interface Asked extends Within {
  tenantId: TenantId;
  spaceId: string;
  at: string;
}
interface Probe extends Asked {
  probe: number;
}
interface Standing {
  versionId: string;
  ordinal: number;
  cosine: number;
}
interface Near {
  /** How many of the nearest vectors were looked at, and how near the last of them is. */
  looked: number;
  farthest: number;
  usual: number;
  found: Standing[];
}

/** Where near contents stand now, as far as the search is confined to it; in one statement, for the round trips. */
const standing = `
  found as (
    select p.version_id, p.ordinal, near.cosine
    from near
    join passages p on p.tenant_id = :tenantId and p.content_hash = near.hash
    join documents d on d.tenant_id = :tenantId and d.id = p.document_id and d.current_version_id = p.version_id
    where (cast(:documentIds as uuid[]) is null or d.id = any(cast(:documentIds as uuid[])))
      and (cast(:languages as text[]) is null or p.language = any(cast(:languages as text[])))
    order by near.cosine desc, p.version_id, p.ordinal
    limit :limit
  ), looked as (
    select count(*)::int as looked, min(cosine) as farthest from near
  )
  select looked.looked, looked.farthest, usual.cosine as usual, found.version_id as "versionId", found.ordinal,
    found.cosine
  from looked cross join usual left join found on true
  order by found.cosine desc, found.version_id, found.ordinal`;

/** Every vector of the tenant, which is exact. */
async function byScan(tx: Tx, space: Space, asked: Probe): Promise<Near> {
  const { column, type } = vectorColumn(space);
  const { rows } = await tx.raw(
    `
    with asked as materialized (
      select cast(:at as ${type}) as at
    ), scanned as materialized (
      select content_hash as hash, 1 - (${column} <=> (select at from asked)) as cosine
      from passage_embeddings where tenant_id = :tenantId and space_id = :spaceId
    ), usual as (
      select avg(cosine) as cosine from scanned where cosine <> 'NaN'
    ), near as materialized (
      select hash, cosine from scanned where cosine <> 'NaN' order by cosine desc, hash limit :probe
    ), ${standing}`,
    { ...asked },
  );
  return toNear(rows);
}

/**
 * By the space's own partial index. Its id stands in the statement because the planner proves from it that the
 * index fits; what the row policy adds removes nothing here. The scan goes on until it has found enough. It is told
 * so in the same statement, for the round trip: the index asks for its settings when the scan begins, and that needs
 * the row which sets them.
 */
async function byGraph(tx: Tx, space: Space, asked: Probe): Promise<Near> {
  const { column, type } = vectorColumn(space);
  const { rows } = await tx.raw(
    `
    with asked as materialized (
      select cast(:at as ${type}) as at, set_config('hnsw.ef_search', :breadth, true),
        set_config('hnsw.iterative_scan', 'relaxed_order', true)
    ), near as materialized (
      select content_hash as hash, 1 - ((${column}::${type}) <=> (select at from asked)) as cosine
      from passage_embeddings where tenant_id = :tenantId and space_id = ${literal(space.id)}
      order by (${column}::${type}) <=> (select at from asked) limit :probe
    ), usual as (
      select -(centroid <#> (select at::vector from asked)) as cosine from embedding_spaces
      where tenant_id = :tenantId and id = :spaceId
    ), ${standing}`,
    { ...asked, breadth: String(Math.min(1000, Math.max(breadthMin, asked.probe))) },
  );
  return toNear(rows);
}

/** Measured by `npm run bench search`: recall@10 within a tenant of 20,000 stays above .95. */
const breadthMin = 60;

function toNear(rows: ({ looked: number; farthest: number; usual: number } & Standing)[]): Near {
  const { looked = 0, farthest = 0, usual = 0 } = rows[0] ?? {};
  return { looked, farthest, usual, found: rows.filter(({ versionId }) => versionId !== null) };
}

/** The vectors of all passages that the search is confined to. */
async function nearWithin(tx: Tx, space: Space, asked: Asked): Promise<Hit[]> {
  const { column, type } = vectorColumn(space);
  const { rows } = await tx.raw(
    `
    with near as materialized (
      select p.version_id, p.ordinal, 1 - (e.${column} <=> cast(:at as ${type})) as cosine
      from documents d
      join passages p on p.tenant_id = :tenantId and p.version_id = d.current_version_id
      join passage_embeddings e
        on e.tenant_id = :tenantId and e.space_id = :spaceId and e.content_hash = p.content_hash
      where d.tenant_id = :tenantId and d.current_version_id is not null
        and (cast(:documentIds as uuid[]) is null or d.id = any(cast(:documentIds as uuid[])))
        and (cast(:languages as text[]) is null or p.language = any(cast(:languages as text[])))
    )
    select version_id as "versionId", ordinal, cosine, coalesce(
      (select -(centroid <#> cast(:at as vector)) from embedding_spaces
        where tenant_id = :tenantId and id = :spaceId),
      (select avg(cosine) from near where cosine <> 'NaN')) as usual
    from near where cosine <> 'NaN'
    order by cosine desc, version_id, ordinal
    limit :limit`,
    { ...asked },
  );
  return toHits(rows, rows[0]?.usual ?? 0);
}

function toHits(rows: Standing[], usual: number): Hit[] {
  return rows
    .filter(({ cosine }) => cosine > usual)
    .map(({ versionId, ordinal, cosine }) => ({
      versionId,
      ordinal,
      value: cosine - usual,
      support: (cosine - usual) / Math.max(1 - usual, 0.01),
    }));
}

/** Of length 1, so that an inner product with it is a cosine; no longer in writing than its precision is worth. */
function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map(number => Number((number / length).toPrecision(8)));
}

/** @throws Error for anything but the id of a row of ours */
function literal(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('This is no id of a space.');
  return `'${id}'`;
}
