import { newId } from '../../kernel/index.ts';
import { createMask } from '../../masking/index.ts';
import type { KnowledgeDeps, WonConversation } from '../deps.ts';
import { type SourceClaim, settleItem } from './source-queries.ts';

/**
 * Proposes questions of clients whose leads were won, with the answers they got. Nothing becomes knowledge
 * before a person accepts it, and no phone, mail or card number is kept.
 */
export async function syncConversations(
  deps: KnowledgeDeps,
  claim: SourceClaim,
  signal: AbortSignal,
): Promise<'more' | 'done'> {
  for await (const conversation of deps.readWonConversations(claim.tenantId, signal)) {
    signal.throwIfAborted();
    const drafts = draftsFrom(conversation).map(({ origin, question, answer }) => ({
      tenant_id: claim.tenantId,
      id: newId(),
      origin,
      lead_id: conversation.leadId,
      question,
      answer,
    }));
    await deps.db.withTenant(claim.tenantId, async tx => {
      if (drafts.length > 0)
        await tx('question_drafts').insert(drafts).onConflict(['tenant_id', 'origin']).ignore();
      const name = `lead:${conversation.leadId}`;
      await settleItem(tx, claim, name, { outcome: drafts.length > 0 ? 'added' : 'left-out' });
    });
  }
  return 'done';
}

/** Turns of a client that ask, each with the company's turn right after it. */
export function draftsFrom({
  messages,
}: WonConversation): { origin: string; question: string; answer: string }[] {
  const turns: { id: string; from: string; text: string }[] = [];
  for (const { id, from, text } of messages) {
    const last = turns.at(-1);
    if (last?.from === from) last.text += `\n${text}`;
    else turns.push({ id, from, text });
  }
  return turns.flatMap((turn, index) => {
    const reply = turns[index + 1];
    if (turn.from !== 'client' || reply?.from !== 'company' || !/[?？]/.test(turn.text)) return [];
    // One mask for both, so that a number of the question is the same in the answer.
    const mask = createMask();
    const [question, answer] = [mask.mask(turn.text.trim()), mask.mask(reply.text.trim())];
    const fits =
      question.length >= 10 && question.length <= 500 && answer.length >= 15 && answer.length <= 3000;
    return fits ? [{ origin: `message:${turn.id}`, question, answer }] : [];
  });
}
