import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import { openAnswer, type SealedAnswer } from './tool-answer-seal.ts';
import type { EffectResult, ProposalView, Target } from './views.ts';

/** What a tool that a person let be called has answered: words of somebody outside. */
export interface ToolAnswer {
  effectId: string;
  title: string;
  answer: string;
  at: Date;
}

interface AnswerRow extends SealedAnswer {
  result: EffectResult | null;
  done_at: Date | null;
  created_at: Date;
  target: Target | null;
}

/** As many as may still matter in a conversation. */
const answersMax = 5;

/** The latest answers of tools on a lead, newest first; those of a private thread for its rep alone. */
export async function toolAnswers(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  { leadId, userId, privately }: { leadId: number; userId: number; privately: boolean },
): Promise<ToolAnswer[]> {
  const rows = await tx('effects as e')
    .join('proposals as p', { 'p.tenant_id': 'e.tenant_id', 'p.id': 'e.proposal_id' })
    .where({ 'e.tenant_id': tenantId, 'e.lead_id': leadId, 'e.action': 'call-tool', 'e.state': 'done' })
    .whereIn('p.owner_user_id', privately ? [0, userId] : [0])
    .orderBy('e.id', 'desc')
    .limit(answersMax)
    .select<AnswerRow[]>(
      'e.id',
      'e.result',
      'e.sealed_answer',
      'e.answer_person',
      'e.answer_key_id',
      'e.done_at',
      'e.created_at',
      'p.target',
    );
  const found: ToolAnswer[] = [];
  for (const row of rows) {
    // Answers of before they were sealed stand in the result.
    const answer = (await openAnswer(tx, secrets, tenantId, row)) ?? row.result?.answer ?? '';
    if (answer.trim() === '') continue;
    found.push({
      effectId: row.id,
      title: row.target?.name ?? '',
      answer,
      at: row.done_at ?? row.created_at,
    });
  }
  return found;
}

/** Puts what tools answered into views that are about to be shown. */
export async function withAnswers(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  views: ProposalView[],
): Promise<ProposalView[]> {
  const ids = views.flatMap(({ effect }) => (effect?.result?.record === 'tool' ? [effect.id] : []));
  if (ids.length === 0) return views;
  const rows: SealedAnswer[] = await tx('effects')
    .where({ tenant_id: tenantId })
    .whereIn('id', ids)
    .whereNotNull('sealed_answer');
  const answers = new Map<string, string | null>();
  for (const row of rows) answers.set(row.id, await openAnswer(tx, secrets, tenantId, row));
  return views.map(view => {
    const { effect } = view;
    const answer = effect && answers.get(effect.id);
    if (!effect?.result || !answer) return view;
    return { ...view, effect: { ...effect, result: { ...effect.result, answer } } };
  });
}
