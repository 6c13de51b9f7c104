import type { TenantId } from '../kernel/index.ts';
import { type AnswerRequest, callsForAnother, ModelUnavailable } from '../llm/index.ts';
import { createMask } from '../masking/index.ts';
import type { ChainLink, WantedModel } from '../models/index.ts';
import { reserve, settle } from '../usage/index.ts';
import type { AskedQuestion, FoundHit, ModelDeps } from './deps.ts';

/**
 * Asks the account's models in their order until one has answered, on whoever's account it is.
 *
 * @throws CapReached before anything is spent, or what the last model said
 */
export async function askModel(
  deps: ModelDeps,
  tenantId: TenantId,
  purpose: string,
  request: AnswerRequest,
  signal: AbortSignal,
  wanted: WantedModel[] = [],
): Promise<{ text: string; model: string }> {
  let failure: unknown = null;
  for (const { llm, breaker, paidBy } of await deps.models.chainFor(tenantId, wanted)) {
    if (failure !== null && !breaker.admits()) continue;
    // It quotes, whatever it is asked.
    if (request.output && llm.kind === 'offline') continue;
    try {
      const text = await askOnce(deps, tenantId, { purpose, llm, paidBy }, request, signal);
      breaker.succeeded();
      return { text, model: llm.name };
    } catch (thrown) {
      signal.throwIfAborted();
      if (!callsForAnother(thrown)) throw thrown;
      failure = thrown;
    }
  }
  throw failure ?? new ModelUnavailable();
}

async function askOnce(
  { db, dayOf, capMicros }: ModelDeps,
  tenantId: TenantId,
  { purpose, llm, paidBy }: Pick<ChainLink, 'llm' | 'paidBy'> & { purpose: string },
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<string> {
  const micros = llm.estimateCostMicros(request);
  const call = {
    day: await dayOf(tenantId),
    purpose,
    runId: null,
    model: llm.name,
    micros,
    paidBy,
    capMicros,
  };
  const reservation = micros === 0 ? null : await db.withTenant(tenantId, tx => reserve(tx, tenantId, call));
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
  const { text } = await askModel(deps, tenantId, 'evaluate', request, signal);
  // An answer that rests on nothing is no answer: it says that it does not know, or it should have.
  return { text, refused: !/\[\d{1,3}\]/.test(text) };
}
