import { answerView, type MessageView, readMessages } from '../conversations/index.ts';
import { AppError, type TenantId, toError } from '../kernel/index.ts';
import { openBreaker } from '../llm/index.ts';
import { settle } from '../usage/index.ts';
import { answerQuestion, type Said } from './answer-question.ts';
import { carryOut } from './carry-out.ts';
import { isSearch, parseAsks, parseCommand } from './commands/index.ts';
import { type ActiveAgent, AgentStopped } from './definition/index.ts';
import { type AgentDeps, depsOfRun, type RunDeps } from './deps.ts';
import { RunCancelled, RunInterrupted, RunTooLong } from './errors.ts';
import { type LiveRun, RunStopped } from './live-run.ts';
import { type BegunRun, beat, endRun, type RunEnd } from './queries.ts';
import { storeSteps, toolsOf } from './steps.ts';
import { markDue, summaryJob } from './summary/index.ts';
import { makeTrace, storeTrace } from './trace/index.ts';

/**
 * One turn: reads the lead, searches, asks the model, shows the answer as it comes, and stores it before
 * saying that it is done. Never throws: however it ends, the run is ended and its followers are told.
 */
export async function executeRun(
  given: RunDeps,
  tenantId: TenantId,
  agent: ActiveAgent,
  run: BegunRun,
  live: LiveRun,
  requestId: string,
): Promise<void> {
  const { start } = run;
  const command = parseCommand(run.turns.question);
  const deps = command === null ? given : withoutModel(given);
  const said: Said = { given: null, citations: null, usage: null, spending: [], steps: [], degraded: false };
  const late = setTimeout(() => live.stop('time'), agent.definition.caps.secondsPerRun * 1000);
  const stopBeating = keepBeating(deps, tenantId, start.runId, live);
  let end: Pick<RunEnd, 'state' | 'error'>;
  try {
    const asks = command === null && given.llm.kind === 'offline' ? await asksOf(deps, tenantId, run) : null;
    const order =
      asks ?? (command === null || isSearch(command) ? null : { commands: [command], question: null });
    const question = asks ? asks.question : order ? null : (command?.rest ?? run.turns.question);
    if (question !== null) await answerQuestion(deps, tenantId, agent, run, question, live, said);
    if (order) {
      const typed = asks ? run.turns.question : null;
      await carryOut(deps, tenantId, agent, start, { commands: order.commands, question: typed }, live);
    }
    end = { state: 'done', error: null };
  } catch (thrown) {
    end = howItEnded(deps, thrown, live, start.runId);
  }
  clearTimeout(late);
  await stopBeating();
  try {
    const message = await finish(deps, tenantId, agent, run, { ...end, text: live.text() }, said);
    deps.metrics.runsEnded.inc({ state: end.state, model_kind: deps.llm.kind });
    if (end.error === null) live.emit({ type: 'done', data: { message } });
    else live.emit({ type: 'error', data: { ...end.error, requestId, message } });
  } catch (thrown) {
    // The row stays "running" and the sweep will end it with the draft that was saved.
    deps.log.error({ runId: start.runId, err: toError(thrown) }, 'a run could not be stored');
    const error = {
      code: 'internal',
      detail: 'The answer could not be stored. Reload the card in a minute.',
      retryable: true,
    };
    live.emit({
      type: 'error',
      data: { ...error, requestId, message: unstored(run, deps, agent, live.text(), error) },
    });
  }
}

/** What a sentence orders in plain words, where no model is there to read it. */
async function asksOf(deps: AgentDeps, tenantId: TenantId, { start, turns }: BegunRun) {
  const { timeZone } = await deps.accountOf(tenantId);
  return parseAsks(turns.question, { locale: start.locale, timeZone, now: deps.clock.now() });
}

/** Commands are carried out and searched for without the tenant's model, whatever it is. */
function withoutModel(deps: RunDeps): RunDeps {
  return depsOfRun(deps, [{ llm: deps.offline, breaker: openBreaker(deps.clock), paidBy: 'operator' }]);
}

