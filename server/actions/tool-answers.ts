import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** What a tool that a person let be called has answered: words of somebody outside. */
export interface ToolAnswer {
  effectId: string;
  title: string;
  answer: string;
  at: Date;
}

/** As many as may still matter in a conversation. */
const answersMax = 5;

/** The latest answers of tools on a lead, newest first; those of a private thread for its rep alone. */
export async function toolAnswers(
  tx: Tx,
  tenantId: TenantId,
  { leadId, userId, privately }: { leadId: number; userId: number; privately: boolean },
): Promise<ToolAnswer[]> {
  const rows = await tx('effects as e')
    .join('proposals as p', { 'p.tenant_id': 'e.tenant_id', 'p.id': 'e.proposal_id' })
    .where({ 'e.tenant_id': tenantId, 'e.lead_id': leadId, 'e.action': 'call-tool', 'e.state': 'done' })
    .whereIn('p.owner_user_id', privately ? [0, userId] : [0])
    .orderBy('e.id', 'desc')
    .limit(answersMax)
    .select('e.id', 'e.result', 'e.done_at', 'e.created_at', 'p.target');
  return rows.flatMap(row => {
    const answer: unknown = row.result?.answer;
    if (typeof answer !== 'string' || answer.trim() === '') return [];
    return [{ effectId: row.id, title: row.target?.name ?? '', answer, at: row.done_at ?? row.created_at }];
  });
}
