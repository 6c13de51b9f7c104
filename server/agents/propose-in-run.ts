import type { ProposalView } from '../actions/index.ts';
import type { Tx } from '../db/index.ts';
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
  { leadId, userId, runId, questionId, answerId, locale, visibility }: RunStart,
  actions: OrderedAction[],
  signal: AbortSignal,
): Promise<ProposalView[]> {
  const { proposals } = await deps.actions.propose(tenantId, {
    tries: await deps.db.withTenant(tenantId, tx => triesAt(tx, tenantId, questionId)),
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

/** This run and those before it on the same question. */
async function triesAt(tx: Tx, tenantId: TenantId, questionId: string): Promise<string[]> {
  const rows = await tx('runs').where({ tenant_id: tenantId, question_id: questionId }).select('id');
  return rows.map(row => row.id);
}
