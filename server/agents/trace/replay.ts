import { isDeepStrictEqual } from 'node:util';
import type { AnswerRequest, Llm, ToolCall, ToolExchange } from '../../llm/index.ts';
import { tools } from '../tools/index.ts';
import type { Trace, TraceStep } from './trace.ts';

/** What became of one tool call when the turn was made again. */
export interface ReplayedCall {
  name: string;
  arguments: string;
  /**
   * `same`: recorded, and answered with what was recorded. `new`: the record has no answer to it. `missing`: recorded,
   * and not made this time. `refused-now`: made again, but today's tool would not take it.
   */
  outcome: 'same' | 'new' | 'missing' | 'refused-now';
}

export interface Replayed {
  text: string;
  calls: ReplayedCall[];
  /** Whether the same calls were made in the same order and the same words said. */
  same: boolean;
}

/** As many as a turn may take. */
const stepsMax = 6;

/**
 * Makes a recorded turn again: `llm` is asked what was asked then, and every tool call is answered from the record.
 * Nothing is read, searched, proposed or written. Without `llm` the recorded model speaks, which shows whether today's
 * tools still take what was called; with one, how another model or version would have gone about it.
 */
export async function replay(trace: Trace, llm: Llm | null, signal: AbortSignal): Promise<Replayed> {
  const model = llm ?? recordedModel(trace);
  const recorded = trace.steps.filter(step => step.kind === 'tool');
  const left = [...recorded];
  const calls: ReplayedCall[] = [];
  const said: string[] = [];
  const exchanges: ToolExchange[] = [];
  for (let step = 1; step <= stepsMax; step += 1) {
    const request = { ...requestOf(trace), ...(step < stepsMax ? { tools: trace.tools } : {}), exchanges };
    const answer = await ask(model, request, signal);
    if (answer.text.trim() !== '') said.push(answer.text.trim());
    if (answer.calls.length === 0) break;
    const results = answer.calls.map(call => {
      const at = left.findIndex(
        ({ name, arguments: given }) => name === call.name && alike(given, call.arguments),
      );
      const [known] = at < 0 ? [] : left.splice(at, 1);
      const takes = known?.failureCode !== null || takenToday(call);
      const outcome = !known ? 'new' : takes ? 'same' : 'refused-now';
      calls.push({ name: call.name, arguments: call.arguments, outcome });
      return { id: call.id, content: known?.content ?? '{"error":"This call has no recorded answer."}' };
    });
    exchanges.push({ ...answer, results });
  }
  for (const { name, arguments: given } of left) calls.push({ name, arguments: given, outcome: 'missing' });
  const text = said.join('\n\n');
  const before = lastingModelSteps(trace)
    .map(step => step.text.trim())
    .filter(part => part !== '')
    .join('\n\n');
  return { text, calls, same: text === before && calls.every(({ outcome }) => outcome === 'same') };
}

function requestOf({ request }: Trace): AnswerRequest {
  const { summary, ...rest } = request;
  return {
    ...rest,
    ...(summary === undefined ? {} : { summary }),
    sources: request.sources.map(({ passage: _, record, direction, state, ...source }) => ({
      ...source,
      ...(record && { record }),
      ...(direction && { direction }),
      ...(state && { state }),
    })),
  };
}

async function ask(llm: Llm, request: AnswerRequest, signal: AbortSignal) {
  let text = '';
  let calls: ToolCall[] = [];
  for await (const event of llm.answer(request, signal)) {
    if (event.type === 'text') text += event.text;
    else calls = event.calls;
  }
  return { text, calls };
}

type ModelStep = Extract<TraceStep, { kind: 'model' }>;

/** What a model had said when it failed was taken back, so it is no part of what was made of the turn. */
function lastingModelSteps(trace: Trace): ModelStep[] {
  return trace.steps.filter((step): step is ModelStep => step.kind === 'model' && step.failureCode === null);
}

function recordedModel(trace: Trace): Llm {
  const steps = lastingModelSteps(trace);
  return {
    kind: 'offline',
    name: 'recorded',
    estimateCostMicros: () => 0,
    estimateTokens: () => 0,
    async *answer() {
      const step = steps.shift();
      const usage = { inputTokens: 0, outputTokens: 0, costMicros: 0, reported: false };
      if (step) yield { type: 'text', text: step.text };
      const calls = step?.calls ?? [];
      yield { type: 'done', usage, finish: calls.length > 0 ? 'tools' : 'stop', calls };
    },
  };
}

function alike(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(parse(one), parse(other));
}

/** Masked values are not what the tool was given then, so a call that holds one is not judged. */
function takenToday({ name, arguments: given }: ToolCall): boolean {
  if (given.includes('[[')) return tools.some(tool => tool.name === name);
  return tools.some(tool => tool.name === name && tool.parameters.safeParse(parse(given)).success);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
