import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';

export interface BotWait {
  id: string;
  leadId: number;
  returnUrl: string;
}

/** So long a bot is kept waiting for a person to approve an answer; then it is told to go on. */
export const waitMs = 10 * 60_000;
/** A message that took a wait at its very end is still being sent. */
const graceMs = 60_000;
/** Kommo sends a request again within minutes; after that nothing is compared with it. */
const keptMs = 24 * 3_600_000;

/** Remembers a bot that waits, once however often Kommo says so. Lead 0 where it waits on another record. */
export async function storeWait(
  tx: Tx,
  tenantId: TenantId,
  { leadId, returnUrl, now }: { leadId: number; returnUrl: string; now: Date },
): Promise<void> {
  await tx('bot_waits')
    .insert({ tenant_id: tenantId, id: newId(), lead_id: leadId, return_url: returnUrl, received_at: now })
    .onConflict(['tenant_id', 'return_url'])
    .ignore();
}

/** The latest bot that waits for an answer about this lead, or about any. */
export async function openWait(
  tx: Tx,
  tenantId: TenantId,
  { leadId, now }: { leadId: number | null; now: Date },
): Promise<BotWait | null> {
  const row = await tx('bot_waits')
    .where({ tenant_id: tenantId })
    .where(of => (leadId === null ? of.where('lead_id', '>', 0) : of.where({ lead_id: leadId })))
    .whereNull('continued_at')
    .where('received_at', '>', new Date(now.getTime() - waitMs))
    .orderBy('received_at', 'desc')
    .first();
  return row ? toWait(row) : null;
}

/** Bots that nobody answered in time, or that wait on no lead, which nobody can answer. */
export async function overdueWaits(tx: Tx, tenantId: TenantId, now: Date): Promise<BotWait[]> {
  await tx('bot_waits')
    .where({ tenant_id: tenantId })
    .where('received_at', '<', new Date(now.getTime() - keptMs))
    .delete();
  const rows = await tx('bot_waits')
    .where({ tenant_id: tenantId })
    .whereNull('continued_at')
    .where(due =>
      due.where({ lead_id: 0 }).orWhere('received_at', '<=', new Date(now.getTime() - waitMs - graceMs)),
    )
    .orderBy('received_at')
    .limit(100);
  return rows.map(toWait);
}

export async function useUpWait(tx: Tx, tenantId: TenantId, waitId: string, now: Date): Promise<void> {
  await tx('bot_waits').where({ tenant_id: tenantId, id: waitId }).update({ continued_at: now });
}

function toWait(row: { id: string; lead_id: number; return_url: string }): BotWait {
  return { id: row.id, leadId: row.lead_id, returnUrl: row.return_url };
}
