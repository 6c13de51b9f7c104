import { randomUUID } from 'node:crypto';
import type { Db, Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

export type Stage = 'extracting' | 'splitting' | 'embedding';

/** One delivery's right to index a document, until another one takes it. */
export interface Claim {
  tenantId: TenantId;
  documentId: string;
  id: string;
  /** How often somebody began, this time included. */
  attempts: number;
  version: { id: string; number: number; fileKey: string; mediaType: string };
}

/** The claim was taken away: the document was deleted, replaced, or given to another worker. */
export class ClaimLost extends Error {}

/** A worker that has not been heard of for this long is dead. */
export const silenceSecondsMax = 60;

/** Takes a document that waits, or whose worker fell silent. Null when there is nothing to do. */
export async function claimDocument(db: Db, tenantId: TenantId, documentId: string): Promise<Claim | null> {
  const id = randomUUID();
  return db.withTenant(tenantId, async tx => {
    const { rows } = await tx.raw(
      `
      update documents set state = 'indexing', stage = 'extracting', progress_done = 0, progress_total = 0,
        claim_id = :id, attempts = attempts + 1, updated_at = now()
      where tenant_id = :tenantId and id = :documentId and (state = 'queued'
        or (state = 'indexing' and updated_at < now() - make_interval(secs => :silenceSecondsMax)))
      returning attempts`,
      { tenantId, documentId, id, silenceSecondsMax },
    );
    if (rows.length === 0) return null;
    const version = await tx('document_versions')
      .where({ tenant_id: tenantId, document_id: documentId })
      .orderBy('number', 'desc')
      .first('id', 'number', 'file_key as fileKey', 'media_type as mediaType');
    return { tenantId, documentId, id, attempts: rows[0].attempts, version };
  });
}

/**
 * Shows progress, and locks the document until the end of the transaction: what is written after it in the
 * same transaction is written by the holder of the claim.
 *
 * @throws ClaimLost
 */
export async function holdClaim(
  tx: Tx,
  { tenantId, documentId, id }: Claim,
  progress: { stage: Stage; done: number; total: number } | null = null,
): Promise<void> {
  const held = await tx('documents')
    .where({ tenant_id: tenantId, id: documentId, claim_id: id, state: 'indexing' })
    .update({
      updated_at: tx.fn.now(),
      ...(progress
        ? { stage: progress.stage, progress_done: progress.done, progress_total: progress.total }
        : {}),
    });
  if (held === 0) throw new ClaimLost();
}

/** Gives the document back to the queue, for instance when this process stops. */
export async function returnClaim(db: Db, { tenantId, documentId, id }: Claim): Promise<void> {
  await db.withTenant(tenantId, tx =>
    tx('documents')
      .where({ tenant_id: tenantId, id: documentId, claim_id: id, state: 'indexing' })
      .update({ state: 'queued', stage: null, claim_id: null, updated_at: tx.fn.now() }),
  );
}
