import { AppError, type TenantId } from '../kernel/index.ts';
import {
  type AnswerRequest,
  callsForAnother,
  type Llm,
  type LlmUsage,
  ModelDeclined,
  type ToolCall,
  type ToolExchange,
  type ToolSpec,
} from '../llm/index.ts';
import type { ChainLink } from '../models/index.ts';
import { CapReached } from '../usage/index.ts';
import { citationStream } from './citation-stream.ts';
import { type Citations, collectCitations } from './cite.ts';
import { gatherContext, type RunContext } from './context.ts';
import type { ActiveAgent } from './definition/index.ts';
import type { RunDeps } from './deps.ts';
import { knownLinks } from './known-links.ts';
import type { LiveRun } from './live-run.ts';
import type { BegunRun, RunStart } from './queries.ts';
import { isUncharged, type Spending, setAside, spendOf } from './spending.ts';
import type { RunStep } from './steps.ts';
import { toolbox } from './toolbox.ts';
import { trimRequest } from './trim-request.ts';

/** What a turn has come to so far; filled in as it goes, so that a turn that fails is stored with what it had. */
export interface Said {
  /** What the model was given first, and what it might call; null until it was gathered. */
  given: { context: RunContext; tools: ToolSpec[] } | null;
  citations: Citations | null;
  /** Of all calls of the model together. */
  usage: LlmUsage | null;
  /** What was set aside for each call, and what of it was spent; settled when the run is stored. */
  spending: Spending[];
  /** The offline model had to step in, because a cap was reached. */
  degraded: boolean;
  /** Each call of a model or a tool, in the order they ended. */
  steps: RunStep[];
}

/**
 * Answers a question: gathers what the model is given, then asks it, runs the tools it calls and asks again,
 * until it has answered. Each step is one call of the model; the last one is asked without tools, so that it has
 * to answer.
 *
 * @throws what the model, the lead's reader or the cap say; what was said until then stays
 */
export async function answerQuestion(
  deps: RunDeps,
  tenantId: TenantId,
  agent: ActiveAgent,
  { start, turns, question: asked }: BegunRun,
  question: string,
  live: LiveRun,
  said: Said,
): Promise<void> {
  const { signal } = live;
  const { stepsPerRun: stepsMax } = agent.definition.caps;
  const context = await gatherContext(deps, tenantId, start, {
    agent,
    repName: asked.author.name,
    turns,
    question,
    onStep: kind => live.emit({ type: 'step', data: { kind } }),
    signal,
  });
  said.citations = collectCitations(context.byNumber, citation =>
    live.emit({ type: 'citation', data: citation }),
  );
  const box = toolbox(
    deps,
    tenantId,
    start,
    { ...context, agent, question },
    live,
    await deps.customTools(tenantId),
  );
  said.given = { context, tools: box.specs };
  const exchanges: ToolExchange[] = [];
  for (let step = 1; step <= stepsMax; step += 1) {
    signal.throwIfAborted();
    const tools = step < stepsMax ? box.specs : [];
    const request = { ...context.request, ...(tools.length > 0 ? { tools } : {}), exchanges };
    const { text, calls } = await ask(deps, tenantId, agent, start, { ...context, request }, live, said);
    if (calls.length === 0) break;
    exchanges.push({ text, calls, results: await box.run(calls, said.steps) });
  }
  if (said.usage) {
    const { inputTokens, outputTokens, costMicros } = said.usage;
    live.emit({ type: 'usage', data: { inputTokens, outputTokens, costMicros } });
  }
}

/**
 * Asks the models in their order until one has answered. What a model had said when it failed is taken back, so
 * that no word stands twice; one whose window is too small is asked again for less before the next one is. One
 * that no cap leaves room for is passed over for a cheaper one; when there is none left, the offline model answers
 * unless the agent is to stop then.
 */
async function ask(
  deps: RunDeps,
  tenantId: TenantId,
  agent: ActiveAgent,
  start: RunStart,
  { request, mask, byNumber }: RunContext,
  live: LiveRun,
  said: Said,
): Promise<{ text: string; calls: ToolCall[] }> {
  const before = { textLength: live.text().length, citations: said.citations?.stored.length ?? 0 };
  let failure: unknown = null;
  let capped: CapReached | null = null;
  for (const link of inTurn(deps.chain)) {
    const { llm, breaker } = link;
    const isOffline = llm.kind === 'offline';
    for (
      let smaller: AnswerRequest | null = isOffline ? withoutTools(request) : request;
      smaller !== null;
    ) {
      if (failure !== null) {
        live.truncate(before.textLength);
        said.citations?.forgetAfter(before.citations);
      }
      try {
        const answer = await askOnce(
          deps,
          link,
          tenantId,
          agent,
          start,
          { request: smaller, mask, byNumber },
          live,
          said,
        );
        breaker.succeeded();
        said.degraded ||= isOffline && deps.llm.kind === 'online';
        return answer;
      } catch (thrown) {
        live.signal.throwIfAborted();
        if (thrown instanceof CapReached) {
          said.steps.push(passedOver(llm));
          capped = thrown;
          break;
        }
        if (!callsForAnother(thrown)) throw thrown;
        failure = thrown;
        if (speaksAgainst(thrown)) breaker.failed(thrown);
        smaller = isTooLong(thrown) ? trimRequest(smaller) : null;
      }
    }
  }
  if (capped && agent.definition.caps.whenReached === 'degrade') {
    live.truncate(before.textLength);
    said.citations?.forgetAfter(before.citations);
    said.degraded = true;
    const asked = { request: withoutTools(request), mask, byNumber };
    const offline = { llm: deps.offline, paidBy: 'operator' as const };
    return askOnce(deps, offline, tenantId, agent, start, asked, live, said);
  }
  // The words of the last one stay: they are all there is.
  throw failure ?? capped;
}

