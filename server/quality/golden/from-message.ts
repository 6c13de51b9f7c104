import { z } from 'zod';
import { findMessagePlace } from '../../conversations/index.ts';
import type { Tx } from '../../db/index.ts';
import { type Caller, tenantOf } from '../../http/index.ts';
import { NotFound } from '../../kernel/index.ts';
import { createMask } from '../../masking/index.ts';
import type { QualityDeps } from '../deps.ts';
import { NoQuestion } from '../errors.ts';
import { Expected, NewQuestion } from './question.ts';
import { type Stored, storeQuestions } from './store-questions.ts';

/** What the person who makes it may put better; the rest comes from the answer. */
export const FromMessage = z.object({
  expected: z.array(Expected).max(20).optional(),
  facts: z.array(z.string().trim().min(1).max(500)).max(20).optional(),
  noAnswer: z.boolean().optional(),
});

/**
 * Makes a golden question of an answer: what was asked, without phones and addresses, and the spans that were
 * cited. An answer that cites no document becomes a question that nothing answers.
 *
 * @throws NotFound for a message or set the caller may not see, NoQuestion
 */
export async function addFromMessage(
  deps: QualityDeps,
  caller: Caller | null,
  { setId, messageId }: { setId: string; messageId: string },
  given: z.output<typeof FromMessage>,
  signal: AbortSignal,
): Promise<Stored> {
  const tenantId = tenantOf(caller);
  // Only a person in the CRM has private threads; an admin token sees the shared ones.
  const userId = caller?.kind === 'rep' ? caller.userId : 0;
  const place = await deps.db.withTenant(tenantId, tx =>
    findMessagePlace(tx, tenantId, { messageId, userId }),
  );
  if (place?.role !== 'assistant') throw new NotFound('message');
  if (caller?.kind === 'rep')
    await deps.authoriseLead(caller, place.leadId, signal).catch(() => {
      throw new NotFound('message');
    });
  return deps.db.withTenant(tenantId, async tx => {
    const asked = await readAsked(tx, tenantId, messageId);
    if (asked === null) throw new NoQuestion();
    const expected = given.expected ?? (given.noAnswer ? [] : await citedSpans(tx, tenantId, messageId));
    const facts = given.noAnswer ? [] : (given.facts ?? []);
    const question = NewQuestion.parse({
      question: createMask().mask(asked),
      expected,
      facts,
      noAnswer: expected.length === 0 && facts.length === 0,
    });
    const [stored] = await storeQuestions(tx, tenantId, setId, [question], messageId);
    return stored as Stored;
  });
}

async function readAsked(tx: Tx, tenantId: string, answerId: string): Promise<string | null> {
  const row = await tx('runs as r')
    .join('messages as q', { 'q.tenant_id': 'r.tenant_id', 'q.id': 'r.question_id' })
    .where({ 'r.tenant_id': tenantId, 'r.answer_id': answerId, 'r.state': 'done' })
    .first('q.text');
  return row?.text?.trim() ? row.text.slice(0, 2_000) : null;
}

async function citedSpans(tx: Tx, tenantId: string, messageId: string): Promise<Expected[]> {
  const rows: { document_id: string; quote: string }[] = await tx('citations as c')
    .join('documents as d', { 'd.tenant_id': 'c.tenant_id', 'd.id': 'c.document_id' })
    .where({ 'c.tenant_id': tenantId, 'c.message_id': messageId, 'c.kind': 'document' })
    .whereNot({ 'd.state': 'deleted' })
    .orderBy('c.number')
    .limit(20)
    .select('c.document_id', 'c.quote');
  return rows.map(({ document_id, quote }) => ({ documentId: document_id, quote: quote.slice(0, 2_000) }));
}
