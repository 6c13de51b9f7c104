import type { Sweep } from '../../jobs/index.ts';
import { type TenantId, toError } from '../../kernel/index.ts';
import { KommoNotFound, KommoRejected } from '../../kommo/index.ts';
import { readTenant } from '../../tenants/index.ts';
import { textsFor } from '../../texts/index.ts';
import type { ActionsDeps } from '../deps.ts';
import { type BotWait, overdueWaits, useUpWait } from './bot-waits.ts';

/** A bot that nobody answers would hang on the lead and keep every other bot from it. */
export function releaseBotsSweep(deps: ActionsDeps, listTenants: () => Promise<TenantId[]>): Sweep {
  return {
    name: 'actions.release-bots',
    async run(signal) {
      const tenants = await deps.db.tenantsWhere(await listTenants(), 'exists (select from bot_waits)');
      for (const tenantId of tenants) {
        const due = await deps.db.withTenant(tenantId, tx => overdueWaits(tx, tenantId, deps.clock.now()));
        for (const wait of due) {
          if (signal.aborted) return;
          await release(deps, tenantId, wait, signal).catch(thrown =>
            deps.log.warn({ tenantId, waitId: wait.id, err: toError(thrown) }, 'a bot still waits'),
          );
        }
      }
    },
  };
}

/** Kommo takes one answer for a wait, so that a second process that says the same is refused. */
async function release(
  { db, client, accountOf, clock }: ActionsDeps,
  tenantId: TenantId,
  { id, leadId, returnUrl }: BotWait,
  signal: AbortSignal,
): Promise<void> {
  const tenant = await db.withTenant(tenantId, tx => readTenant(tx, tenantId));
  if (tenant?.state !== 'ready') return;
  const value = textsFor(tenant.locale).actions.botApology;
  const answer = {
    data: { status: 'fail' },
    ...(leadId > 0 ? { execute_handlers: [{ handler: 'show', params: { type: 'text', value } }] } : {}),
  };
  try {
    await client.write(await accountOf(tenantId), 'POST', returnUrl, answer, { lane: 'client', signal });
  } catch (thrown) {
    // Answered before, stopped, or never to be answered: in no case does it wait for us any more.
    if (!(thrown instanceof KommoNotFound || thrown instanceof KommoRejected)) throw thrown;
  }
  await db.withTenant(tenantId, tx => useUpWait(tx, tenantId, id, clock.now()));
}