/** For the offline model, which calls nothing. */
function withoutTools({ tools: _, ...request }: AnswerRequest): AnswerRequest {
  return { ...request, exchanges: [] };
}

/** Those that do not rest because they failed of late, each looked at when its turn comes; at least the first. */
function* inTurn(chain: ChainLink[]): Generator<ChainLink> {
  let asked = false;
  for (const link of chain) {
    if (!link.breaker.admits()) continue;
    asked = true;
    yield link;
  }
  if (!asked) yield* chain.slice(0, 1);
}

const aboutTheRequest = new Set(['model-context-too-long', 'model-rejected', 'model-declined']);

/** A request that a model refuses says nothing about how it will take the next one, of another tenant perhaps. */
function speaksAgainst(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return !aboutTheRequest.has(code ?? '');
}

function isTooLong(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'model-context-too-long';
}

/** One call of one model: shows what it says as it comes, and returns it as the model wrote it. */
async function askOnce(
  deps: RunDeps,
  link: Pick<ChainLink, 'llm' | 'paidBy'>,
  tenantId: TenantId,
  agent: ActiveAgent,
  start: RunStart,
  { request, mask, byNumber }: Pick<RunContext, 'request' | 'mask' | 'byNumber'>,
  live: LiveRun,
  said: Said,
): Promise<{ text: string; calls: ToolCall[] }> {
  const { llm } = link;
  const reservation = await setAside(deps, link, tenantId, agent, start, request, said.spending);
  live.emit({ type: 'step', data: { kind: 'answering' } });
  const from = performance.now();
  const startedAt = new Date();
  const restore = mask.restoreStream();
  const links = deps.rules.defuseLinks(knownLinks(byNumber, mask.restore(request.question)));
  const marks = citationStream((source, claim) => said.citations?.cite(source, claim) ?? []);
  const show = paragraph(live);
  let written = '';
  let calls: ToolCall[] = [];
  let usage: LlmUsage | null = null;
  let refused = false;
  let failure: unknown = null;
  try {
    for await (const event of llm.answer(request, live.signal)) {
      if (event.type === 'done') {
        usage = event.usage;
        calls = event.calls;
        refused = event.finish === 'refused';
        continue;
      }
      written += event.text;
      show(links.push(marks.push(restore.push(event.text))));
      // A server that ignores the limit on its answer is not paid for more.
      if (written.length > request.maxOutputTokens * unitsPerTokenMax) break;
    }
    // What a filter left of an answer is worth more than an error; nothing at all is not.
    if (refused && written.trim() === '') throw new ModelDeclined();
  } catch (thrown) {
    failure = thrown;
    throw thrown;
  } finally {
    show(links.push(marks.push(restore.end())));
    show(links.push(marks.end()));
    show(links.end());
    said.usage = sum(said.usage, usage);
    const code = codeOf(failure);
    const unpaid = isUncharged(code);
    const spend = spendOf(llm, reservation, request, usage, unpaid ? null : written);
    if (reservation) said.spending.push({ reservation, spend });
    said.steps.push({
      kind: 'model',
      name: llm.name,
      failureCode: failure === null ? null : (code ?? 'internal'),
      startedAt,
      durationMs: Math.round(performance.now() - from),
      decision: null,
      ...spend,
      words: { kind: 'model', sources: request.sources.map(({ n }) => n), text: written, calls },
    });
  }
  return { text: written, calls };
}

/** Not asked, because no cap left room for what it could cost. */
function passedOver({ name }: Llm): RunStep {
  const free = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
  return { kind: 'model', name, failureCode: 'cap-reached', durationMs: 0, decision: null, ...free };
}

function codeOf(failure: unknown): string | null {
  return failure instanceof AppError ? failure.code : null;
}

/** What a later step says begins a paragraph of its own. */
function paragraph(live: LiveRun): (text: string) => void {
  let begun = live.text().trim() === '';
  return text => {
    if (text === '') return;
    live.appendText(begun ? text : `\n\n${text.trimStart()}`);
    begun = true;
  };
}

function sum(before: LlmUsage | null, usage: LlmUsage | null): LlmUsage | null {
  if (before === null || usage === null) return before ?? usage;
  return {
    inputTokens: before.inputTokens + usage.inputTokens,
    outputTokens: before.outputTokens + usage.outputTokens,
    costMicros: before.costMicros + usage.costMicros,
    reported: before.reported && usage.reported,
  };
}

/** More text than so many units a token no language has. */
const unitsPerTokenMax = 12;
