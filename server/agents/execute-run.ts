import { answerView, type MessageView, readMessages } from '../conversations/index.ts';
import { AppError, dayIn, type TenantId, toError } from '../kernel/index.ts';
import type { LlmUsage } from '../llm/index.ts';
import { type Reservation, reserve, type Spend, settle } from '../usage/index.ts';
import { citationStream } from './citation-stream.ts';
import { type Citations, collectCitations } from './cite.ts';
import { gatherContext, type RunContext } from './context.ts';
import type { AgentDeps } from './deps.ts';
import { RunCancelled, RunInterrupted } from './errors.ts';
import { type LiveRun, RunStopped } from './live-run.ts';
import { type BegunRun, beat, endRun, type RunEnd, type RunStart } from './queries.ts';

/**
 * One turn: reads the lead, searches, asks the model, shows the answer as it comes, and stores it before
 * saying that it is done. Never throws: however it ends, the run is ended and its followers are told.
 */
export async function executeRun(
  deps: AgentDeps,
  tenantId: TenantId,
  run: BegunRun,
  live: LiveRun,
  requestId: string,
): Promise<void> {
  const { start } = run;
  const said: Said = { citations: null, usage: null, spending: null };
  const stopBeating = keepBeating(deps, tenantId, start.runId, live);
  let end: Pick<RunEnd, 'state' | 'error'>;
  try {
    await answer(deps, tenantId, run, live, said);
    end = { state: 'done', error: null };
  } catch (thrown) {
    end = howItEnded(deps, thrown, live, start.runId);
  }
  await stopBeating();
  try {
    const message = await finish(deps, tenantId, run, { ...end, text: live.text() }, said);
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
      data: { ...error, requestId, message: unstored(run, deps, live.text(), error) },
    });
  }
}

interface Said {
  citations: Citations | null;
  usage: LlmUsage | null;
  /** What is set aside for the model, and what of it was spent; settled when the run is stored. */
  spending: { reservation: Reservation; spend: Spend } | null;
}

async function answer(
  deps: AgentDeps,
  tenantId: TenantId,
  { start, turns }: BegunRun,
  live: LiveRun,
  said: Said,
): Promise<void> {
  const { signal } = live;
  const context = await gatherContext(deps, tenantId, start, {
    ...turns,
    onStep: kind => live.emit({ type: 'step', data: { kind } }),
    signal,
  });
  signal.throwIfAborted();
  const reservation = await setAside(deps, tenantId, start, context);
  live.emit({ type: 'step', data: { kind: 'answering' } });
  const restore = context.mask.restoreStream();
  const citations = collectCitations(context.byNumber, citation =>
    live.emit({ type: 'citation', data: citation }),
  );
  said.citations = citations;
  const marks = citationStream(citations.cite);
  let refused = false;
  const show = (text: string) => {
    if (text !== '') live.appendText(text);
  };
  try {
    for await (const event of deps.llm.answer(context.request, signal)) {
      if (event.type === 'text') show(marks.push(restore.push(event.text)));
      else said.usage = event.usage;
      // A server that ignores the limit on its answer is not paid for more.
      if (live.text().length > context.request.maxOutputTokens * unitsPerTokenMax) break;
    }
  } catch (thrown) {
    refused = thrown instanceof AppError && uncharged.has(thrown.code);
    throw thrown;
  } finally {
    show(marks.push(restore.end()));
    show(marks.end());
    if (reservation)
      said.spending = {
        reservation,
        spend: spendOf(deps, reservation, context, said, refused ? null : live),
      };
  }
  if (said.usage) {
    const { inputTokens, outputTokens, costMicros } = said.usage;
    live.emit({ type: 'usage', data: { inputTokens, outputTokens, costMicros } });
  }
}

