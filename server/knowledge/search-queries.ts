import { toSql } from 'pgvector';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Hit } from './ranking.ts';

/** What a search is confined to. */
export interface Within {
  documentIds: string[] | null;
  limit: number;
}

/**
 * Passages near in meaning, nearest first, by an exact scan of the tenant's vectors. What counts is how much
 * nearer they are than the tenant's passages on average, because every model has a cosine of its own that
 * means "nothing in common".
 */
export async function searchVectors(
  tx: Tx,
  tenantId: TenantId,
  question: { vector: number[]; model: string },
  { documentIds, limit }: Within,
): Promise<Hit[]> {
  const { rows } = await tx.raw(
    `
    with near as (
      select p.version_id, p.ordinal, 1 - (e.embedding <=> cast(:at as vector)) as cosine
      from documents d
      join passages p on p.tenant_id = :tenantId and p.version_id = d.current_version_id
      join embedding_spaces s on s.tenant_id = :tenantId and s.model = :model and s.dimensions = :dimensions
      join passage_embeddings e
        on e.tenant_id = :tenantId and e.space_id = s.id and e.content_hash = p.content_hash
      where d.tenant_id = :tenantId and d.current_version_id is not null
        and (cast(:documentIds as uuid[]) is null or d.id = any(cast(:documentIds as uuid[])))
    ), usual as (
      select avg(cosine) as cosine from near where cosine <> 'NaN'
    )
    select near.version_id as "versionId", near.ordinal, near.cosine - usual.cosine as value,
      (near.cosine - usual.cosine) / greatest(1 - usual.cosine, 0.01) as support
    from near cross join usual
    where near.cosine <> 'NaN' and near.cosine > usual.cosine
    order by near.cosine desc, near.version_id, near.ordinal
    limit :limit`,
    {
      tenantId,
      documentIds,
      limit,
      at: toSql(question.vector),
      model: question.model,
      dimensions: question.vector.length,
    },
  );
  return rows;
}

export interface PassageRow {
  id: string;
  documentId: string;
  versionId: string;
  title: string;
  ordinal: number;
  start: number;
  end: number;
  body: string;
  heading: string;
  language: string;
}

/** Passages by their places, in no order; those of a version replaced meanwhile are left out. */
export async function selectPassages(
  tx: Tx,
  tenantId: TenantId,
  places: { versionId: string; ordinal: number }[],
): Promise<PassageRow[]> {
  const { rows } = await tx.raw(
    `
    select p.id, p.document_id as "documentId", p.version_id as "versionId", d.title, p.ordinal,
      p.start_offset as start, p.end_offset as end, p.body, p.heading, p.language
    from unnest(cast(:versionIds as uuid[]), cast(:ordinals as int[])) as place(version_id, ordinal)
    join passages p on p.tenant_id = :tenantId and p.version_id = place.version_id and p.ordinal = place.ordinal
    join documents d on d.tenant_id = :tenantId and d.id = p.document_id
      and d.current_version_id = p.version_id`,
    {
      tenantId,
      versionIds: places.map(({ versionId }) => versionId),
      ordinals: places.map(({ ordinal }) => ordinal),
    },
  );
  return rows;
}
