import { dayIn, type TenantId } from '../kernel/index.ts';
import type { AnswerRequest, Llm, LlmUsage } from '../llm/index.ts';
import type { ChainLink } from '../models/index.ts';
import {
  alertRefused,
  CapReached,
  type Limit,
  type Reservation,
  reserve,
  type Spend,
} from '../usage/index.ts';
import type { ActiveAgent } from './definition/index.ts';
import type { AgentDeps } from './deps.ts';
import type { RunStart } from './queries.ts';

/** What was set aside for a call, and what of it was spent; settled when the run is stored. */
export interface Spending {
  reservation: Reservation;
  spend: Spend;
}

/**
 * Sets money and tokens aside for one call: within the caps of this run first, then within those of the day.
 * Nothing is set aside for a model that costs nothing.
 *
 * @throws CapReached
 */
export async function setAside(
  deps: AgentDeps,
  { llm, paidBy }: Pick<ChainLink, 'llm' | 'paidBy'>,
  tenantId: TenantId,
  agent: ActiveAgent,
  start: RunStart,
  request: AnswerRequest,
  spent: Spending[],
): Promise<Reservation | null> {
  const micros = llm.estimateCostMicros(request);
  if (micros === 0) return null;
  const tokens = llm.estimateTokens(request) + request.maxOutputTokens;
  assertRunHasRoom(agent, spent, { micros, tokens });
  const { timeZone } = await deps.accountOf(tenantId);
  const day = dayIn(timeZone, deps.clock.now());
  const spend = {
    day,
    purpose: 'answer',
    runId: start.runId,
    model: llm.name,
    micros,
    tokens,
    paidBy,
    capMicros: deps.dailyCapMicros,
    accountCapMicros: agent.budgets.tenant.microsPerDay,
    by: { agentId: agent.id, userId: String(start.userId), leadId: String(start.leadId) },
    limits: limitsOf(agent, start),
  };
  try {
    return await deps.db.withTenant(tenantId, tx => reserve(tx, tenantId, spend));
  } catch (thrown) {
    if (thrown instanceof CapReached)
      await deps.db.withTenant(tenantId, tx => alertRefused(tx, tenantId, { day, limit: thrown.limit }));
    throw thrown;
  }
}

/** @throws CapReached where this run has used up what one run may */
function assertRunHasRoom(
  { definition: { caps } }: ActiveAgent,
  spent: Spending[],
  next: { micros: number; tokens: number },
): void {
  const sum = (of: (spend: Spend) => number) => spent.reduce((total, { spend }) => total + of(spend), 0);
  const micros = sum(spend => spend.costMicros) + next.micros;
  const tokens = sum(spend => spend.inputTokens + spend.outputTokens) + next.tokens;
  const overMoney = caps.microsPerRun !== null && micros > caps.microsPerRun;
  const overTokens = caps.tokensPerRun !== null && tokens > caps.tokensPerRun;
  if (overMoney || overTokens) throw new CapReached({ scope: 'run', scopeId: '' });
}

/** Only what has a cap of its own is counted on its own. */
function limitsOf({ id, definition: { caps }, budgets }: ActiveAgent, start: RunStart): Limit[] {
  const limits: Limit[] = [
    { scope: 'tenant', scopeId: 'tokens', capMicros: null, capTokens: budgets.tenant.tokensPerDay },
    {
      scope: 'agent',
      scopeId: id ?? 'built-in',
      capMicros: caps.microsPerDay,
      capTokens: caps.tokensPerDay,
    },
    {
      scope: 'rep',
      scopeId: String(start.userId),
      capMicros: budgets.rep.microsPerDay,
      capTokens: budgets.rep.tokensPerDay,
    },
    {
      scope: 'lead',
      scopeId: String(start.leadId),
      capMicros: budgets.lead.microsPerDay,
      capTokens: budgets.lead.tokensPerDay,
    },
  ];
  return limits.filter(({ capMicros, capTokens }) => capMicros !== null || capTokens !== null);
}

/** A provider that says one of these has done nothing for us. */
const uncharged = new Set([
  'model-rate-limited',
  'model-refused-key',
  'model-rejected',
  'model-context-too-long',
  'model-out-of-credit',
]);

export function isUncharged(failureCode: string | null): boolean {
  return failureCode !== null && uncharged.has(failureCode);
}

/**
 * What a call cost. One that ended without a report of its usage counts with the most it can have cost: the
 * whole prompt and what was said. `written` is null where the provider refused the call.
 */
export function spendOf(
  llm: Llm,
  reservation: Reservation | null,
  request: AnswerRequest,
  usage: LlmUsage | null,
  written: string | null,
): Spend {
  if (usage) return usage;
  if (written === null || reservation === null) return { costMicros: 0, inputTokens: 0, outputTokens: 0 };
  const saidTokens = Math.ceil(Buffer.byteLength(written) / 3);
  const atMost = llm.estimateCostMicros({ ...request, maxOutputTokens: saidTokens });
  return { costMicros: Math.min(reservation.reservedMicros, atMost), inputTokens: 0, outputTokens: 0 };
}
