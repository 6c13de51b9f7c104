import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

export interface BudgetAlert {
  id: string;
  scope: string;
  scopeId: string;
  day: string;
  measure: 'micros' | 'tokens';
  percent: number;
  spent: number;
  cap: number;
  at: Date;
}

/** Somebody was turned away: whatever is settled, that budget is used up. Said once for each day. */
export async function alertRefused(
  tx: Tx,
  tenantId: TenantId,
  { day, limit }: { day: string; limit: { scope: string; scopeId: string } | null },
): Promise<void> {
  const { scope, scopeId } = limit ?? { scope: 'tenant', scopeId: '' };
  await tx.raw(
    `insert into budget_alerts (tenant_id, scope, scope_id, day, measure, percent, spent, cap)
     select :tenantId, :scope, :scopeId, cast(:day as date), 'micros', 100, spent, cap from (
       select settled_micros as spent, least(cap_micros, account_cap_micros) as cap from usage_days
       where tenant_id = :tenantId and day = cast(:day as date) and :scope = 'tenant' and :scopeId = ''
       union all
       select case when cap_micros is null then settled_tokens else settled_micros end, coalesce(cap_micros, cap_tokens)
       from usage_counters
       where tenant_id = :tenantId and scope = :scope and scope_id = :scopeId and day = cast(:day as date)
     ) spending where cap is not null
     on conflict (tenant_id, scope, scope_id, day, measure, percent) do nothing`,
    { tenantId, day, scope, scopeId },
  );
}

/** Newest first. */
export async function listAlerts(
  tx: Tx,
  tenantId: TenantId,
  { before, limit }: { before: Date | null; limit: number },
): Promise<BudgetAlert[]> {
  const query = tx('budget_alerts')
    .where({ tenant_id: tenantId })
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'percent', order: 'desc' },
    ])
    .limit(limit)
    .select('*', tx.raw(`to_char(day, 'YYYY-MM-DD') as day_text`));
  if (before !== null) query.where('at', '<', before);
  return (await query).map(row => ({
    id: row.id,
    scope: row.scope,
    scopeId: row.scope_id,
    day: row.day_text,
    measure: row.measure,
    percent: row.percent,
    spent: Number(row.spent),
    cap: Number(row.cap),
    at: row.at,
  }));
}
