import { expect } from 'chai';
import { newTenantId, type TenantId } from '../kernel/index.ts';
import { addTenant } from '../testing/database.ts';
import type { Db } from './db.ts';
import { refuseInsideTransaction } from './knex-db.ts';

/** What every database behind the port keeps. `open` gives a database of its own, not yet migrated in this process. */
export function describeDatabase(name: string, open: () => Promise<Db>): void {
  describe(`the database port on ${name}`, () => {
    let db: Db;
    let tenantId: TenantId;

    before(async function () {
      this.timeout(120_000);
      db = await open();
      await db.migrate();
      tenantId = await addTenant(db);
    });
    after(() => db.close());

    const lease = (name: string) => ({ tenant_id: tenantId, name, holder: tenantId, expires_at: new Date() });
    const count = (name: string) =>
      db.withTenant(tenantId, tx => tx('leases').where({ name }).count({ n: '*' }).first());

    it('commits what a transaction did when it resolves, and nothing of it when it throws', async () => {
      const answer = await db.withTenant(tenantId, async tx => {
        await tx('leases').insert(lease('kept'));
        return 'value';
      });
      expect(answer).to.equal('value');
      const failed = db.withTenant(tenantId, async tx => {
        await tx('leases').insert(lease('lost'));
        throw new Error('midway');
      });
      expect(await failureOf(failed)).to.have.property('message', 'midway');
      expect(await count('kept')).to.deep.equal({ n: 1 });
      expect(await count('lost')).to.deep.equal({ n: 0 });
    });

    it('goes on after a failed statement: the next transaction is a clean one', async () => {
      expect(
        await failureOf(db.withTenant(tenantId, tx => tx.raw('select no_such_column'))),
      ).to.have.property('code', '42703');
      expect(await count('kept')).to.deep.equal({ n: 1 });
    });

    it("shows a tenant's rows to that tenant and to nobody else", async () => {
      expect(await db.withTenant(newTenantId(), tx => tx('leases'))).to.deep.equal([]);
      expect(await db.withoutTenant(tx => tx('leases'))).to.deep.equal([]);
    });

    it('finds the tenants for which a condition holds, each asked behind its own wall', async () => {
      const [one, other, none] = [await addTenant(db), await addTenant(db), await addTenant(db)];
      for (const id of [one, other])
        await db.withTenant(id, tx =>
          tx('leases').insert({ ...lease(`of ${id}`), tenant_id: id, holder: id }),
        );
      const ours = [none, other, one];
      expect(await db.tenantsWhere(ours, 'exists (select from leases)')).to.deep.equal([other, one]);
      // What stands in the rows of one is not seen in the turn of another.
      expect(
        await db.tenantsWhere(ours, `exists (select from leases where name = $2 ->> 'name')`, {
          name: `of ${one}`,
        }),
      ).to.deep.equal([one]);
      expect(await db.tenantsWhere(ours, 'exists (select from leases where tenant_id <> $1)')).to.deep.equal(
        [],
      );
      expect(await db.tenantsWhere([], 'true')).to.deep.equal([]);
      expect(await failureOf(db.tenantsWhere(ours, 'no_such_column'))).to.have.property('code', '42703');
      expect(await db.withoutTenant(tx => tx('leases'))).to.deep.equal([]);
    });

    it('refuses a transaction inside one, and the network inside one', async () => {
      const nested = db.withTenant(tenantId, () => db.withTenant(tenantId, async () => undefined));
      expect(await failureOf(nested))
        .to.have.property('message')
        .that.contains('inside a database transaction');
      const called = db.withTenant(tenantId, async () => refuseInsideTransaction('The network was used'));
      expect(await failureOf(called))
        .to.have.property('message')
        .that.contains('inside a database transaction');
      const queued = db.withTenant(tenantId, () => db.executeForQueue('select 1', []));
      expect(await failureOf(queued))
        .to.have.property('message')
        .that.contains('inside a database transaction');
    });

    it('reads bigint as a number, a day as its text and a moment as a Date', async () => {
      const { rows } = await db.withoutTenant(tx =>
        tx.raw(
          `select 9007199254740991::bigint as big, '2026-03-01'::date as day, '2026-03-01T12:00:00Z'::timestamptz as at, '{"a":1}'::jsonb as json, '\\x00ff'::bytea as bytes, null as nothing`,
        ),
      );
      expect(rows[0].big).to.equal(Number.MAX_SAFE_INTEGER);
      expect(rows[0].day).to.equal('2026-03-01');
      expect(rows[0].at).to.deep.equal(new Date('2026-03-01T12:00:00Z'));
      expect(rows[0].json).to.deep.equal({ a: 1 });
      expect([...rows[0].bytes]).to.deep.equal([0, 255]);
    });

    it('keeps parallel transactions apart, each with its own tenant', async () => {
      const tenants = await Promise.all(Array.from({ length: 6 }, () => addTenant(db)));
      const seen = await Promise.all(
        [...tenants, ...tenants].map(id =>
          db.withTenant(id, async tx => {
            const first = await tx.raw(`select current_setting('app.tenant_id') as id`);
            const names = await tx('tenants').select('tenant_id');
            return [first.rows[0].id, names.map(row => row.tenant_id)];
          }),
        ),
      );
      expect(seen).to.deep.equal([...tenants, ...tenants].map(id => [id, [id]]));
    });

    it('migrates a second time without changing anything, and then lacks nothing', async () => {
      await db.migrate();
      expect(await db.pendingMigrations()).to.deep.equal([]);
      expect(await count('kept')).to.deep.equal({ n: 1 });
      await db.ping();
    });

    it('closes only after open transactions have ended, and answers nothing afterwards', async function () {
      this.timeout(60_000);
      const other = await open();
      await other.migrate();
      let release: () => void = () => {};
      const held = new Promise<void>(resolve => {
        release = resolve;
      });
      let entered: () => void = () => {};
      const inside = new Promise<void>(resolve => {
        entered = resolve;
      });
      const ends: string[] = [];
      const work = other
        .withoutTenant(async tx => {
          entered();
          await held;
          await tx.raw('select 1');
        })
        .then(() => ends.push('transaction'));
      await inside;
      const closing = other.close().then(() => ends.push('closed'));
      setImmediate(release);
      await Promise.all([work, closing]);
      expect(ends).to.deep.equal(['transaction', 'closed']);
      expect(await failureOf(other.ping())).to.be.instanceOf(Error);
    });
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'nothing failed',
    error => error,
  );
}
