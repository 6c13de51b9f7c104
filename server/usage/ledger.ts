import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { counterName, type Limit, type SpentBy, setAsideIn } from './counters.ts';
import { CapReached } from './errors.ts';

export interface Reservation {
  id: string;
  day: string;
  reservedMicros: number;
}

export interface Spend {
  costMicros: number;
  inputTokens: number;
  outputTokens: number;
}

/** Who pays the provider: us with the operator's key, or the account with a key of its own. */
export type PaidBy = 'operator' | 'account';

/**
 * Sets money aside before a model is called. Reserved plus settled never exceed the cap, however many
 * runs ask at once: the day's row is changed only where there is room, in one statement. What an account pays
 * itself is counted apart, and no cap of the operator's holds it.
 *
 * @param day the account's own calendar day, `YYYY-MM-DD`
 * @throws CapReached
 */
export async function reserve(
  tx: Tx,
  tenantId: TenantId,
  {
    day,
    purpose,
    runId,
    model,
    micros,
    paidBy = 'operator',
    capMicros,
    accountCapMicros,
    tokens = 0,
    by = { agentId: null, userId: null, leadId: null },
    limits = [],
  }: {
    day: string;
    purpose: string;
    runId: string | null;
    model: string;
    micros: number;
    paidBy?: PaidBy;
    /** What the operator pays for the account. */
    capMicros: number;
    /** What the account allows itself, whoever pays; null for no cap, left out where the call is under none. */
    accountCapMicros?: number | null;
    /** What it may take in and give out. */
    tokens?: number;
    by?: SpentBy;
    /** Further caps that it has to fit. */
    limits?: Limit[];
  },
): Promise<Reservation> {
  const id = newId();
  const { rowCount } = await tx.raw(
    `with room as (
       insert into usage_days as d (tenant_id, day, reserved_micros, own_reserved_micros, cap_micros, account_cap_micros)
       select :tenantId, :day, cast(:ours as bigint), cast(:own as bigint), cast(:capMicros as bigint),
         cast(:accountCapMicros as bigint)
       where cast(:ours as bigint) <= cast(:capMicros as bigint)
         and (cast(:accountCapMicros as bigint) is null or cast(:micros as bigint) <= cast(:accountCapMicros as bigint))
       on conflict (tenant_id, day) do update set
         reserved_micros = d.reserved_micros + excluded.reserved_micros,
         own_reserved_micros = d.own_reserved_micros + excluded.own_reserved_micros,
         cap_micros = excluded.cap_micros,
         account_cap_micros = case when :knowsAccountCap then excluded.account_cap_micros else d.account_cap_micros end
       where (cast(:ours as bigint) = 0
           or d.reserved_micros + d.settled_micros + excluded.reserved_micros <= cast(:capMicros as bigint))
         and (cast(:accountCapMicros as bigint) is null
           or d.reserved_micros + d.settled_micros + d.own_reserved_micros + d.own_settled_micros
             + cast(:micros as bigint) <= cast(:accountCapMicros as bigint))
       returning day)
     insert into usage_entries (tenant_id, id, day, purpose, run_id, model, reserved_micros, reserved_tokens,
       agent_id, user_id, lead_id, counted_in, paid_by)
     select :tenantId, :id, day, :purpose, :runId, :model, cast(:micros as bigint), cast(:tokens as bigint),
       :agentId, :userId, :leadId, cast(:countedIn as text[]), :paidBy from room`,
    {
      tenantId,
      day,
      micros,
      ours: paidBy === 'operator' ? micros : 0,
      own: paidBy === 'account' ? micros : 0,
      paidBy,
      capMicros,
      accountCapMicros: accountCapMicros ?? null,
      knowsAccountCap: accountCapMicros !== undefined,
      id,
      purpose,
      runId,
      model,
      tokens,
      ...by,
      countedIn: limits.map(counterName),
    },
  );
  if (rowCount !== 1) throw new CapReached();
  if (limits.length > 0) await setAsideIn(tx, tenantId, { day, micros, tokens, limits });
  return { id, day, reservedMicros: micros };
}

/**
 * Replaces a reservation by what was really spent, and says once for each day where half, four fifths and all of
 * a cap is used up. A second settlement of the same one changes nothing.
 */
export async function settle(tx: Tx, tenantId: TenantId, reservationId: string, spend: Spend): Promise<void> {
  await tx.raw(
    `with entry as (
       update usage_entries set state = 'settled', cost_micros = :cost, input_tokens = :input, output_tokens = :output, settled_at = now()
       where tenant_id = :tenantId and id = :id and state = 'reserved'
       returning day, reserved_micros, reserved_tokens, counted_in, paid_by = 'account' as own),
     of_day as (
       update usage_days d
       set reserved_micros = d.reserved_micros - case when own then 0 else entry.reserved_micros end,
         settled_micros = d.settled_micros + case when own then 0 else cast(:cost as bigint) end,
         own_reserved_micros = d.own_reserved_micros - case when own then entry.reserved_micros else 0 end,
         own_settled_micros = d.own_settled_micros + case when own then cast(:cost as bigint) else 0 end
       from entry where d.tenant_id = :tenantId and d.day = entry.day
       returning d.day, d.settled_micros, d.own_settled_micros, d.cap_micros, d.account_cap_micros),
     counted as (
       update usage_counters c
       set reserved_micros = c.reserved_micros - entry.reserved_micros, settled_micros = c.settled_micros + :cost,
         reserved_tokens = c.reserved_tokens - entry.reserved_tokens,
         settled_tokens = c.settled_tokens + cast(:input as bigint) + cast(:output as bigint)
       from entry where c.tenant_id = :tenantId and c.day = entry.day
         and c.scope || ':' || c.scope_id = any(entry.counted_in)
       returning c.scope, c.scope_id, c.day, c.settled_micros, c.cap_micros, c.settled_tokens, c.cap_tokens)
     insert into budget_alerts (tenant_id, scope, scope_id, day, measure, percent, spent, cap)
     select :tenantId, scope, scope_id, day, measure, percent, spent, cap from (
       select 'tenant' as scope, '' as scope_id, day, 'micros' as measure, settled_micros as spent, cap_micros as cap from of_day
       union all select 'tenant', '', day, 'micros', settled_micros + own_settled_micros, account_cap_micros from of_day
       union all select scope, scope_id, day, 'micros', settled_micros, cap_micros from counted
       union all select scope, scope_id, day, 'tokens', settled_tokens, cap_tokens from counted
     ) spending cross join unnest(array[50, 80, 100]) as percent
     where cap is not null and cap > 0 and spent * 100 >= cap * percent
     on conflict (tenant_id, scope, scope_id, day, measure, percent) do nothing`,
    {
      tenantId,
      id: reservationId,
      cost: spend.costMicros,
      input: spend.inputTokens,
      output: spend.outputTokens,
    },
  );
}

/**
 * Settles what a crash left reserved at its full amount: the provider may have charged it, and a cap
 * that forgets is no cap.
 */
export async function settleAbandoned(tx: Tx, tenantId: TenantId, runId: string): Promise<void> {
  const open = await tx('usage_entries')
    .where({ tenant_id: tenantId, run_id: runId, state: 'reserved' })
    .select('id', 'reserved_micros');
  for (const entry of open) {
    await settle(tx, tenantId, entry.id, {
      costMicros: entry.reserved_micros,
      inputTokens: 0,
      outputTokens: 0,
    });
  }
}
