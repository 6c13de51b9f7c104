import type { ProposalView } from '../actions/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { OrderedAction } from './commands/index.ts';
import type { AgentDeps } from './deps.ts';
import type { RunStart } from './queries.ts';

/**
 * Makes proposals of what was ordered in a run, as one group, within the rights of the rep who asked.
 *
 * @throws what the actions say of arguments and rights
 */
export async function proposeInRun(
  deps: AgentDeps,
  tenantId: TenantId,
  { leadId, userId, runId, answerId, locale, visibility }: RunStart,
  actions: OrderedAction[],
  signal: AbortSignal,
): Promise<ProposalView[]> {
  const { proposals } = await deps.actions.propose(tenantId, {
    leadId,
    actor: { kind: 'agent', id: userId, name: deps.agentName },
    runId,
    messageId: answerId,
    visibility,
    locale,
    actions,
    signal,
  });
  return proposals;
}
