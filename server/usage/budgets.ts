import { z } from 'zod';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** What one of them may use up in a day; null for no cap of its own. */
const Budget = z.strictObject({
  microsPerDay: z.int().min(1).max(1_000_000_000_000).nullable().default(null),
  tokensPerDay: z.int().min(1).max(1_000_000_000_000).nullable().default(null),
});

/** The caps that an account sets itself; each rep and each lead has the same. An agent's stand in its definition. */
export const BudgetSettings = z.strictObject({
  tenant: Budget.prefault({}),
  rep: Budget.prefault({}),
  lead: Budget.prefault({}),
});
export type BudgetSettings = z.output<typeof BudgetSettings>;

export async function readBudgets(tx: Tx, tenantId: TenantId): Promise<BudgetSettings> {
  const row = await tx('budget_settings').where({ tenant_id: tenantId }).first('settings');
  return BudgetSettings.parse(row?.settings ?? {});
}

export async function saveBudgets(
  tx: Tx,
  tenantId: TenantId,
  { settings, by, at }: { settings: BudgetSettings; by: string; at: Date },
): Promise<void> {
  const row = { settings: JSON.stringify(settings), updated_by: by, updated_at: at };
  await tx('budget_settings')
    .insert({ tenant_id: tenantId, ...row })
    .onConflict('tenant_id')
    .merge(row);
}

export interface SpentToday {
  scope: string;
  scopeId: string;
  reservedMicros: number;
  settledMicros: number;
  settledTokens: number | null;
  capMicros: number | null;
  capTokens: number | null;
}

/** How far each cap of a day is used, the account's own first. */
export async function spentOn(tx: Tx, tenantId: TenantId, day: string): Promise<SpentToday[]> {
  const { rows } = await tx.raw(
    `select 'tenant' as scope, '' as scope_id, reserved_micros, settled_micros, null::bigint as settled_tokens,
       least(cap_micros, account_cap_micros) as cap_micros, null::bigint as cap_tokens, 0 as rank
     from usage_days where tenant_id = :tenantId and day = cast(:day as date)
     union all
     select 'tenant', 'own-keys', own_reserved_micros, own_settled_micros, null::bigint, account_cap_micros, null::bigint, 1
     from usage_days where tenant_id = :tenantId and day = cast(:day as date)
       and own_reserved_micros + own_settled_micros > 0
     union all
     select scope, scope_id, reserved_micros, settled_micros, settled_tokens, cap_micros, cap_tokens, 2
     from usage_counters where tenant_id = :tenantId and day = cast(:day as date)
     order by rank, settled_micros desc limit 200`,
    { tenantId, day },
  );
  const number = (value: unknown) => (value === null ? null : Number(value));
  return rows.map((row: Record<string, unknown>) => ({
    scope: String(row['scope']),
    scopeId: String(row['scope_id']),
    reservedMicros: Number(row['reserved_micros']),
    settledMicros: Number(row['settled_micros']),
    settledTokens: number(row['settled_tokens']),
    capMicros: number(row['cap_micros']),
    capTokens: number(row['cap_tokens']),
  }));
}