function howItEnded(
  deps: AgentDeps,
  thrown: unknown,
  live: LiveRun,
  runId: string,
): Pick<RunEnd, 'state' | 'error'> {
  const { reason } = live.signal;
  if (live.signal.aborted && reason instanceof RunStopped) {
    const { state, error } = endOf(reason.why);
    return { state, error: { code: error.code, detail: error.message, retryable: reason.why !== 'killed' } };
  }
  if (thrown instanceof AppError) {
    deps.log.warn({ runId, code: thrown.code, err: thrown }, 'a run failed');
    return {
      state: 'failed',
      error: { code: thrown.code, detail: thrown.message, retryable: thrown.retryable },
    };
  }
  deps.log.error({ runId, err: toError(thrown) }, 'a run failed unexpectedly');
  const detail = 'Something went wrong on our side. Your question is kept; try again.';
  return { state: 'failed', error: { code: 'internal', detail, retryable: true } };
}

function endOf(why: RunStopped['why']): { state: RunEnd['state']; error: AppError } {
  if (why === 'shutdown') return { state: 'interrupted', error: new RunInterrupted() };
  if (why === 'time') return { state: 'failed', error: new RunTooLong() };
  return { state: 'cancelled', error: why === 'killed' ? new AgentStopped() : new RunCancelled() };
}

/** Stores the answer, its citations and what it cost in one transaction, and returns it as the thread shows it. */
async function finish(
  deps: RunDeps,
  tenantId: TenantId,
  agent: ActiveAgent,
  { start, answerCreatedAt, turns }: BegunRun,
  end: Pick<RunEnd, 'state' | 'error' | 'text'>,
  said: Said,
): Promise<MessageView> {
  const { citations, usage, spending, steps, given } = said;
  const outgrown = turns.isLong && given !== null;
  const trace = makeTrace(start, answerCreatedAt, said, end);
  const message = await deps.db.withTenant(tenantId, async tx => {
    const ended = await endRun(tx, tenantId, start, {
      ...end,
      offline: said.degraded,
      usage,
      citations: citations?.stored ?? [],
    });
    for (const { reservation, spend } of spending) await settle(tx, tenantId, reservation.id, spend);
    if (ended) {
      await storeSteps(tx, tenantId, start.runId, steps);
      if (trace && given) await storeTrace(tx, deps.secrets, tenantId, given.context.person, trace);
      if (outgrown) await markDue(tx, tenantId, { ...start, person: given.context.person });
      return answerView({
        id: start.answerId,
        agentName: agent.name,
        text: end.text,
        createdAt: answerCreatedAt,
        run: { id: start.runId, status: end.state, error: end.error, tools: toolsOf(steps) },
        citations: citations?.shown ?? [],
        offline: said.degraded || deps.llm.kind === 'offline',
      });
    }
    // A sweep was quicker: what it stored is what holds.
    const [message] = await readMessages(tx, tenantId, [start.answerId], start.userId);
    if (!message) throw new Error('An answer that was begun is missing.');
    return message;
  });
  if (trace) deps.onTrace(tenantId, trace);
  // Nobody waits for it: a job that is lost is found by the sweep.
  if (outgrown)
    deps.queue
      .add(summaryJob(tenantId, start.conversationId))
      .catch(thrown => deps.log.warn({ tenantId, err: toError(thrown) }, 'the queue took no summary'));
  return message;
}

/** Shows now and then that this process lives, saves the draft, and notices a stop asked for elsewhere. */
function keepBeating(deps: AgentDeps, tenantId: TenantId, runId: string, live: LiveRun): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let seen = 0;
  const timer = setInterval(() => {
    running = running.then(async () => {
      const { stop, killed, followedAt } = await deps.db.withTenant(tenantId, tx =>
        beat(tx, tenantId, runId, live.text()),
      );
      if (killed) live.stop('killed');
      else if (stop) live.stop('asked');
      if (followedAt !== null && followedAt.getTime() !== seen) live.followedElsewhere();
      seen = followedAt?.getTime() ?? seen;
    });
    running = running.catch(thrown =>
      deps.log.warn({ runId, err: toError(thrown) }, 'a run could not save its draft'),
    );
  }, deps.beatMs);
  return () => {
    clearInterval(timer);
    return running;
  };
}

function unstored(
  { start, answerCreatedAt }: BegunRun,
  deps: RunDeps,
  agent: ActiveAgent,
  text: string,
  error: { code: string; detail: string; retryable: boolean },
): MessageView {
  return answerView({
    id: start.answerId,
    agentName: agent.name,
    text,
    createdAt: answerCreatedAt,
    run: { id: start.runId, status: 'failed', error, tools: [] },
    citations: [],
    offline: deps.llm.kind === 'offline',
  });
}
