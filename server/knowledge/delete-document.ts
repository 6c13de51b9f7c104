import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { Actor } from './add-document.ts';
import { deleteDerived } from './document-queries.ts';

/**
 * Takes a document out of every search, at once. Its text stays until retention ends, so that answers given
 * from it can still be explained; citations of it say that it was deleted.
 *
 * @throws NotFound
 */
export async function deleteDocument(
  db: Db,
  tenantId: TenantId,
  documentId: string,
  actor: Actor,
): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    const changed = await tx('documents')
      .where({ tenant_id: tenantId, id: documentId })
      .whereNot({ state: 'deleted' })
      .update({
        state: 'deleted',
        stage: null,
        current_version_id: null,
        claim_id: null,
        deleted_at: tx.fn.now(),
        updated_at: tx.fn.now(),
      });
    if (changed === 0) throw new NotFound('document');
    await deleteDerived(tx, tenantId, documentId, null);
    await recordAudit(tx, tenantId, { event: 'knowledge.document-deleted', actor, target: documentId });
  });
}
