import type { TenantId } from '../kernel/index.ts';
import { type Command, runCommand } from './commands/index.ts';
import type { AgentDeps } from './deps.ts';
import type { LiveRun } from './live-run.ts';
import { proposeInRun } from './propose-in-run.ts';
import type { RunStart } from './queries.ts';

/**
 * Carries out what a rep ordered with a slash: what it changes is proposed, not done. No model is asked and
 * nothing is spent.
 */
export async function carryOut(
  deps: AgentDeps,
  tenantId: TenantId,
  start: RunStart,
  command: Command,
  live: LiveRun,
): Promise<void> {
  const { signal } = live;
  live.emit({ type: 'step', data: { kind: 'reading-lead' } });
  const account = await deps.accountOf(tenantId);
  const { lead } = await deps.leads.read(account, start.userId, start.leadId, signal);
  const { text, actions } = await runCommand(command, {
    locale: start.locale,
    timeZone: account.timeZone,
    now: deps.clock.now(),
    lead,
    async stages() {
      return (await deps.actions.choices(tenantId)).stages;
    },
  });
  live.emit({ type: 'step', data: { kind: 'answering' } });
  signal.throwIfAborted();
  if (actions.length > 0) {
    const proposals = await proposeInRun(deps, tenantId, start, actions, signal);
    for (const proposal of proposals) live.emit({ type: 'proposal', data: proposal });
  }
  live.appendText(text);
}
