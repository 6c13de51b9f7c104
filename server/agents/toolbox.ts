import { AppError, type TenantId } from '../kernel/index.ts';
import type { ToolCall, ToolExchange, ToolSpec } from '../llm/index.ts';
import type { OrderedAction } from './commands/index.ts';
import type { RunContext } from './context.ts';
import type { AgentDeps } from './deps.ts';
import type { LiveRun } from './live-run.ts';
import { rememberInRun } from './memory/index.ts';
import { proposeInRun } from './propose-in-run.ts';
import type { RunStart } from './queries.ts';
import type { RunStep } from './steps.ts';
import { callTools, specOf, type ToolPlace, tools } from './tools/index.ts';

export interface Toolbox {
  specs: ToolSpec[];
  /** One result for each call, whatever becomes of it. @throws only when the run is to end */
  run(calls: ToolCall[], steps: RunStep[]): Promise<ToolExchange['results']>;
}

const passagesMax = 6;
const free = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

/** The tools of one turn. What they prepare becomes proposals that wait for a person; nothing is done here. */
export function toolbox(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  { byNumber, mask, lead, person, timeZone }: RunContext,
  live: LiveRun,
): Toolbox {
  const { signal } = live;
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
    contacts: words => deps.actions.findContacts(tenantId, { userId: start.userId, words, signal }),
    search: text =>
      deps.searchKnowledge(tenantId, { text, locale: start.locale, limit: passagesMax, signal }),
    remember: (text, about) => rememberInRun(deps, tenantId, start, person, { text, about, origin: 'model' }),
  };

  async function propose(actions: OrderedAction[]): Promise<void> {
    const proposals = await proposeInRun(deps, tenantId, start, actions, signal);
    for (const proposal of proposals) live.emit({ type: 'proposal', data: proposal });
  }

  return {
    specs: deps.llm.kind === 'offline' ? [] : tools.map(specOf),
    async run(calls, steps) {
      const { results, ordered } = await callTools(calls, tools, place, {
        onEnd: ({ id, name, arguments: given }, { failureCode, durationMs, content }) =>
          steps.push({
            kind: 'tool',
            name,
            failureCode,
            startedAt: new Date(Date.now() - durationMs),
            durationMs,
            ...free,
            words: { kind: 'tool', callId: id, arguments: given, content },
          }),
        restore: mask.restore,
        mask: mask.mask,
        signal,
        log: deps.log,
      });
      if (ordered.length === 0) return results;
      try {
        // What is asked for at once is one group.
        await propose(ordered.map(({ action }) => action));
        return results;
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof AppError)) throw thrown;
      }
      // One of them cannot be: each by itself, so that the others are not lost with it.
      for (const { callId, action } of ordered) {
        try {
          await propose([action]);
        } catch (thrown) {
          signal.throwIfAborted();
          if (!(thrown instanceof AppError)) throw thrown;
          const result = results.find(({ id }) => id === callId);
          if (!result) continue;
          result.content = JSON.stringify({ error: refusalOf(thrown) });
          for (const { words } of steps)
            if (words?.kind === 'tool' && words.callId === callId) words.content = result.content;
        }
      }
      return results;
    },
  };
}

function refusalOf(error: AppError): string {
  const faults = error.extensions['errors'];
  return Array.isArray(faults) ? `${error.message} ${JSON.stringify(faults)}` : error.message;
}
