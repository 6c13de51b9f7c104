import { AppError, type Logger, toError } from '../../kernel/index.ts';
import type { ToolCall } from '../../llm/index.ts';
import type { OrderedAction } from '../commands/index.ts';
import { type Tool, type ToolPlace, ToolRefused } from './tool.ts';

export interface CalledTools {
  results: { id: string; content: string }[];
  /** Which call ordered it, and what. */
  ordered: { callId: string; action: OrderedAction }[];
}

export interface CallOptions {
  /** Puts hidden values back into what the model wrote. */
  restore(text: string): string;
  /** Hides them again in what it is told. */
  mask(text: string): string;
  signal: AbortSignal;
  log: Logger;
  /** Told of each call when it begins. */
  onStart?(call: ToolCall): void;
  /** Told of each call once it has ended, with what the model is told. */
  onEnd?(call: ToolCall, end: { failureCode: string | null; durationMs: number; content: string }): void;
}

/** A tool's answer is cut here: no call may crowd out the sources. */
const contentLengthMax = 12_000;

/**
 * Runs the calls of one step side by side. A name nobody has, arguments that break the schema and a tool that
 * fails are results the model is told of, never throws; only an abort ends the turn.
 */
export async function callTools(
  calls: ToolCall[],
  tools: Tool[],
  place: ToolPlace,
  { restore, mask, signal, log, onStart, onEnd }: CallOptions,
): Promise<CalledTools> {
  const ordered: CalledTools['ordered'] = [];
  const one = async (call: ToolCall) => {
    const found = tools.find(({ name }) => name === call.name);
    if (!found) return { error: `There is no tool "${call.name.slice(0, 80)}".` };
    const args = found.parameters.safeParse(mapTexts(parse(call.arguments), restore));
    if (!args.success) {
      const faults = args.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`,
      );
      return { error: `The arguments are not as the tool wants them. ${faults.slice(0, 5).join('; ')}` };
    }
    try {
      const { content, action } = await found.run(args.data, place);
      if (action) ordered.push({ callId: call.id, action });
      return content;
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof ToolRefused || thrown instanceof AppError) return { error: thrown.message };
      log.error({ tool: call.name, err: toError(thrown) }, 'a tool failed');
      return { error: 'The tool failed. Go on without it.' };
    }
  };
  const results = await Promise.all(
    calls.map(async call => {
      const from = performance.now();
      onStart?.(call);
      const outcome = await one(call);
      const refused = outcome !== null && typeof outcome === 'object' && 'error' in outcome;
      // Before it is JSON, whose signs (a line's end is `\n`) would stand in the way of what is looked for.
      const content = bounded(JSON.stringify(mapTexts(outcome, mask)));
      const durationMs = Math.round(performance.now() - from);
      onEnd?.(call, { failureCode: refused ? 'refused' : null, durationMs, content });
      return { id: call.id, content };
    }),
  );
  // As the model ordered them, not as they happened to finish.
  ordered.sort((a, b) => rankOf(calls, a.callId) - rankOf(calls, b.callId));
  return { results, ordered };
}

function rankOf(calls: ToolCall[], id: string): number {
  return calls.findIndex(call => call.id === id);
}

function bounded(text: string): string {
  return text.length <= contentLengthMax ? text : `${text.slice(0, contentLengthMax)}… (cut)`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(item => mapTexts(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}
