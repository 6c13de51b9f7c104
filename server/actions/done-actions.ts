import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { ActionName, ChangeView } from './views.ts';

/** Something that was carried out, and not taken back since. */
export interface DoneAction {
  /** The answer it came with. */
  messageId: string;
  action: ActionName;
  /** What it wrote: names, texts, numbers; moments as ISO. */
  values: (string | number)[];
}

/** What came of the proposals of these answers, in the order they were made. */
export async function doneActions(tx: Tx, tenantId: TenantId, messageIds: string[]): Promise<DoneAction[]> {
  if (messageIds.length === 0) return [];
  const rows = await tx('proposals as p')
    .join('effects as e', { 'e.tenant_id': 'p.tenant_id', 'e.proposal_id': 'p.id' })
    .where({ 'p.tenant_id': tenantId, 'e.purpose': 'action', 'e.state': 'done' })
    .whereIn('p.message_id', messageIds)
    .whereNotExists(
      tx('effects as u')
        .whereRaw('u.tenant_id = p.tenant_id and u.proposal_id = p.id')
        .where({ 'u.purpose': 'undo', 'u.state': 'done' })
        .select(tx.raw('1')),
    )
    .orderBy('p.id')
    .select('p.message_id', 'p.action', 'p.changes');
  return rows.map(({ message_id, action, changes }) => ({
    messageId: message_id,
    action,
    values: (changes as ChangeView[]).flatMap(({ after }) => (after === null ? [] : [after])),
  }));
}