/** Nothing is set aside for a model that costs nothing. @throws CapReached */
async function setAside(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  { request }: RunContext,
): Promise<Reservation | null> {
  const micros = deps.llm.estimateCostMicros(request);
  if (micros === 0) return null;
  const { timeZone } = await deps.accountOf(tenantId);
  const day = dayIn(timeZone, deps.clock.now());
  const spend = {
    day,
    purpose: 'answer',
    runId: start.runId,
    model: deps.llm.name,
    micros,
    capMicros: deps.dailyCapMicros,
  };
  return deps.db.withTenant(tenantId, tx => reserve(tx, tenantId, spend));
}

/** More text than so many units a token no language has. */
const unitsPerTokenMax = 12;

/** A provider that says one of these has done nothing for us. */
const uncharged = new Set([
  'model-rate-limited',
  'model-refused-key',
  'model-rejected',
  'model-context-too-long',
  'model-out-of-credit',
]);

/**
 * What a call cost. One that ended without a report of its usage counts with the most it can have cost: the
 * whole prompt and what was said. `live` is null where the provider refused the call.
 */
function spendOf(
  deps: AgentDeps,
  reservation: Reservation,
  { request }: RunContext,
  { usage }: Said,
  live: LiveRun | null,
): Spend {
  if (usage) return usage;
  if (live === null) return { costMicros: 0, inputTokens: 0, outputTokens: 0 };
  const saidTokens = Math.ceil(Buffer.byteLength(live.text()) / 3);
  const atMost = deps.llm.estimateCostMicros({ ...request, maxOutputTokens: saidTokens });
  return { costMicros: Math.min(reservation.reservedMicros, atMost), inputTokens: 0, outputTokens: 0 };
}

function howItEnded(
  deps: AgentDeps,
  thrown: unknown,
  live: LiveRun,
  runId: string,
): Pick<RunEnd, 'state' | 'error'> {
  const { reason } = live.signal;
  if (live.signal.aborted && reason instanceof RunStopped) {
    const error = reason.why === 'shutdown' ? new RunInterrupted() : new RunCancelled();
    const state = reason.why === 'shutdown' ? 'interrupted' : 'cancelled';
    return { state, error: { code: error.code, detail: error.message, retryable: true } };
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

/** Stores the answer, its citations and what it cost in one transaction, and returns it as the thread shows it. */
async function finish(
  deps: AgentDeps,
  tenantId: TenantId,
  { start, answerCreatedAt }: BegunRun,
  end: Pick<RunEnd, 'state' | 'error' | 'text'>,
  { citations, usage, spending }: Said,
): Promise<MessageView> {
  return deps.db.withTenant(tenantId, async tx => {
    const ended = await endRun(tx, tenantId, start, { ...end, usage, citations: citations?.stored ?? [] });
    if (spending) await settle(tx, tenantId, spending.reservation.id, spending.spend);
    if (ended) {
      return answerView({
        id: start.answerId,
        agentName: deps.agentName,
        text: end.text,
        createdAt: answerCreatedAt,
        run: { id: start.runId, status: end.state, error: end.error },
        citations: citations?.shown ?? [],
        offline: deps.llm.kind === 'offline',
      });
    }
    // A sweep was quicker: what it stored is what holds.
    const [message] = await readMessages(tx, tenantId, [start.answerId], start.userId);
    if (!message) throw new Error('An answer that was begun is missing.');
    return message;
  });
}

/** Shows now and then that this process lives, saves the draft, and notices a stop asked for elsewhere. */
function keepBeating(deps: AgentDeps, tenantId: TenantId, runId: string, live: LiveRun): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let seen = 0;
  const timer = setInterval(() => {
    running = running.then(async () => {
      const { stop, followedAt } = await deps.db.withTenant(tenantId, tx =>
        beat(tx, tenantId, runId, live.text()),
      );
      if (stop) live.stop('asked');
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
  deps: AgentDeps,
  text: string,
  error: { code: string; detail: string; retryable: boolean },
): MessageView {
  return answerView({
    id: start.answerId,
    agentName: deps.agentName,
    text,
    createdAt: answerCreatedAt,
    run: { id: start.runId, status: 'failed', error },
    citations: [],
    offline: deps.llm.kind === 'offline',
  });
}
