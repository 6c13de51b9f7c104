import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';
import { questionTerms } from '../../knowledge/index.ts';
import { createMask } from '../../masking/index.ts';
import type { QualityDeps } from '../deps.ts';
import { type Comparable, findAlike } from './alike.ts';
import { recountGap, settleGaps } from './gap-queries.ts';
import { selectUnhelped, type Unhelped } from './unhelped.ts';

/** A greeting is no question; what the knowledge does hold is no gap in it. */
const termsMin = 2;
const comparedMax = 2_000;
const questionLengthMax = 500;

interface Gathered extends Unhelped, Comparable {
  language: string;
}

/**
 * Looks at what was asked since the last time, and puts each question that was not helped to those that ask for
 * the same. No phone, mail or card number is kept. Twice, or in two processes, it counts once.
 */
export async function collectGaps(deps: QualityDeps, tenantId: TenantId, signal: AbortSignal): Promise<void> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    const look = await deps.db.withTenant(tenantId, tx => selectUnhelped(tx, tenantId));
    const gathered: Gathered[] = [];
    for (const unhelped of look.unhelped) {
      const one = await gather(deps, tenantId, unhelped, signal);
      if (one) gathered.push(one);
    }
    await deps.db.withTenant(tenantId, async tx => {
      await tx('gap_marks')
        .insert({ tenant_id: tenantId, looked_until: look.lookedUntil })
        .onConflict('tenant_id')
        .ignore();
      // Others wait here, so that two do not begin a group each for the same thing.
      await tx('gap_marks').where({ tenant_id: tenantId }).forUpdate().first('looked_until');
      for (const one of gathered) await place(tx, tenantId, one);
      await settleGaps(tx, tenantId);
      await tx('gap_marks').where({ tenant_id: tenantId }).update({ looked_until: look.lookedUntil });
    });
    more = look.more && look.unhelped.length > 0;
  }
}

async function gather(
  deps: QualityDeps,
  tenantId: TenantId,
  unhelped: Unhelped,
  signal: AbortSignal,
): Promise<Gathered | null> {
  const question = createMask().mask(unhelped.question).slice(0, questionLengthMax).toWellFormed();
  const { language, terms } = await deps.db.withTenant(tenantId, tx =>
    questionTerms(tx, question, unhelped.locale),
  );
  if (terms.length < termsMin) return null;
  if (unhelped.reason === 'unanswered') {
    const asked = { question, locale: unhelped.locale, candidate: null, signal };
    const [best] = await deps.search(tenantId, asked);
    if ((best?.score ?? 0) >= (await deps.thresholds.of(tenantId))) return null;
  }
  const vector = await deps.embed(tenantId, question, signal);
  return {
    ...unhelped,
    question,
    language,
    terms,
    embedding: vector?.vector ?? null,
    embeddingModel: vector?.model ?? null,
  };
}

async function place(tx: Tx, tenantId: TenantId, one: Gathered): Promise<void> {
  const key = { tenant_id: tenantId, message_id: one.messageId };
  const known = await tx('gap_questions').where(key).first('gap_id');
  if (known) {
    await tx('gap_questions').where(key).update({ reason: one.reason });
    return;
  }
  const others = await selectComparable(tx, tenantId);
  const gapId = findAlike(one, others)?.gapId ?? (await beginGap(tx, tenantId, one));
  await tx('gap_questions').insert({
    ...key,
    gap_id: gapId,
    question: one.question,
    language: one.language,
    reason: one.reason,
    terms: one.terms,
    embedding: one.embedding,
    embedding_model: one.embeddingModel,
    asked_at: one.at,
  });
  await recountGap(tx, tenantId, gapId);
}

async function beginGap(tx: Tx, tenantId: TenantId, { question, language, at }: Gathered): Promise<string> {
  const id = newId();
  const times = { first_at: at, last_at: at };
  await tx('knowledge_gaps').insert({ tenant_id: tenantId, id, question, language, heat: 0, ...times });
  return id;
}

async function selectComparable(tx: Tx, tenantId: TenantId): Promise<(Comparable & { gapId: string })[]> {
  return tx('gap_questions')
    .where({ tenant_id: tenantId })
    .orderBy('asked_at', 'desc')
    .limit(comparedMax)
    .select('gap_id as gapId', 'terms', 'embedding', 'embedding_model as embeddingModel');
}
