import { recordAudit } from '../../audit/index.ts';
import { AppError, NotFound, type TenantId } from '../../kernel/index.ts';
import type { Actor } from '../add-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { NotInThatState } from '../errors.ts';
import { embedPassagesJob } from '../job-names.ts';
import { embedderOf } from './embedder-of.ts';
import { type Estimate, estimateSpace } from './estimate.ts';
import { configuredKind, keepSpace, openSpaces, type SpaceKind } from './space.ts';

/** Nothing that is configured makes vectors of this model. */
export class NoEmbeddingModel extends AppError {
  readonly code = 'no-embedding-model';
  readonly status = 409;

  constructor() {
    super('No embedding model is configured: set OPENAI_EMBEDDING_MODEL, with a key, and start again.');
  }
}

/** It would cost more than whoever confirmed it had seen. */
export class EmbeddingCostChanged extends AppError {
  readonly code = 'embedding-cost-changed';
  readonly status = 409;
  override readonly extensions: Record<string, unknown>;

  constructor(estimate: Estimate) {
    super(
      'Filling this space now costs more than was confirmed. Look at the new estimate and confirm again.',
    );
    this.extensions = { estimate };
  }
}

export interface RequestedSpace extends SpaceKind {
  /** What the person who confirms it has seen. */
  costMicrosMax: number;
}

/**
 * Begins to fill a space in the background, which then serves. One at a time; asking twice for the same is fine.
 *
 * @throws NoEmbeddingModel, EmbeddingCostChanged, NotInThatState
 */
export async function requestSpace(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  { costMicrosMax, ...kind }: RequestedSpace,
  actor: Actor,
): Promise<void> {
  const { embedder } = deps;
  if (embedder === null || embedderOf(deps, kind) === null) throw new NoEmbeddingModel();
  const configured = configuredKind(embedder, deps.precision);
  await deps.db.withTenant(tenantId, async tx => {
    const id = await keepSpace(tx, tenantId, kind);
    const { building, serving } = await openSpaces(tx, tenantId);
    if (building?.id === id || (serving?.id === id && building === null)) return;
    if (building !== null) throw new NotInThatState('embedding space', 'being built', 'replaced by another');
    const estimate = await estimateSpace(tx, tenantId, kind, deps.prices);
    if (estimate.costMicros > costMicrosMax) throw new EmbeddingCostChanged(estimate);
    await tx('embedding_spaces')
      .where({ tenant_id: tenantId, id })
      .update({
        state: 'building',
        chosen: !sameKind(kind, configured),
        passages_done: 0,
        passages_total: estimate.passages,
        failed_at: null,
        failure_code: null,
        requested_by: `${actor.kind}:${actor.id ?? ''}`,
      });
    const { passages, tokens, costMicros } = estimate;
    const details = { ...kind, passages, tokens, costMicros };
    await recordAudit(tx, tenantId, {
      event: 'knowledge.embedding-space-requested',
      actor,
      target: id,
      details,
    });
  });
  await deps.queue.add(embedPassagesJob(tenantId)).catch(() => {
    // The row is stored; the sweep adds the job.
  });
}

/**
 * Stops the filling. What was made is kept for a while, so that beginning again costs less; the old space serves.
 *
 * @throws NotFound, NotInThatState
 */
export async function cancelSpace(
  { db }: Pick<KnowledgeDeps, 'db'>,
  tenantId: TenantId,
  spaceId: string,
  actor: Actor,
): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    const space = await tx('embedding_spaces')
      .where({ tenant_id: tenantId, id: spaceId })
      .forNoKeyUpdate()
      .first('state');
    if (!space) throw new NotFound('embedding space');
    if (space.state !== 'building') throw new NotInThatState('embedding space', space.state, 'cancelled');
    await tx('embedding_spaces')
      .where({ tenant_id: tenantId, id: spaceId })
      .update({ state: 'retired', retired_at: tx.fn.now() });
    await recordAudit(tx, tenantId, {
      event: 'knowledge.embedding-space-cancelled',
      actor,
      target: spaceId,
    });
  });
}

export function sameKind(one: SpaceKind, other: SpaceKind): boolean {
  return (
    one.model === other.model && one.dimensions === other.dimensions && one.precision === other.precision
  );
}
