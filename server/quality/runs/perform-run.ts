import { AppError, isAbort, type TenantId, toError } from '../../kernel/index.ts';
import type { QualityDeps } from '../deps.ts';
import type { Expected } from '../golden/question.ts';
import { claimRun, holdRun, type RunClaim, RunLost } from './claim-run.ts';
import { finishRun } from './finish-run.ts';
import { answersQuestion, holds, type NamedHit } from './grade.ts';

const attemptsMax = 5;
const answerLengthMax = 8_000;

interface Question {
  ordinal: number;
  question: string;
  language: string;
  expected: Expected[];
  facts: string[];
}

/**
 * Asks what a run has not asked yet. Each result is stored by itself, so that a kill costs one question, and
 * none is asked by two: whoever lost the run cannot write.
 */
export async function performRun(
  deps: QualityDeps,
  tenantId: TenantId,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const claim = await claimRun(deps.db, tenantId, runId);
  if (claim === null) return;
  try {
    for (
      let question = await nextQuestion(deps, claim);
      question;
      question = await nextQuestion(deps, claim)
    ) {
      signal.throwIfAborted();
      await ask(deps, claim, question, signal);
    }
    await finishRun(deps, claim);
  } catch (thrown) {
    if (thrown instanceof RunLost) return;
    const isFinal = thrown instanceof AppError && !thrown.retryable;
    const given = !signal.aborted && !isAbort(thrown) && (isFinal || claim.attempts >= attemptsMax);
    await giveBack(deps, claim, given ? thrown : null);
    if (!given) throw thrown;
    deps.log.error({ tenantId, runId, err: toError(thrown) }, 'a run over golden questions failed');
  }
}

async function nextQuestion({ db }: QualityDeps, claim: RunClaim): Promise<Question | undefined> {
  return db.withTenant(claim.tenantId, tx =>
    tx('eval_results')
      .where({ tenant_id: claim.tenantId, run_id: claim.runId })
      .whereNull('asked_at')
      .orderBy('ordinal')
      .first('ordinal', 'question', 'language', 'expected', 'facts'),
  );
}

async function ask(
  deps: QualityDeps,
  claim: RunClaim,
  question: Question,
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, runId, candidate, threshold } = claim;
  const locale = question.language === 'und' ? 'en' : question.language;
  const asked = { question: question.question, locale, candidate, signal };
  const found = await deps.search(tenantId, asked);
  const answer = claim.withAnswers ? await deps.answer(tenantId, asked) : null;
  await deps.db.withTenant(tenantId, async tx => {
    await holdRun(tx, claim, { done: tx.raw('done + 1') });
    const names = await tx('documents')
      .where({ tenant_id: tenantId })
      .whereIn('id', [...new Set(found.map(({ documentId }) => documentId))])
      .select('id', 'external_id', 'file_name', 'title');
    const nameOf = new Map(names.map(row => [row.id, row]));
    const hits = found.slice(0, 10).map(({ documentId, title, start, end, body, score }) => {
      const row = nameOf.get(documentId);
      const named: NamedHit = {
        documentId,
        externalId: row?.external_id ?? null,
        title,
        fileName: row?.file_name ?? '',
        body,
      };
      const answers = answersQuestion(named, question.expected, question.facts);
      return { documentId, title, start, end, score, answers };
    });
    const at = hits.findIndex(({ answers }) => answers);
    const topScore = hits[0]?.score ?? 0;
    await tx('eval_results')
      .where({ tenant_id: tenantId, run_id: runId, ordinal: question.ordinal })
      .update({
        rank: at < 0 ? null : at + 1,
        top_score: topScore,
        refused: answer === null ? topScore < threshold : answer.refused,
        found: JSON.stringify(hits),
        answer: answer?.text.slice(0, answerLengthMax).toWellFormed().replaceAll('\u0000', '') ?? null,
        facts_missing: answer === null ? null : question.facts.filter(fact => !holds(answer.text, fact)),
        asked_at: tx.fn.now(),
      });
  });
}

/** Back to the queue; or, with what went wrong, to its end. */
async function giveBack({ db }: QualityDeps, claim: RunClaim, failure: unknown): Promise<void> {
  const { tenantId, runId, id } = claim;
  const detail =
    failure instanceof AppError ? failure.message : 'Something on our side failed again and again.';
  await db.withTenant(tenantId, tx =>
    tx('eval_runs')
      .where({ tenant_id: tenantId, id: runId, claim_id: id, state: 'running' })
      .update({
        claim_id: null,
        updated_at: tx.fn.now(),
        ...(failure === null
          ? { state: 'queued' }
          : {
              state: 'failed',
              failure_code: failure instanceof AppError ? failure.code : 'internal',
              failure_detail: detail,
              ended_at: tx.fn.now(),
            }),
      }),
  );
}
