import { recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { isAbort, type TenantId } from '../../kernel/index.ts';
import { withLease } from '../../tenants/index.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { embedMissing, selectLacking } from '../embed-passages.ts';
import { embedderOf } from './embedder-of.ts';
import { configuredKind, failedLately, markFailed, openSpaces, type Space, servingSpace } from './space.ts';

const documentsPerRead = 50;
/** Then another tenant has its turn. */
const sliceMsDefault = 30_000;

/** Somebody cancelled the filling, or it is done. */
class SpaceClosed extends Error {}

/**
 * Fills in what the tenant's spaces lack: in the serving one the vectors of documents that are searchable
 * without, because a model was set later or failed; in the one being built those of every passage, and then
 * it serves. The old space answers until that moment. One process at a time, a slice at a time; a kill loses
 * the batch in flight.
 *
 * @returns whether something is left to do
 * @throws the model's errors, so that the queue tries again
 */
export async function embedTenant(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  signal: AbortSignal,
  sliceMs = sliceMsDefault,
): Promise<'done' | 'more'> {
  const { embedder } = deps;
  if (embedder === null) return 'done';
  const lease = { name: 'embed-passages', ttlMs: 30_000, waitMs: 0, renew: true };
  const outcome = await withLease(deps.db, tenantId, lease, async lost => {
    const until = Date.now() + sliceMs;
    const both = AbortSignal.any([signal, lost]);
    const { serving, building } = await deps.db.withTenant(tenantId, async tx => ({
      serving: await servingSpace(tx, tenantId, configuredKind(embedder, deps.precision)),
      building: (await openSpaces(tx, tenantId)).building,
    }));
    for (const [space, fill] of [[serving, fillServing] as const, [building, fillBuilding] as const]) {
      if (space === null || failedLately(space)) continue;
      const work = { space, until, signal: both };
      if ((await guarded(deps, tenantId, work, fill)) === 'more') return 'more' as const;
    }
    return 'done' as const;
  });
  return outcome?.value ?? 'done';
}

interface Fill {
  space: Space;
  until: number;
  signal: AbortSignal;
}
type Filling = (deps: KnowledgeDeps, tenantId: TenantId, fill: Fill) => Promise<'done' | 'more'>;

async function guarded(deps: KnowledgeDeps, tenantId: TenantId, fill: Fill, filling: Filling) {
  try {
    return await filling(deps, tenantId, fill);
  } catch (thrown) {
    if (thrown instanceof SpaceClosed) return 'done';
    if (fill.signal.aborted || isAbort(thrown)) throw thrown;
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'embedding-failed';
    await deps.db.withTenant(tenantId, tx => markFailed(tx, tenantId, fill.space.id, code));
    throw thrown;
  }
}

const fillServing: Filling = async (deps, tenantId, { space, until, signal }) => {
  const embedder = embedderOf(deps, space);
  if (embedder === null) return 'done';
  for (;;) {
    const lacking = await deps.db.withTenant(tenantId, tx =>
      selectLacking(tx, tenantId, space.id, documentsPerRead),
    );
    if (lacking.length === 0) return 'done';
    for (const { id, versionId } of lacking) {
      if (Date.now() > until) return 'more';
      const onBatch = (tx: Tx) => holdSpace(tx, tenantId, space);
      await embedMissing(deps, embedder, tenantId, { space, versionIds: [versionId], signal, onBatch });
      await deps.db.withTenant(tenantId, tx =>
        tx('documents')
          .where({ tenant_id: tenantId, id })
          // Nothing of a version that was replaced meanwhile is said of the new one.
          .update({
            embedded_space_id: tx.raw('case when current_version_id = ? then cast(? as uuid) end', [
              versionId,
              space.id,
            ]),
          }),
      );
    }
  }
};

/** Goes through all documents, again until none came meanwhile; what has its vectors is passed over quickly. */
const fillBuilding: Filling = async (deps, tenantId, { space, until, signal }) => {
  const { db, reach } = deps;
  const embedder = embedderOf(deps, space);
  if (embedder === null) return 'done';
  while (!(await switchSpace(deps, tenantId, space))) {
    let gone = 0;
    for (let after: string | null = null; ; ) {
      const documents = await db.withTenant(tenantId, tx => selectSearchable(tx, tenantId, after));
      const last = documents.at(-1);
      if (last === undefined) break;
      const versionIds = documents.map(({ versionId }) => versionId);
      const before = gone;
      const here = documents.reduce((sum, { passages }) => sum + passages, 0);
      await embedMissing(deps, embedder, tenantId, {
        space,
        versionIds,
        signal,
        async onBatch(tx, done, total) {
          await holdSpace(tx, tenantId, space, before + Math.floor((here * done) / total));
        },
      });
      gone += here;
      await db.withTenant(tenantId, tx => holdSpace(tx, tenantId, space, gone));
      await reach?.('spaces.documents-filled');
      after = last.id;
      if (Date.now() > until) return 'more';
    }
  }
  return 'done';
};

/**
 * What is written after it in the same transaction belongs to a space that is still wanted.
 *
 * @throws SpaceClosed
 */
async function holdSpace(tx: Tx, tenantId: TenantId, { id, state }: Space, done?: number): Promise<void> {
  const held = await tx('embedding_spaces')
    .where({ tenant_id: tenantId, id, state })
    .update({
      failed_at: null,
      failure_code: null,
      ...(done === undefined ? {} : { passages_done: tx.raw('least(passages_total, ?::int)', [done]) }),
    });
  if (held === 0) throw new SpaceClosed();
}

async function selectSearchable(
  tx: Tx,
  tenantId: TenantId,
  after: string | null,
): Promise<{ id: string; versionId: string; passages: number }[]> {
  const { rows } = await tx.raw(
    `
    select d.id, v.id as "versionId", v.passage_count as passages
    from documents d join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
    where d.tenant_id = :tenantId and d.current_version_id is not null
      and (cast(:after as uuid) is null or d.id > cast(:after as uuid))
    order by d.id limit :documentsPerRead`,
    { tenantId, after, documentsPerRead },
  );
  return rows;
}

/**
 * The one moment at which searches change from the old space to the new, unless a passage lacks its vector.
 *
 * @returns whether it came
 * @throws SpaceClosed
 */
async function switchSpace({ db, reach }: KnowledgeDeps, tenantId: TenantId, space: Space): Promise<boolean> {
  await reach?.('spaces.before-switch');
  const switched = await db.withTenant(tenantId, async tx => {
    // Not "for update": batches that refer to a space lock its key, after the document they belong to.
    const { rows } = await tx.raw(
      `
      select id, state from embedding_spaces
      where tenant_id = :tenantId and state <> 'retired' order by id for no key update`,
      { tenantId },
    );
    const open = rows as { id: string; state: string }[];
    if (!open.some(({ id, state }) => id === space.id && state === 'building')) throw new SpaceClosed();
    if (await lacksVectors(tx, tenantId, space.id)) return false;
    const spaces = () => tx('embedding_spaces').where({ tenant_id: tenantId });
    await spaces().where({ state: 'serving' }).update({ state: 'retired', retired_at: tx.fn.now() });
    await spaces()
      .where({ id: space.id })
      .update({ state: 'serving', retired_at: null, failed_at: null, failure_code: null });
    await tx('documents')
      .where({ tenant_id: tenantId })
      .whereNotNull('current_version_id')
      .update({ embedded_space_id: space.id });
    await recordAudit(tx, tenantId, {
      event: 'knowledge.embedding-space-switched',
      actor: { kind: 'system', id: null },
      target: space.id,
      details: { model: space.model, dimensions: space.dimensions, precision: space.precision },
    });
    return true;
  });
  if (switched) await reach?.('spaces.switched');
  return switched;
}

async function lacksVectors(tx: Tx, tenantId: TenantId, spaceId: string): Promise<boolean> {
  const { rows } = await tx.raw(
    `
    select exists (
      select from documents d
      join passages p on p.tenant_id = :tenantId and p.version_id = d.current_version_id
      where d.tenant_id = :tenantId and d.current_version_id is not null and not exists (
        select from passage_embeddings e
        where e.tenant_id = :tenantId and e.space_id = :spaceId and e.content_hash = p.content_hash)) as lacks`,
    { tenantId, spaceId },
  );
  return rows[0].lacks;
}
