import { DateTime } from 'luxon';
import type { AgentPolicy, Door, Limits, Mode } from './policy.ts';

/**
 * Whose words an argument is. `server`: an id or a choice that we resolved among what the account has.
 * `rep`: typed by the person in this very turn. `instructions`: the company's own. All else is tainted: text of
 * clients, documents, pages, tools and fields of the CRM, and whatever a `model` made of what it was given.
 */
export type Origin =
  | 'server'
  | 'rep'
  | 'instructions'
  | 'model'
  | 'client'
  | 'document'
  | 'page'
  | 'tool'
  | 'crm';

export interface PolicyArgument {
  name: string;
  kind: 'id' | 'choice' | 'number' | 'time' | 'text';
  origin: Origin;
}

export interface PolicyInput {
  /** What is done, by the name that the policy has for it. */
  tool: string;
  /**
   * `read` changes nothing and tells nobody. `change` is a write in the account's own CRM. `reply` is a message
   * to the very client of this conversation. `exit` hands data to anybody else: HTTP and MCP tools, webhooks,
   * mail and messages to others, links that carry data.
   */
  effect: 'read' | 'change' | 'reply' | 'exit';
  arguments: PolicyArgument[];
  door: Door;
  actor: { kind: 'rep' | 'admin' | 'api-key' | 'client' | 'system' };
  policy: AgentPolicy;
  at: Date;
  timeZone: string;
  /** What the run was given so far: data that clients must not see, and text that we did not write. */
  run: { sawPrivate: boolean; sawUntrusted: boolean };
  /** What limits are measured by; what is not known is beyond its limit. */
  facts?: {
    price?: { before: number | null; after: number };
    stage?: { pipelineId: number; statusId: number };
    due?: Date;
  };
}

/** Stable and stored with the step. */
export type Reason =
  | 'allowed'
  | 'not-in-policy'
  | 'policy-says-ask'
  | 'policy-says-never'
  | 'outside-hours'
  | 'stage-not-allowed'
  | 'price-change-too-large'
  | 'due-too-far'
  | 'no-bound'
  | 'tainted-argument'
  | 'private-data'
  | 'exit'
  | 'private-untrusted-exit';

export interface Decision {
  mode: Mode;
  reason: Reason;
  /** Which argument, where it was one. */
  argument: string | null;
}

const strictness: Record<Mode, number> = { auto: 0, ask: 1, never: 2 };

/**
 * The one decision about everything an agent wants to do, whichever door it came in by. Each rule can only make
 * it stricter; the first of the strictest rules gives the reason. It reads nothing and remembers nothing.
 */
export function decide(input: PolicyInput): Decision {
  const found = [
    ofPolicy(input),
    ...ofLimits(input),
    ...(input.effect === 'read' ? [] : [ofExit(input), ...ofTaint(input)]),
  ];
  return found.reduce((strictest, next) =>
    strictness[next.mode] > strictness[strictest.mode] ? next : strictest,
  );
}

function decision(mode: Mode, reason: Reason, argument: string | null = null): Decision {
  return { mode, reason, argument };
}

function ofPolicy({ tool, effect, door, policy }: PolicyInput): Decision {
  const rule = Object.hasOwn(policy, tool) ? policy[tool] : undefined;
  if (rule === undefined)
    return effect === 'read' ? decision('auto', 'allowed') : decision('ask', 'not-in-policy');
  const mode = rule.doors?.[door] ?? rule.mode;
  // A tool that only reads has nothing that a person could approve.
  if (mode === 'ask')
    return effect === 'read' ? decision('auto', 'allowed') : decision('ask', 'policy-says-ask');
  return mode === 'never' ? decision('never', 'policy-says-never') : decision('auto', 'allowed');
}

function ofLimits({ tool, policy, at, timeZone, facts }: PolicyInput): Decision[] {
  const limits = Object.hasOwn(policy, tool) ? policy[tool]?.limits : undefined;
  if (!limits) return [];
  const broken: Decision[] = [];
  const { beyond, hours, stages, priceChangePercentMax, daysAheadMax } = limits;
  if (hours && !within(hours, at, timeZone)) broken.push(decision(beyond, 'outside-hours'));
  if (stages && !stages.some(stage => same(stage, facts?.stage)))
    broken.push(decision(beyond, 'stage-not-allowed'));
  if (priceChangePercentMax !== undefined && !(changePercent(facts?.price) <= priceChangePercentMax))
    broken.push(decision(beyond, 'price-change-too-large'));
  if (daysAheadMax !== undefined && !(daysAhead(facts?.due, at) <= daysAheadMax))
    broken.push(decision(beyond, 'due-too-far'));
  return broken;
}

function ofExit({ effect, run }: PolicyInput): Decision {
  if (effect === 'exit')
    return decision('ask', run.sawPrivate && run.sawUntrusted ? 'private-untrusted-exit' : 'exit');
  if (effect === 'reply' && run.sawPrivate) return decision('ask', 'private-data');
  return decision('auto', 'allowed');
}

/** The words of an automatic reply are the model's by nature; what keeps them harmless is what the run was given. */
function ofTaint({ tool, effect, arguments: given, policy }: PolicyInput): Decision[] {
  const limits = Object.hasOwn(policy, tool) ? policy[tool]?.limits : undefined;
  return given.flatMap(({ name, kind, origin }) => {
    if (origin === 'server' || origin === 'rep' || origin === 'instructions') return [];
    if (kind === 'number' || kind === 'time')
      return bounded(kind, limits) ? [] : [decision('ask', 'no-bound', name)];
    if (kind === 'text' && effect === 'reply') return [];
    return [decision('ask', 'tainted-argument', name)];
  });
}

function bounded(kind: 'number' | 'time', limits: Limits | undefined): boolean {
  return kind === 'number' ? limits?.priceChangePercentMax !== undefined : limits?.daysAheadMax !== undefined;
}

function within({ days, from, to }: NonNullable<Limits['hours']>, at: Date, timeZone: string): boolean {
  const zoned = DateTime.fromJSDate(at, { zone: timeZone });
  const local = zoned.isValid ? zoned : DateTime.fromJSDate(at, { zone: 'utc' });
  const now = local.toFormat('HH:mm');
  if (from <= to) return days.includes(local.weekday) && from <= now && now < to;
  // A night belongs to the day on which it began.
  const yesterday = local.minus({ days: 1 }).weekday;
  return (days.includes(local.weekday) && now >= from) || (days.includes(yesterday) && now < to);
}

function same(
  stage: { pipelineId: number; statusId: number },
  other: { pipelineId: number; statusId: number } | undefined,
): boolean {
  return other !== undefined && stage.pipelineId === other.pipelineId && stage.statusId === other.statusId;
}

/** NaN where it cannot be told, which is beyond every limit. */
function changePercent(price: { before: number | null; after: number } | undefined): number {
  if (price === undefined) return Number.NaN;
  const { before, after } = price;
  if (before === after) return 0;
  return before === null || before <= 0
    ? Number.POSITIVE_INFINITY
    : (Math.abs(after - before) / before) * 100;
}

function daysAhead(due: Date | undefined, at: Date): number {
  return due === undefined ? Number.NaN : (due.getTime() - at.getTime()) / 86_400_000;
}
