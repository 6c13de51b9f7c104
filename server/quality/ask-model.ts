import type { TenantId } from '../kernel/index.ts';
import type { AnswerRequest } from '../llm/index.ts';
import { createMask } from '../masking/index.ts';
import { reserve, settle } from '../usage/index.ts';
import type { AskedQuestion, FoundHit, ModelDeps } from './deps.ts';

/** One call of the model on the tenant's account. @throws CapReached before anything is spent */
export async function askModel(
  { db, llm, dayOf, capMicros }: ModelDeps,
  tenantId: TenantId,
  purpose: string,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<string> {
  const micros = llm.estimateCostMicros(request);
  const day = await dayOf(tenantId);
  const reservation =
    micros === 0
      ? null
      : await db.withTenant(tenantId, tx =>
          reserve(tx, tenantId, { day, purpose, runId: null, model: llm.name, micros, capMicros }),
        );
  // A call that failed counts with the most it can have cost, because it may have been charged.
  let spend = { costMicros: micros, inputTokens: 0, outputTokens: 0 };
  let text = '';
  try {
    for await (const event of llm.answer(request, signal)) {
      if (event.type === 'text') text += event.text;
      else spend = event.usage;
    }
    return text;
  } finally {
    if (reservation) await db.withTenant(tenantId, tx => settle(tx, tenantId, reservation.id, spend));
  }
}

const passagesMax = 6;
const instructions =
  'You answer questions of clients of a company from its documents. Be brief and concrete. Never invent prices, dates, terms or promises.';

/** Answers from the company's documents alone, as the agent would with no lead open; no source, no answer. */
export async function answerFromKnowledge(
  deps: ModelDeps,
  tenantId: TenantId,
  { question, locale, signal }: AskedQuestion,
  supporting: FoundHit[],
): Promise<{ text: string; refused: boolean }> {
  const request: AnswerRequest = {
    instructions,
    locale,
    history: [],
    question: createMask().mask(question),
    sources: supporting.slice(0, passagesMax).map(({ title, body, score }, at) => ({
      n: at + 1,
      kind: 'document',
      title,
      text: body,
      score,
    })),
    maxOutputTokens: 800,
  };
  const text = await askModel(deps, tenantId, 'evaluate', request, signal);
  // An answer that rests on nothing is no answer: it says that it does not know, or it should have.
  return { text, refused: !/\[\d{1,3}\]/.test(text) };
}
