import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
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

/**
 * Sets money aside before a model is called. Reserved plus settled never exceed the cap, however many
 * runs ask at once: the day's row is changed only where there is room, in one statement.
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
    capMicros,
  }: { day: string; purpose: string; runId: string | null; model: string; micros: number; capMicros: number },
): Promise<Reservation> {
  const id = newId();
  const { rowCount } = await tx.raw(
    `with room as (
       insert into usage_days as d (tenant_id, day, reserved_micros)
       select :tenantId, :day, cast(:micros as bigint) where cast(:micros as bigint) <= cast(:capMicros as bigint)
       on conflict (tenant_id, day) do update set reserved_micros = d.reserved_micros + excluded.reserved_micros
       where d.reserved_micros + d.settled_micros + excluded.reserved_micros <= cast(:capMicros as bigint)
       returning day)
     insert into usage_entries (tenant_id, id, day, purpose, run_id, model, reserved_micros)
     select :tenantId, :id, day, :purpose, :runId, :model, cast(:micros as bigint) from room`,
    { tenantId, day, micros, capMicros, id, purpose, runId, model },
  );
  if (rowCount !== 1) throw new CapReached();
  return { id, day, reservedMicros: micros };
}

/** Replaces a reservation by what was really spent. A second settlement of the same one changes nothing. */
export async function settle(tx: Tx, tenantId: TenantId, reservationId: string, spend: Spend): Promise<void> {
  await tx.raw(
    `with entry as (
       update usage_entries set state = 'settled', cost_micros = :cost, input_tokens = :input, output_tokens = :output, settled_at = now()
       where tenant_id = :tenantId and id = :id and state = 'reserved'
       returning day, reserved_micros)
     update usage_days d
     set reserved_micros = d.reserved_micros - entry.reserved_micros, settled_micros = d.settled_micros + :cost
     from entry where d.tenant_id = :tenantId and d.day = entry.day`,
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
