import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { CapReached, reserve, settle, settleAbandoned } from './index.ts';

describe('the ledger of a day', () => {
  let db: Db;
  let tenantId: TenantId;
  const day = '2026-03-01';
  before(async () => {
    db = await testDatabase();
  });
  beforeEach(async () => {
    tenantId = await addTenant(db);
  });

  const ask = (micros: number, capMicros: number, runId = newId()) =>
    db.withTenant(tenantId, tx =>
      reserve(tx, tenantId, { day, purpose: 'answer', runId, model: 'm', micros, capMicros }),
    );
  const spend = (costMicros: number) => ({ costMicros, inputTokens: 10, outputTokens: 5 });
  const settled = (id: string, cost: number) =>
    db.withTenant(tenantId, tx => settle(tx, tenantId, id, spend(cost)));
  async function totals() {
    const row = await db.withTenant(tenantId, tx => tx('usage_days').where({ day }).first());
    return { reserved: row?.reserved_micros ?? 0, settled: row?.settled_micros ?? 0 };
  }

  it('never holds more than the cap, however many ask at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 64 }, () => ask(30, 1_000)));
    const granted = tries.filter(one => one.status === 'fulfilled');
    expect(granted).to.have.length(33);
    for (const one of tries) if (one.status === 'rejected') expect(one.reason).to.be.instanceOf(CapReached);
    expect(await totals()).to.deep.equal({ reserved: 990, settled: 0 });
    await ask(10, 1_000);
    expect(await ask(1, 1_000).catch(error => error)).to.be.instanceOf(CapReached);
  });

  it('counts what was spent against the cap, and gives the rest of a reservation back', async () => {
    const { id } = await ask(900, 1_000);
    await settled(id, 100);
    expect(await totals()).to.deep.equal({ reserved: 0, settled: 100 });
    expect(await ask(901, 1_000).catch(error => error)).to.be.instanceOf(CapReached);
    await ask(900, 1_000);
  });

  it('settles once, also when two settle together', async () => {
    const { id } = await ask(500, 1_000);
    await Promise.all([settled(id, 200), settled(id, 400), settled(id, 300)]);
    await settled(id, 1);
    const { reserved, settled: cost } = await totals();
    expect(reserved).to.equal(0);
    expect([200, 300, 400]).to.include(cost);
    const entry = await db.withTenant(tenantId, tx => tx('usage_entries').where({ id }).first());
    expect(entry.cost_micros).to.equal(cost);
  });

  it('settles what a crash left at its full amount, and only that', async () => {
    const runId = newId();
    const abandoned = await ask(300, 1_000, runId);
    const { id } = await ask(200, 1_000, runId);
    await settled(id, 50);
    await ask(100, 1_000);
    await db.withTenant(tenantId, tx => settleAbandoned(tx, tenantId, runId));
    await db.withTenant(tenantId, tx => settleAbandoned(tx, tenantId, runId));
    expect(await totals()).to.deep.equal({ reserved: 100, settled: 350 });
    expect(abandoned.reservedMicros).to.equal(300);
  });

  it('keeps days apart, takes a cap of nothing at its word, and amounts beyond 32 bits', async () => {
    expect(await ask(1, 0).catch(error => error)).to.be.instanceOf(CapReached);
    await ask(5_000_000_000, 6_000_000_000);
    expect(await totals()).to.deep.equal({ reserved: 5_000_000_000, settled: 0 });
    const other = await addTenant(db);
    const next = { day: '2026-03-02', purpose: 'answer', runId: null, model: 'm', micros: 1, capMicros: 1 };
    await db.withTenant(tenantId, tx => reserve(tx, tenantId, next));
    await db.withTenant(other, tx => reserve(tx, other, { ...next, day }));
  });

  it('holds what an account pays itself against the account’s own cap alone, and counts it apart', async () => {
    const own = (micros: number, accountCapMicros: number | null) =>
      db.withTenant(tenantId, tx => {
        const call = { day, purpose: 'answer', runId: null, model: 'm', micros, capMicros: 100 };
        return reserve(tx, tenantId, { ...call, paidBy: 'account', accountCapMicros });
      });
    const { id } = await own(5_000, null);
    await settled(id, 4_000);
    expect(await totals(), 'the operator’s cap has all its room').to.deep.equal({ reserved: 0, settled: 0 });
    await ask(100, 100);
    expect(await own(901, 5_000).catch(error => error), 'the account’s holds both').to.be.instanceOf(
      CapReached,
    );
    await own(900, 5_000);
    const [row] = await db.withTenant(tenantId, tx => tx('usage_days').where({ day }));
    expect([row.own_reserved_micros, row.own_settled_micros].map(Number)).to.deep.equal([900, 4_000]);
  });
});
