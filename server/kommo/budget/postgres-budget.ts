import { z } from 'zod';
import type { Db, Tx } from '../../db/index.ts';
import { newId } from '../../kernel/index.ts';
import type { RateBudget, RateLimits } from './budget.ts';
import { answered, blocked, decide, freshAccount, freshAddress, slowed, unblocked } from './rule.ts';

const Account = z
  .object({
    recent: z.array(z.object({ ticket: z.string(), at: z.number(), answeredAt: z.number() })),
    pace: z.number(),
    pacedAt: z.number(),
    urgentAt: z.number(),
  })
  .catch(freshAccount);
const Address = z
  .object({
    busyUntil: z.number(),
    pace: z.number(),
    pacedAt: z.number(),
    refusedAccount: z.string(),
    refusedAt: z.number(),
    blockedUntil: z.number(),
    probing: z.boolean(),
    blockMs: z.number(),
    blockedAt: z.number(),
  })
  .catch(freshAddress);

/**
 * For several processes without Redis: a row an account and a row an address, by the database's clock.
 * The account's row is always locked before the address's, so that two callers never wait for each other.
 */
export function postgresBudget(db: Db, limits: RateLimits): RateBudget {
  const addressKey = `address ${limits.address}`;
  const keyOf = (account: string) => `account ${account}`;
  const changeAddress = (
    change: (state: z.output<typeof Address>, now: number) => z.output<typeof Address>,
  ) =>
    db.withoutTenant(async tx => {
      const { state, now } = await locked(tx, addressKey);
      const changed = change(Address.parse(state), now);
      await save(tx, addressKey, changed);
      return Math.max(0, changed.blockedUntil - now);
    });

  return {
    reserve: (account, lane) =>
      db.withoutTenant(async tx => {
        const own = Account.parse((await locked(tx, keyOf(account))).state);
        const { state, now } = await locked(tx, addressKey);
        const decided = decide(own, Address.parse(state), now, lane, limits, newId());
        if (decided.account) await save(tx, keyOf(account), decided.account);
        if (decided.address) await save(tx, addressKey, decided.address);
        return decided.reservation;
      }),
    async answered(account, ticket) {
      await db.withoutTenant(async tx => {
        const { state, now } = await locked(tx, keyOf(account));
        await save(tx, keyOf(account), answered(Account.parse(state), ticket, now));
      });
    },
    async slowDown(account) {
      await db.withoutTenant(async tx => {
        const own = Account.parse((await locked(tx, keyOf(account))).state);
        const { state, now } = await locked(tx, addressKey);
        const slower = slowed(own, Address.parse(state), now, account);
        await save(tx, keyOf(account), slower.account);
        await save(tx, addressKey, slower.address);
      });
    },
    block: () => changeAddress((state, now) => blocked(state, now, limits)),
    async unblock() {
      await changeAddress(unblocked);
    },
    async blockedForMs() {
      const { rows } = await db.withoutTenant(tx =>
        tx.raw(
          `select state, (extract(epoch from clock_timestamp()) * 1000)::float8 as now
           from kommo_budgets where budget_key = :addressKey`,
          { addressKey },
        ),
      );
      return rows[0] ? Math.max(0, Address.parse(rows[0].state).blockedUntil - rows[0].now) : 0;
    },
    close: async () => undefined,
  };
}

/** The row, ours until the transaction ends, and the database's time at which it became so. */
async function locked(tx: Tx, key: string): Promise<{ state: unknown; now: number }> {
  const read = () =>
    tx.raw(
      // The time is taken from the locked row's side: in the same list it would be read before the wait.
      `with held as materialized (select state from kommo_budgets where budget_key = :key for update)
       select state, (extract(epoch from clock_timestamp()) * 1000)::float8 as now from held`,
      { key },
    );
  let { rows } = await read();
  if (rows.length === 0) {
    await tx.raw(`insert into kommo_budgets (budget_key) values (:key) on conflict do nothing`, { key });
    ({ rows } = await read());
  }
  return rows[0];
}

async function save(tx: Tx, key: string, state: object): Promise<void> {
  await tx.raw(`update kommo_budgets set state = :state::jsonb, touched_at = now() where budget_key = :key`, {
    key,
    state: JSON.stringify(state),
  });
}
