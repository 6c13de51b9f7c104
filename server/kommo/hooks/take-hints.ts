import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import { KommoBlocked, KommoBusy, ReconnectNeeded } from '../errors.ts';
import { type Budget, confirmRecords, type MirrorDeps, shareOf, type Wanted } from '../mirror/index.ts';
import type { HintKind } from './read-hints.ts';

/** Of one kind in one round, so that a crowd of one kind holds up no other. */
const ofKindMax = 1_000;

interface Waiting {
  kind: HintKind;
  id: string;
  parent_kind: string;
  contact_id: string | null;
  arrivals: number;
}

/**
 * Reads back records that hooks named, some of every kind, and forgets those that are done. What the budget
 * left goes behind the others of its kind.
 *
 * @returns how many it looked at, and whether there were more of a kind than it took
 * @throws KommoUnavailable, ReconnectNeeded: those it did not come to wait for another try
 */
export async function takeHints(
  deps: MirrorDeps,
  account: Account,
  budget: Budget,
): Promise<{ taken: number; isFull: boolean }> {
  const { db, clock } = deps;
  const { tenantId } = account;
  const waiting = await db.withTenant(tenantId, tx => dueHints(tx, tenantId, clock.now()));
  const kinds = [...new Set(waiting.map(({ kind }) => kind))];
  let failure: unknown = null;
  for (const [index, kind] of kinds.entries()) {
    const hints = waiting.filter(one => one.kind === kind);
    try {
      const share = shareOf(budget, kinds.length - index);
      const left = new Set((await confirmRecords(deps, account, hints.map(toWanted), share)).map(keyOf));
      await settle(deps, tenantId, kind, {
        done: hints.filter(hint => !left.has(keyOf(hint))),
        left: hints.filter(hint => left.has(keyOf(hint))),
      });
    } catch (error) {
      if (budget.signal.aborted) throw error;
      // Whatever it was, the next try comes later than the last. One list that fails holds up no other kind.
      const stopsAll = isOfTheAccount(error);
      await postpone(
        deps,
        tenantId,
        stopsAll ? waiting.filter(one => kinds.indexOf(one.kind) >= index) : hints,
      );
      if (stopsAll) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  const isFull = kinds.some(kind => waiting.filter(one => one.kind === kind).length === ofKindMax);
  return { taken: waiting.length, isFull };
}

/** No other list of the account would be answered either. */
function isOfTheAccount(error: unknown): boolean {
  return error instanceof ReconnectNeeded || error instanceof KommoBlocked || error instanceof KommoBusy;
}

async function dueHints(tx: Tx, tenantId: TenantId, now: Date): Promise<Waiting[]> {
  const { rows } = await tx.raw(
    `select kind, id, parent_kind, contact_id, arrivals from (
       select h.*, row_number() over (partition by kind order by due_at, received_at) as place
       from hook_hints h where tenant_id = :tenantId and due_at <= :now
     ) as placed where place <= :ofKindMax`,
    { tenantId, now, ofKindMax },
  );
  return rows;
}

function toWanted({ kind, id, parent_kind, contact_id }: Waiting): Wanted {
  return {
    kind,
    id,
    ...(parent_kind === '' ? {} : { parentKind: parent_kind }),
    ...(contact_id === null ? {} : { contactId: contact_id }),
  };
}

const keyOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;

/**
 * Removes what is done, unless it was named once more meanwhile: then it is looked at once more. By lists of ids
 * and not by a join, which the planner may turn into one comparison of every two.
 */
async function settle(
  { db, clock }: MirrorDeps,
  tenantId: TenantId,
  kind: HintKind,
  { done, left }: { done: Waiting[]; left: Waiting[] },
): Promise<void> {
  const arrivals = Object.fromEntries(done.map(one => [`${one.id} ${one.parent_kind}`, one.arrivals]));
  await db.withTenant(tenantId, async tx => {
    await tx('hook_hints')
      .where({ tenant_id: tenantId, kind })
      .whereIn('id', idsOf(done))
      .whereRaw(`arrivals = cast(cast(? as jsonb) ->> (id || ' ' || parent_kind) as integer)`, [
        JSON.stringify(arrivals),
      ])
      .delete();
    await tx('hook_hints')
      .where({ tenant_id: tenantId, kind })
      .whereIn('id', idsOf(left))
      .update({ due_at: clock.now() });
  });
}

async function postpone({ db, clock }: MirrorDeps, tenantId: TenantId, hints: Waiting[]): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    for (const kind of new Set(hints.map(one => one.kind)))
      await tx('hook_hints')
        .where({ tenant_id: tenantId, kind })
        .whereIn('id', idsOf(hints.filter(one => one.kind === kind)))
        .update({
          attempts: tx.raw('attempts + 1'),
          due_at: tx.raw(
            'cast(? as timestamptz) + make_interval(secs => least(300, 2 ^ least(attempts, 10)))',
            [clock.now()],
          ),
        });
  });
}

const idsOf = (hints: Waiting[]) => [...new Set(hints.map(({ id }) => id))];
