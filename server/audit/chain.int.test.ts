import { expect } from 'chai';
import pg from 'pg';
import { hashOfLine } from '../../migrations/20261123000300_actions.ts';
import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { genesis, hashLine, recordAudit, verifyAudit } from './index.ts';

describe('the audit log', () => {
  let db: Db;
  let tenantId: TenantId;

  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
  });
  beforeEach(async () => {
    tenantId = await addTenant(db);
  });

  const record = (event: string, details: Record<string, string | number | boolean | null> = {}) =>
    db.withTenant(tenantId, tx =>
      recordAudit(tx, tenantId, { event, actor: { kind: 'rep', id: '7' }, target: 'x', details }),
    );

  /** As somebody with the rights of the database's owner could; our own role cannot. */
  async function tamper(sql: string): Promise<void> {
    const url = process.env.TEST_DATABASE_MIGRATION_URL;
    const whole = `begin; select set_config('app.tenant_id', '${tenantId}', true); ${sql}; commit`;
    if (!url) {
      await db.executeForQueue(whole, []);
      return;
    }
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(whole);
    await client.end();
  }

  it('chains lines that are written at the same moment, one after the other', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => record('test.happened', { at, b: null, a: true })),
    );
    expect(await verifyAudit(db, tenantId)).to.deep.equal({ ok: true, checked: 30, broken: null });
    const lines = await db.withTenant(tenantId, tx => tx('audit_events').orderBy('seq'));
    expect(lines.map(line => line.seq)).to.deep.equal(Array.from({ length: 30 }, (_, at) => at + 1));
    expect(lines[0].previous_hash).to.equal(genesis);
    for (const [at, line] of lines.entries())
      if (at > 0) expect(line.previous_hash).to.equal(lines[at - 1].hash);
  });

  it('keeps no line of a transaction that is rolled back, and leaves no gap for it', async () => {
    await record('test.first');
    const lost = db.withTenant(tenantId, async tx => {
      await recordAudit(tx, tenantId, { event: 'test.lost', actor: { kind: 'system', id: null } });
      throw new Error('midway');
    });
    await lost.catch(() => undefined);
    await record('test.second');
    expect(await verifyAudit(db, tenantId)).to.deep.include({ ok: true, checked: 2 });
  });

  for (const [what, sql, broken] of [
    ['changed', "update audit_events set event = 'test.forged' where seq = 3", { seq: 3, reason: 'changed' }],
    [
      'changed in its details',
      'update audit_events set details = \'{"n":4}\' where seq = 2',
      { seq: 2, reason: 'changed' },
    ],
    [
      'moved in time',
      "update audit_events set at = at - interval '1 hour' where seq = 4",
      { seq: 4, reason: 'changed' },
    ],
    ['taken out', 'delete from audit_events where seq = 2', { seq: 2, reason: 'missing' }],
    ['cut off at the end', 'delete from audit_events where seq > 3', { seq: 4, reason: 'missing' }],
  ] as const) {
    it(`names the line that was ${what}`, async () => {
      for (let n = 1; n <= 5; n += 1) await record('test.happened', { n });
      await tamper(sql.replace(' where ', ` where tenant_id = '${tenantId}' and `));
      expect(await verifyAudit(db, tenantId)).to.deep.include({ ok: false, broken });
    });
  }

  for (const [what, sql] of [
    ['deleted', 'delete from audit_heads where true'],
    [
      'put back',
      'update audit_heads set seq = 3, hash = (select hash from audit_events e where e.seq = 3 and e.tenant_id = audit_heads.tenant_id) where true',
    ],
  ] as const) {
    it(`says so when the end of the chain was ${what}`, async () => {
      for (let n = 1; n <= 5; n += 1) await record('test.happened', { n });
      const own = sql.replace('where true', `where tenant_id = '${tenantId}'`);
      await tamper(
        `alter table audit_heads disable trigger audit_head_grows; ${own}; alter table audit_heads enable trigger audit_head_grows`,
      );
      expect(await verifyAudit(db, tenantId)).to.deep.include({ ok: false });
    });
  }

  it('can be lengthened by our own role and neither shortened nor forgotten', async () => {
    await record('test.happened');
    const code = (work: Parameters<typeof db.withTenant>[1]) =>
      db.withTenant(tenantId, work).then(
        () => 'nothing was refused',
        error => error.code,
      );
    expect(await code(tx => tx('audit_heads').delete())).to.equal('42501');
    expect(await code(tx => tx('audit_heads').update({ seq: 0 }))).to.equal('42501');
    await record('test.happened');
    expect(await verifyAudit(db, tenantId)).to.deep.equal({ ok: true, checked: 2, broken: null });
  });

  it('hashes in the migration as in the code that goes on with it', () => {
    const line = { id: 'a', at: new Date(), event: 'e', target: null, details: { b: 1, a: 'x' } };
    expect(hashOfLine('p', 5, { ...line, actor_kind: 'rep', actor_id: '7' })).to.equal(
      hashLine('p', 5, { ...line, actorKind: 'rep', actorId: '7', details: { a: 'x', b: 1 } }),
    );
  });
});
