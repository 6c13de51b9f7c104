import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { CapReached, reserve, settle, settleAbandoned } from './index.ts';

describe('the ledger of spending', () => {
  let db: Db;
  let tenantId: TenantId;
  const day = '2026-03-01';

  before(async () => {
    db = await testDatabase();
  });
  beforeEach(async () => {
    tenantId = await addTenant(db);
  });

  const set = (micros: number, capMicros: number, runId: string | null = null) =>
    db.withTenant(tenantId, tx =>
      reserve(tx, tenantId, { day, purpose: 'answer', runId, model: 'm', micros, capMicros }),
    );
  const sums = () =>
    db.withTenant(tenantId, tx => tx('usage_days').where({ tenant_id: tenantId, day }).first());
  const refused = (error: unknown) => (error instanceof CapReached ? 'refused' : Promise.reject(error));

  it('sets aside what fits under the cap as a number, and refuses the rest', async () => {
    await set(9, 10);
    expect(await set(2, 10).catch(refused)).to.equal('refused');
    await set(1, 10);
    expect(await sums()).to.include({ reserved_micros: 10, settled_micros: 0 });
  });

  it('refuses a first reservation that is larger than the cap', async () => {
    expect(await set(100, 99).catch(refused)).to.equal('refused');
    expect(await sums()).to.equal(undefined);
  });

  it('never exceeds the cap, however many ask at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => set(7, 100).then(() => 'set', refused)),
    );
    expect(outcomes.filter(outcome => outcome === 'set')).to.have.length(14);
    expect(await sums()).to.include({ reserved_micros: 98 });
  });

  it('replaces a reservation by what was spent, once', async () => {
    const { id } = await set(50, 100);
    const spend = { costMicros: 20, inputTokens: 3, outputTokens: 4 };
    for (const _ of [1, 2]) await db.withTenant(tenantId, tx => settle(tx, tenantId, id, spend));
    expect(await sums()).to.include({ reserved_micros: 0, settled_micros: 20 });
  });

  it('counts what a crash left open in full, because it may have been charged', async () => {
    const runId = newId();
    await set(50, 100, runId);
    await set(5, 100);
    for (const _ of [1, 2]) await db.withTenant(tenantId, tx => settleAbandoned(tx, tenantId, runId));
    expect(await sums()).to.include({ reserved_micros: 5, settled_micros: 50 });
  });
});
