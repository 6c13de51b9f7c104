import { toSql } from 'pgvector';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { Embedder } from '../llm/index.ts';
import type { KnowledgeDeps } from './deps.ts';

const textsPerCall = 64;

/** The id of the tenant's space for this model's vectors; made at the first use. */
export async function findSpace(
  tx: Tx,
  tenantId: TenantId,
  { model, dimensions }: Embedder,
): Promise<string> {
  const space = { tenant_id: tenantId, model, dimensions };
  const known = await tx('embedding_spaces').where(space).first('id');
  if (known) return known.id;
  await tx('embedding_spaces')
    .insert({ ...space, id: newId() })
    .onConflict(['tenant_id', 'model', 'dimensions'])
    .ignore();
  return (await tx('embedding_spaces').where(space).first('id')).id;
}

export interface EmbedMissing {
  spaceId: string;
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
  { db, meter }: Pick<KnowledgeDeps, 'db' | 'meter'>,
  embedder: Embedder,
  tenantId: TenantId,
  { spaceId, versionIds, signal, onBatch }: EmbedMissing,
): Promise<void> {
  const missing = await db.withTenant(tenantId, tx => selectMissing(tx, tenantId, spaceId, versionIds));
  for (let at = 0; at < missing.length; at += textsPerCall) {
    signal.throwIfAborted();
    const batch = missing.slice(at, at + textsPerCall);
    const texts = batch.map(({ heading, body }) => (heading === '' ? body : `${heading}\n\n${body}`));
    const vectors = await meter(tenantId, 'embed-passages', texts, () => embedder.embed(texts, signal));
    await db.withTenant(tenantId, async tx => {
      await onBatch?.(tx, at + batch.length, missing.length);
      const rows = batch.map(({ contentHash }, index) => ({
        tenant_id: tenantId,
        space_id: spaceId,
        content_hash: contentHash,
        embedding: toSql(vectors[index] ?? []),
      }));
      await tx('passage_embeddings').insert(rows).onConflict().ignore();
    });
  }
}

async function selectMissing(
  tx: Tx,
  tenantId: TenantId,
  spaceId: string,
  versionIds: string[],
): Promise<{ contentHash: string; heading: string; body: string }[]> {
  const { rows } = await tx.raw(
    `
    select distinct on (p.content_hash) p.content_hash as "contentHash", p.heading, p.body
    from passages p
    where p.tenant_id = :tenantId and p.version_id = any(cast(:versionIds as uuid[])) and not exists (
      select from passage_embeddings e
      where e.tenant_id = :tenantId and e.space_id = :spaceId and e.content_hash = p.content_hash)
    order by p.content_hash`,
    { tenantId, spaceId, versionIds },
  );
  return rows;
}

/**
 * Fills in vectors of documents that are searchable without: a model was set later, changed, or failed.
 *
 * @throws the model's errors, so that the queue tries again
 */
export async function embedTenant(
  { db, embedder, meter }: KnowledgeDeps,
  tenantId: TenantId,
  signal: AbortSignal,
): Promise<void> {
  if (embedder === null) return;
  const spaceId = await db.withTenant(tenantId, tx => findSpace(tx, tenantId, embedder));
  const lacking = await db.withTenant(tenantId, tx => selectLacking(tx, tenantId, spaceId));
  for (const { id, versionId } of lacking) {
    try {
      await embedMissing({ db, meter }, embedder, tenantId, { spaceId, versionIds: [versionId], signal });
    } catch (thrown) {
      await db.withTenant(tenantId, tx => markFailed(tx, tenantId, spaceId));
      throw thrown;
    }
    await db.withTenant(tenantId, tx =>
      tx('documents')
        .where({ tenant_id: tenantId, id, current_version_id: versionId })
        .update({ embedded_space_id: spaceId }),
    );
  }
}

/** Says that a space could not be filled, so that the sweep leaves it alone for a while. */
async function markFailed(tx: Tx, tenantId: TenantId, spaceId: string): Promise<void> {
  await tx('embedding_spaces').where({ tenant_id: tenantId, id: spaceId }).update({ failed_at: tx.fn.now() });
}

/** Did filling this space fail within the last hour? The queue has tried by then; more tries cost money. */
export async function failedLately(tx: Tx, tenantId: TenantId, spaceId: string): Promise<boolean> {
  const row = await tx('embedding_spaces')
    .where({ tenant_id: tenantId, id: spaceId })
    .whereRaw(`failed_at > now() - interval '1 hour'`)
    .first('id');
  return row !== undefined;
}

/** Searchable documents without vectors in a space, with the version that is searched. */
export async function selectLacking(
  tx: Tx,
  tenantId: TenantId,
  spaceId: string,
): Promise<{ id: string; versionId: string }[]> {
  return tx('documents')
    .where({ tenant_id: tenantId })
    .whereNotNull('current_version_id')
    .andWhereRaw('embedded_space_id is distinct from ?', [spaceId])
    .orderBy('id')
    .select('id', 'current_version_id as versionId');
}
