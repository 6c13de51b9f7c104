import type { ToolUse } from '../conversations/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { ToolCall, ToolExchange, ToolSpec } from '../llm/index.ts';
import type { OfferedTool } from '../tools/index.ts';
import type { RunContext } from './context.ts';
import { type ActiveAgent, capabilityOf, scopeOf } from './definition/index.ts';
import type { RunDeps } from './deps.ts';
import type { LiveRun } from './live-run.ts';
import { isOfTheRep, rememberInRun } from './memory/index.ts';
import { type Outcome, orderInRun } from './order-in-run.ts';
import type { RunStart } from './queries.ts';
import type { RunStep } from './steps.ts';
import { supportFor } from './support.ts';
import { callTools, customTools, specOf, type ToolPlace, tools } from './tools/index.ts';

export interface Toolbox {
  specs: ToolSpec[];
  /** One result for each call, whatever becomes of it. @throws only when the run is to end */
  run(calls: ToolCall[], steps: RunStep[]): Promise<ToolExchange['results']>;
}

const passagesMax = 6;
const free = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

export interface ToolboxPlace extends RunContext {
  agent: ActiveAgent;
  /** What the rep typed in this turn. */
  question: string;
}

/** The tools of one turn, as far as the agent has them. What they prepare is for the policy to decide about. */
export function toolbox(
  deps: RunDeps,
  tenantId: TenantId,
  start: RunStart,
  { byNumber, mask, lead, person, timeZone, agent, question }: ToolboxPlace,
  live: LiveRun,
  offered: OfferedTool[],
): Toolbox {
  const { signal } = live;
  const all = [...tools, ...customTools(offered)].filter(({ name }) => isAllowed(agent, capabilityOf(name)));
  let choices: ReturnType<ToolPlace['choices']> | undefined;
  const place: ToolPlace = {
    timeZone,
    now: deps.clock.now(),
    pipelineId: lead.pipeline_id ?? null,
    byNumber,
    choices() {
      choices ??= deps.actions.choices(tenantId);
      return choices;
    },
    support: cited => supportFor(cited, { byNumber, lead, question, timeZone }),
    contacts: words => deps.actions.findContacts(tenantId, { userId: start.userId, words, signal }),
    search: text =>
      deps.searchKnowledge(tenantId, {
        text,
        locale: start.locale,
        limit: passagesMax,
        filter: { scope: scopeOf(agent) },
        signal,
      }),
    async remember(text, about) {
      const isSuggested = !isOfTheRep(text, question);
      await rememberInRun(deps, tenantId, start, person, { text, about, origin: 'model', isSuggested });
      return { isSuggested };
    },
  };
  const orderPlace = { question, byRep: false, price: lead.price ?? null, agent, timeZone, signal };

  /** Calls have names of the model's own, which it may give again in the next step. */
  const shown = new Map<ToolCall, string>();
  function show(call: ToolCall, state: ToolUse['state']): void {
    const id = shown.get(call) ?? `tool-${shown.size + 1}`;
    shown.set(call, id);
    live.emit({ type: 'step', data: { kind: 'tool', id, name: call.name.slice(0, 100), state } });
  }

  return {
    specs: deps.llm.kind === 'offline' ? [] : all.map(specOf),
    async run(calls, steps) {
      const stepOf = new Map<string, RunStep>();
      const { results, ordered } = await callTools(calls, all, place, {
        onStart: call => show(call, 'running'),
        onEnd(call, { failureCode, durationMs, content }) {
          const { id, name, arguments: given } = call;
          show(call, failureCode === null ? 'done' : 'refused');
          stepOf.set(id, {
            kind: 'tool',
            name,
            failureCode,
            startedAt: new Date(Date.now() - durationMs),
            durationMs,
            decision: null,
            ...free,
            words: { kind: 'tool', callId: id, arguments: given, content },
          });
        },
        restore: mask.restore,
        mask: mask.mask,
        signal,
        log: deps.log,
      });
      // In the order they were called, whichever ended first.
      steps.push(...calls.flatMap(({ id }) => stepOf.get(id) ?? []));
      if (ordered.length === 0) return results;
      const actions = ordered.map(({ action }) => action);
      const outcomes = await orderInRun(deps, tenantId, start, actions, orderPlace);
      for (const [index, { decision, proposal, tasks, error }] of outcomes.entries()) {
        const callId = ordered[index]?.callId ?? '';
        const step = stepOf.get(callId);
        if (step) step.decision = decision;
        if (step && error !== null) step.failureCode = 'refused';
        for (const data of proposal ? [proposal, ...tasks] : []) live.emit({ type: 'proposal', data });
        const result = results.find(({ id }) => id === callId);
        const told = tell(proposal, error);
        if (!result || told === null) continue;
        result.content = mask.mask(JSON.stringify(told));
        if (step?.words?.kind === 'tool') step.words.content = result.content;
      }
      return results;
    },
  };
}

/** What the model is told where it is something else than the tool itself said. */
function tell(proposal: Outcome['proposal'], error: Outcome['error']): object | null {
  if (error !== null) return { error };
  if (proposal?.state !== 'approved') return null;
  return { approved: true, note: 'The account’s policy lets this pass; it is being carried out now.' };
}

/** What the policy forbids at every turn is not even offered. */
function isAllowed({ definition }: ActiveAgent, capability: string): boolean {
  const { tools: names, policy } = definition;
  const rule = Object.hasOwn(policy, capability) ? policy[capability] : undefined;
  const mode = rule?.doors?.widget ?? rule?.mode;
  return (names as string[]).includes(capability) && mode !== 'never';
}
