import { AppError, type TenantId } from '../../kernel/index.ts';
import { tagOf } from '../../knowledge/index.ts';
import type { AgentDefinition } from '../definition/index.ts';
import { answerAs, type TrialDeps } from './answer-as.ts';
import { type RecentQuestion, selectRecentQuestions } from './recent-questions.ts';

/** Numbers and ids only: no question is kept here a second time. */
export interface RecentReport {
  /** How many were asked, and how often each. */
  questions: number;
  repeats: number;
  /** Share of the questions that were answered from the expected documents every time: pass^k. */
  passedEveryTime: number;
  /** The same of what answers now. */
  before: number;
  /** Questions left out, because what they were answered from is outside of the version's knowledge. */
  outOfScope: number;
  /** Those that what answers now passes every time and the version does not, by the answer that was given then. */
  worse: { messageId: string; passed: number }[];
}

const bounds = { questions: 8, repeats: 3 };

export async function hasRecentQuestions({ db }: TrialDeps, tenantId: TenantId): Promise<boolean> {
  const [one] = await db.withTenant(tenantId, tx => selectRecentQuestions(tx, tenantId, 1));
  return one !== undefined;
}

/**
 * Asks what people asked of late, several times over, of a version and of what answers now. The version passes
 * where it answers from the documents that the answer of then rested on at least as reliably. A model that gives
 * the same answer each time is asked once.
 *
 * @throws what kept every single answer of the version from being given: then there is no verdict
 */
export async function replayRecent(
  deps: TrialDeps,
  tenantId: TenantId,
  { candidate, current }: { candidate: AgentDefinition; current: AgentDefinition },
  signal: AbortSignal,
): Promise<{ passed: boolean; report: RecentReport }> {
  const recent = await deps.db.withTenant(tenantId, tx =>
    selectRecentQuestions(tx, tenantId, bounds.questions),
  );
  const within = recent.filter(question => isWithin(candidate, question));
  const [{ llm }] = await deps.models.chainFor(tenantId, candidate.models);
  const repeats = llm.kind === 'offline' ? 1 : bounds.repeats;
  const outcomes: { messageId: string; passed: number; before: number }[] = [];
  const failures: AppError[] = [];
  for (const question of within) {
    signal.throwIfAborted();
    const tries = { question, repeats, signal };
    const [now, before] = await Promise.all([
      countPasses(deps, tenantId, candidate, tries),
      countPasses(deps, tenantId, current, tries),
    ]);
    failures.push(...now.failures);
    outcomes.push({ messageId: question.messageId, passed: now.passed, before: before.passed });
  }
  const [failure] = failures;
  if (failure && failures.length === outcomes.length * repeats) throw failure;
  const share = (of: (outcome: (typeof outcomes)[number]) => number) =>
    outcomes.filter(outcome => of(outcome) === repeats).length / Math.max(1, outcomes.length);
  const passedEveryTime = share(({ passed }) => passed);
  const before = share(outcome => outcome.before);
  const worse = outcomes
    .filter(outcome => outcome.before === repeats && outcome.passed < repeats)
    .map(({ messageId, passed }) => ({ messageId, passed }));
  const report = {
    questions: outcomes.length,
    repeats,
    passedEveryTime,
    before,
    outOfScope: recent.length - within.length,
    worse,
  };
  return { passed: passedEveryTime >= before, report };
}

/** How many of the answers rest on a document that is expected. One that could not be given is none. */
async function countPasses(
  deps: TrialDeps,
  tenantId: TenantId,
  definition: AgentDefinition,
  { question, repeats, signal }: { question: RecentQuestion; repeats: number; signal: AbortSignal },
): Promise<{ passed: number; failures: AppError[] }> {
  const asked = { question: question.text, locale: question.locale, signal };
  const expected = new Set(question.documents.map(({ id }) => id));
  const failures: AppError[] = [];
  const passes = await Promise.all(
    Array.from({ length: repeats }, async () => {
      try {
        const { documentIds } = await answerAs(deps, tenantId, definition, asked);
        return documentIds.some(id => expected.has(id));
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof AppError)) throw thrown;
        failures.push(thrown);
        return false;
      }
    }),
  );
  return { passed: passes.filter(Boolean).length, failures };
}

/** What an administrator took out of an agent's knowledge on purpose is not held against it. */
function isWithin({ knowledge: { sources, tags } }: AgentDefinition, { documents }: RecentQuestion): boolean {
  if (sources.length === 0 && tags.length === 0) return true;
  const within = new Set(tags.map(tagOf));
  return documents.some(
    document =>
      (document.sourceId !== null && sources.includes(document.sourceId)) ||
      document.tags.some(tag => within.has(tag)),
  );
}
