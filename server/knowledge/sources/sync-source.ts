import { recordAudit } from '../../audit/index.ts';
import { AppError, isAbort, type TenantId, toError } from '../../kernel/index.ts';
import { ClaimLost } from '../claim.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { Unreadable } from '../extraction/unreadable.ts';
import { syncSourceJob } from '../job-names.ts';
import { syncArchive } from './archive.ts';
import { syncConversations } from './conversations.ts';
import { syncProducts } from './products.ts';
import type { SourceKind } from './settings.ts';
import { syncSite } from './site.ts';
import { claimSource, holdSource, type SourceClaim } from './source-queries.ts';

/** Does a part of what there is to do and says whether there is more. */
export type Slice = (
  deps: KnowledgeDeps,
  claim: SourceClaim,
  signal: AbortSignal,
) => Promise<'more' | 'done'>;

const slices: Record<SourceKind, Slice> = {
  page: syncSite,
  site: syncSite,
  archive: syncArchive,
  products: syncProducts,
  conversations: syncConversations,
};

const attemptsMax = 5;

/**
 * Goes on with the synchronising of a source, for one slice; a long one does not keep others from theirs. What
 * was done is stored item by item, so that a kill at any point costs one item.
 */
export async function syncSource(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  sourceId: string,
  signal: AbortSignal,
): Promise<void> {
  const { db, log } = deps;
  const claim = await db.withTenant(tenantId, tx => claimSource(tx, tenantId, sourceId));
  if (claim === null) return;
  try {
    const outcome = await slices[claim.kind](deps, claim, signal);
    await (outcome === 'done' ? finish(deps, claim, null) : release(deps, claim));
  } catch (thrown) {
    if (thrown instanceof ClaimLost) return;
    const atFault = thrown instanceof Unreadable || (thrown instanceof AppError && !thrown.retryable);
    if (atFault) await finish(deps, claim, { code: thrown.code, detail: thrown.message });
    else if (claim.attempts >= attemptsMax && !signal.aborted && !isAbort(thrown)) {
      log.error({ tenantId, sourceId, err: toError(thrown) }, 'synchronising a source failed too often');
      const detail =
        thrown instanceof AppError ? thrown.message : 'Something on our side failed again and again.';
      await finish(deps, claim, { code: 'sync-failed', detail });
    } else {
      await release(deps, claim, false);
      throw thrown;
    }
  }
}

/** Back to the end of the queue, behind the sources of others. */
async function release({ db, queue, log }: KnowledgeDeps, claim: SourceClaim, again = true): Promise<void> {
  const { tenantId, id, claimId } = claim;
  await db.withTenant(tenantId, tx =>
    tx('sources')
      .where({ tenant_id: tenantId, id, claim_id: claimId, state: 'syncing' })
      .update({ state: 'queued', claim_id: null, updated_at: tx.fn.now() }),
  );
  if (!again) return;
  await queue
    .add(syncSourceJob(tenantId, id))
    .catch(thrown => log.warn({ err: toError(thrown) }, 'the queue took no job; the sweep will add it'));
}

async function finish(
  { db }: KnowledgeDeps,
  claim: SourceClaim,
  failure: { code: string; detail: string } | null,
): Promise<void> {
  const { tenantId, id } = claim;
  try {
    await db.withTenant(tenantId, async tx => {
      await holdSource(tx, claim, {
        state: failure === null ? 'ready' : 'failed',
        failure_code: failure?.code ?? null,
        failure_detail: failure?.detail ?? null,
        sync_id: null,
        claim_id: null,
        synced_at: tx.fn.now(),
        next_sync_at: tx.raw(`now() + make_interval(mins => every_minutes)`),
      });
      await recordAudit(tx, tenantId, {
        event: failure === null ? 'knowledge.source-synced' : 'knowledge.source-failed',
        actor: { kind: 'system', id: null },
        target: id,
        details: failure === null ? {} : { code: failure.code },
      });
    });
  } catch (thrown) {
    if (!(thrown instanceof ClaimLost)) throw thrown;
  }
}
