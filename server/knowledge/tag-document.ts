import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { Actor } from './add-document.ts';
import { tagOf } from './search-filter.ts';

/**
 * Gives a document these tags and no others; searches feel it at once.
 *
 * @throws NotFound
 */
export async function tagDocument(
  db: Db,
  tenantId: TenantId,
  documentId: string,
  tags: string[],
  actor: Actor,
): Promise<void> {
  const stored = [...new Set(tags.map(tagOf))].sort();
  await db.withTenant(tenantId, async tx => {
    const changed = await tx('documents')
      .where({ tenant_id: tenantId, id: documentId })
      .whereNot({ state: 'deleted' })
      .update({ tags: stored, updated_at: tx.fn.now() });
    if (changed === 0) throw new NotFound('document');
    await recordAudit(tx, tenantId, {
      event: 'knowledge.document-tagged',
      actor,
      target: documentId,
      details: { tags: stored.length },
    });
  });
}
