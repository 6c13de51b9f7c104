import type { ProposalView } from '../actions/index.ts';
import type { Tx } from '../db/index.ts';
import { AppError, type TenantId, toError } from '../kernel/index.ts';
import type { Decision, Door } from '../policy/index.ts';
import type { OrderedAction } from './commands/index.ts';
import type { ActiveAgent } from './definition/index.ts';
import type { AgentDeps } from './deps.ts';
import { type OrderedBy, policyInputOf } from './policy-input.ts';
import type { RunStart } from './queries.ts';

/** What became of one ordered action. */
export interface Outcome {
  decision: Decision;
  /** Null where it was not even proposed. */
  proposal: ProposalView | null;
  /** What keeps the promises of a message. */
  tasks: ProposalView[];
  /** Why not, for the model. */
  error: string | null;
  /** What the actions said against it. */
  fault: AppError | null;
}

export interface OrderPlace extends OrderedBy {
  agent: ActiveAgent;
  timeZone: string;
  signal: AbortSignal;
}

const door: Door = 'widget';

/**
 * Has the policy decide about what was ordered in a run. What it forbids is not proposed. The rest becomes one
 * group of proposals within the rights of the rep who asked; what may pass alone is approved at once, by the
 * same path as a person's approval and bound to the same digest. What the rules on wording set aside as a draft
 * waits for a person, whatever the policy says.
 */
export async function orderInRun(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  actions: OrderedAction[],
  place: OrderPlace,
): Promise<Outcome[]> {
  const outcomes = actions.map((action): Outcome => {
    const decision = deps.rules.decide({
      ...policyInputOf(action, place),
      door,
      actor: { kind: 'rep' },
      policy: place.agent.definition.policy,
      at: deps.clock.now(),
      timeZone: place.timeZone,
      // A rep's run is given notes, other people's messages and documents.
      run: { sawPrivate: true, sawUntrusted: true },
    });
    const error = decision.mode === 'never' ? refusal(decision) : null;
    return { decision, proposal: null, tasks: [], error, fault: null };
  });
  const wanted = outcomes.flatMap((outcome, index) => {
    const action = actions[index];
    return outcome.error === null && action ? [{ outcome, action }] : [];
  });
  await proposeAll(deps, tenantId, start, wanted, place);
  for (const outcome of outcomes) {
    if (outcome.decision.mode === 'auto' && outcome.proposal?.state === 'open')
      outcome.proposal = await approveAlone(deps, tenantId, start, outcome.proposal, outcome.decision, place);
  }
  return outcomes;
}

/** What is asked for at once is one group; where one of them cannot be, each by itself. */
async function proposeAll(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  wanted: { outcome: Outcome; action: OrderedAction }[],
  place: OrderPlace,
): Promise<void> {
  const propose = async (some: typeof wanted) => {
    const { leadId, userId, runId, questionId, answerId, locale, visibility } = start;
    const { proposals } = await deps.actions.propose(tenantId, {
      tries: await deps.db.withTenant(tenantId, tx => triesAt(tx, tenantId, questionId)),
      leadId,
      actor: { kind: 'agent', id: userId, name: place.agent.name },
      runId,
      messageId: answerId,
      visibility,
      locale,
      actions: some.map(({ action }) => action),
      signal: place.signal,
    });
    const kept = new Set(proposals.flatMap(({ wording }) => wording?.tasks ?? []));
    const ordered = proposals.filter(({ id }) => !kept.has(id));
    for (const [index, { outcome }] of some.entries()) {
      outcome.proposal = ordered[index] ?? null;
      const ids = outcome.proposal?.wording?.tasks ?? [];
      outcome.tasks = proposals.filter(({ id }) => ids.includes(id));
    }
  };
  if (wanted.length === 0) return;
  try {
    await propose(wanted);
    return;
  } catch (thrown) {
    place.signal.throwIfAborted();
    if (!(thrown instanceof AppError)) throw thrown;
    // The only one there is has been tried.
    const [only] = wanted;
    if (wanted.length === 1 && only) {
      only.outcome.fault = thrown;
      only.outcome.error = refusalOf(thrown);
      return;
    }
  }
  for (const one of wanted) {
    try {
      await propose([one]);
    } catch (thrown) {
      place.signal.throwIfAborted();
      if (!(thrown instanceof AppError)) throw thrown;
      one.outcome.fault = thrown;
      one.outcome.error = refusalOf(thrown);
    }
  }
}

/** This run and those before it on the same question. */
async function triesAt(tx: Tx, tenantId: TenantId, questionId: string): Promise<string[]> {
  const rows = await tx('runs').where({ tenant_id: tenantId, question_id: questionId }).select('id');
  return rows.map(row => row.id);
}

/** The proposal as it stands then; where it cannot be approved it goes on waiting for a person. */
async function approveAlone(
  deps: AgentDeps,
  tenantId: TenantId,
  { userId }: RunStart,
  proposal: ProposalView,
  decision: Decision,
  { agent, signal }: OrderPlace,
): Promise<ProposalView> {
  const { id, digest } = proposal;
  try {
    const by = { userId, name: agent.name, agentId: agent.id, agentVersion: agent.version };
    return await deps.actions.approveAlone(tenantId, { proposalId: id, digest, by, signal });
  } catch (thrown) {
    signal.throwIfAborted();
    deps.log.warn(
      { proposalId: id, reason: decision.reason, err: toError(thrown) },
      'what the policy allows could not be approved and waits for a person',
    );
    return proposal;
  }
}

function refusal({ reason }: Decision): string {
  return `The account’s policy does not allow this (${reason}). Say so; do not try it another way.`;
}

function refusalOf(error: AppError): string {
  const faults = error.extensions['errors'];
  return Array.isArray(faults) ? `${error.message} ${JSON.stringify(faults)}` : error.message;
}
