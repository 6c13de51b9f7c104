import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { DraftDecision } from '../../knowledge/index.ts';

/** With its article accepted a gap is closed, until it keeps being asked; refused, it waits for another. */
export async function closeGap(
  tx: Tx,
  tenantId: TenantId,
  { gapId, state, documentId }: DraftDecision,
): Promise<void> {
  const closed = { state: 'closed', document_id: documentId, closed_at: tx.fn.now() };
  await tx('knowledge_gaps')
    .where({ tenant_id: tenantId, id: gapId })
    .update({ ...(state === 'accepted' ? closed : {}), updated_at: tx.fn.now() });
}
