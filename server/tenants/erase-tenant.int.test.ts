import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { openFiles } from '../files/index.ts';
import { createLogger, type TenantId } from '../kernel/index.ts';
import { addListedTenant, testDatabase } from '../testing/database.ts';
import { fillTenant } from '../testing/filled-tenant.ts';
import { eraseSweep } from './erase-sweep.ts';
import { eraseTenant, leftTenants } from './erase-tenant.ts';

describe('erasing an account that has left', () => {
  let db: Db;
  let left: TenantId;
  let staying: TenantId;
  const cutoff = new Date('2026-06-01T00:00:00Z');
  const leave = (tenantId: TenantId, at: string) =>
    db.withTenant(tenantId, tx =>
      tx('tenants').where({ tenant_id: tenantId }).update({ state: 'uninstalled', uninstalled_at: at }),
    );
  async function counts(tenantId: TenantId): Promise<Record<string, number>> {
    return db.withTenant(tenantId, async tx => {
      const { rows } = await tx.raw(
        `select table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
         where c.column_name = 'tenant_id' and t.table_type = 'BASE TABLE' and t.table_schema = 'public'`,
      );
      const found: Record<string, number> = {};
      for (const { name } of rows)
        found[name] = Number((await tx(name).where({ tenant_id: tenantId }).count('* as n').first())?.['n']);
      return found;
    });
  }

  beforeEach(async function () {
    this.timeout(60_000);
    db = await testDatabase();
    left = await addListedTenant(db);
    staying = await addListedTenant(db);
    for (const tenantId of [left, staying]) await fillTenant(db, tenantId);
  });

  it('empties every table of that tenant but the log, and none of another one', async () => {
    await leave(left, '2026-05-01T00:00:00Z');
    const before = await counts(staying);
    expect(await leftTenants(db, [left, staying], cutoff)).to.deep.equal([left]);
    expect(await eraseTenant(db, left, cutoff)).to.equal(true);
    const rest = Object.entries(await counts(left)).filter(([, count]) => count > 0);
    expect(rest.map(([name]) => name)).to.have.members([
      'audit_events',
      'audit_heads',
      'tenant_routes',
      'tenants',
    ]);
    expect(await counts(staying)).to.deep.equal(before);
    expect(await leftTenants(db, [left, staying], cutoff)).to.deep.equal([]);
  });

  it('is done by the sweep after the retention time, with the files', async () => {
    await leave(left, '2026-05-01T00:00:00Z');
    const dataDir = await mkdtemp(join(tmpdir(), 'cardwise-erase-'));
    const files = openFiles({ kind: 'disk', dataDir }, fetch);
    await files.put(left, 'left', new Uint8Array([1]));
    await files.put(staying, 'staying', new Uint8Array([2]));
    const log = createLogger('silent', { write: () => {} });
    const sweepAt = (at: string) =>
      eraseSweep({
        db,
        files,
        log,
        clock: { now: () => new Date(at) },
        listTenants: async () => [left, staying],
        retentionDays: 30,
      }).run(new AbortController().signal);
    await sweepAt('2026-05-30T00:00:00Z');
    expect(await files.list(left)).to.have.length(1);
    await sweepAt('2026-06-01T00:00:00Z');
    expect(await files.list(left)).to.deep.equal([]);
    expect(await files.list(staying)).to.have.length(1);
    expect((await counts(left))['documents']).to.equal(0);
    await rm(dataDir, { recursive: true });
  });

  it('leaves one that left of late, that came back, or that never left', async () => {
    await leave(left, '2026-06-02T00:00:00Z');
    const before = await counts(left);
    expect(await eraseTenant(db, left, cutoff)).to.equal(false);
    expect(await eraseTenant(db, staying, cutoff)).to.equal(false);
    expect(await counts(left)).to.deep.equal(before);
  });
});
