import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { CapReached } from './errors.ts';

/** Something with a cap of its own for a day; null where it has none of that measure. */
export interface Limit {
  scope: 'tenant' | 'agent' | 'rep' | 'lead';
  scopeId: string;
  capMicros: number | null;
  capTokens: number | null;
}

/** On whose account a call is made. */
export interface SpentBy {
  agentId: string | null;
  userId: string | null;
  leadId: string | null;
}

/** How an entry names the counters it is in. */
export function counterName({ scope, scopeId }: Limit): string {
  return `${scope}:${scopeId}`;
}

/**
 * Sets aside in the counter of each limit, if all of them have room. A counter that is new begins with what the
 * day has cost so far. Limits are taken in one order, so that two who want the same ones never wait for each
 * other in a circle.
 *
 * @throws CapReached naming the first limit without room; then the transaction must not commit
 */
export async function setAsideIn(
  tx: Tx,
  tenantId: TenantId,
  { day, micros, tokens, limits }: { day: string; micros: number; tokens: number; limits: Limit[] },
): Promise<void> {
  const ordered = [...limits].sort((a, b) => (counterName(a) < counterName(b) ? -1 : 1));
  for (const limit of ordered) {
    const { rowCount } = await tx.raw(
      `with fresh as (
         select coalesce(sum(coalesce(cost_micros, 0)), 0) as micros,
           coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0) as tokens
         from usage_entries e
         where e.tenant_id = :tenantId and e.day = cast(:day as date) and e.state = 'settled'
           and (:scope = 'tenant' or (:scope = 'agent' and e.agent_id = :scopeId)
             or (:scope = 'rep' and e.user_id = :scopeId) or (:scope = 'lead' and e.lead_id = :scopeId))
           and not exists (select from usage_counters k where k.tenant_id = :tenantId and k.scope = :scope
             and k.scope_id = :scopeId and k.day = cast(:day as date)))
       insert into usage_counters as c (tenant_id, scope, scope_id, day, reserved_micros, reserved_tokens,
         settled_micros, settled_tokens, cap_micros, cap_tokens)
       select :tenantId, :scope, :scopeId, cast(:day as date), cast(:micros as bigint), cast(:tokens as bigint),
         fresh.micros, fresh.tokens, cast(:capMicros as bigint), cast(:capTokens as bigint)
       from fresh
       where (cast(:capMicros as bigint) is null or fresh.micros + cast(:micros as bigint) <= cast(:capMicros as bigint))
         and (cast(:capTokens as bigint) is null or fresh.tokens + cast(:tokens as bigint) <= cast(:capTokens as bigint))
       on conflict (tenant_id, scope, scope_id, day) do update
       set reserved_micros = c.reserved_micros + excluded.reserved_micros,
         reserved_tokens = c.reserved_tokens + excluded.reserved_tokens,
         cap_micros = excluded.cap_micros, cap_tokens = excluded.cap_tokens
       where (excluded.cap_micros is null
           or c.reserved_micros + c.settled_micros + excluded.reserved_micros <= excluded.cap_micros)
         and (excluded.cap_tokens is null
           or c.reserved_tokens + c.settled_tokens + excluded.reserved_tokens <= excluded.cap_tokens)`,
      { tenantId, day, micros, tokens, ...limit },
    );
    if (rowCount !== 1) throw new CapReached(limit);
  }
}
