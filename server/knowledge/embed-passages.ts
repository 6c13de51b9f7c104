import { toSql } from 'pgvector';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Embedder } from '../llm/index.ts';
import { createMask, readMaskingTerms } from '../masking/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { type Space, vectorColumn } from './spaces/space.ts';

const textsPerCall = 64;
/** Read at a time: what a version lacks may be more than memory should hold. */
const textsPerRead = 8 * textsPerCall;

export interface EmbedMissing {
  space: Space;
  versionIds: string[];
  signal: AbortSignal;
  /** In the transaction that stores a batch, before it is stored. */
  onBatch?(tx: Tx, done: number, total: number): Promise<void>;
}

/**
 * Makes the vectors that passages of these versions lack. Vectors belong to contents, so what an earlier
 * version or another document says in the same words is not embedded again.
 */
export async function embedMissing(
  { db, meter, reach }: Pick<KnowledgeDeps, 'db' | 'meter' | 'reach'>,
  embedder: Embedder,
  tenantId: TenantId,
  { space, versionIds, signal, onBatch }: EmbedMissing,
): Promise<void> {
  // The dictionary's words are hidden from every model; a vector made before a word was added stays.
  const { maskOwnText } = createMask(await db.withTenant(tenantId, tx => readMaskingTerms(tx, tenantId)));
  let done = 0;
  for (;;) {
    const { missing, total } = await db.withTenant(tenantId, tx =>
      selectMissing(tx, tenantId, space.id, versionIds),
    );
    if (missing.length === 0) return;
    const all = done + total;
    for (let at = 0; at < missing.length; at += textsPerCall) {
      signal.throwIfAborted();
      const batch = missing.slice(at, at + textsPerCall);
      const texts = batch.map(({ heading, body }) =>
        maskOwnText(heading === '' ? body : `${heading}\n\n${body}`),
      );
      const vectors = await meter(tenantId, { purpose: 'embed-passages', model: embedder.model, texts }, () =>
        embedder.embed(texts, signal),
      );
      await reach?.('ingest.batch-answered');
      done += batch.length;
      await db.withTenant(tenantId, async tx => {
        await onBatch?.(tx, done, all);
        await insertVectors(tx, tenantId, space, batch, vectors);
      });
      await reach?.('ingest.batch-stored');
    }
  }
}

async function insertVectors(
  tx: Tx,
  tenantId: TenantId,
  space: Space,
  batch: { contentHash: string }[],
  vectors: number[][],
): Promise<void> {
  const { column } = vectorColumn(space);
  const rows = batch.map(({ contentHash }, index) => ({
    tenant_id: tenantId,
    space_id: space.id,
    content_hash: contentHash,
    [column]: toSql(vectors[index] ?? []),
  }));
  await tx('passage_embeddings').insert(rows).onConflict().ignore();
}

interface Missing {
  contentHash: string;
  heading: string;
  body: string;
}

/** In one order everywhere, so that two that store the same contents wait for each other and no more. */
async function selectMissing(
  tx: Tx,
  tenantId: TenantId,
  spaceId: string,
  versionIds: string[],
): Promise<{ missing: Missing[]; total: number }> {
  const { rows } = await tx.raw(
    `
    with missing as (
      select distinct on (p.content_hash) p.content_hash, p.id
      from passages p
      where p.tenant_id = :tenantId and p.version_id = any(cast(:versionIds as uuid[])) and not exists (
        select from passage_embeddings e
        where e.tenant_id = :tenantId and e.space_id = :spaceId and e.content_hash = p.content_hash)
      order by p.content_hash
    ), first as (
      select missing.*, count(*) over () as total from missing order by content_hash limit :textsPerRead
    )
    select first.content_hash as "contentHash", p.heading, p.body, first.total
    from first join passages p on p.tenant_id = :tenantId and p.id = first.id
    order by first.content_hash`,
    { tenantId, spaceId, versionIds, textsPerRead },
  );
  return { missing: rows, total: Number(rows[0]?.total ?? 0) };
}

/** Searchable documents without vectors in a space, with the version that is searched. */
export async function selectLacking(
  tx: Tx,
  tenantId: TenantId,
  spaceId: string,
  limit: number,
): Promise<{ id: string; versionId: string }[]> {
  return tx('documents')
    .where({ tenant_id: tenantId })
    .whereNotNull('current_version_id')
    .andWhereRaw('embedded_space_id is distinct from ?', [spaceId])
    .orderBy('id')
    .limit(limit)
    .select('id', 'current_version_id as versionId');
}
