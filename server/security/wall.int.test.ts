import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { fillTenant } from '../testing/filled-tenant.ts';

/** Tables without a tenant, and why each may be one. */
const reviewed: Record<string, string> = {
  tenant_routes: 'maps account and origin to a tenant, holds nothing else',
  integrations: 'sealed secrets of the integrations, needed before an account is known',
  kommo_budgets: 'when an account and our address were last called, so that all integrations of one share it',
  pending_installs: 'sealed codes that wait until their tenant is known',
  hook_paths: 'maps the hash of a secret address to a tenant, holds nothing else',
  knex_migrations: 'names of migrations',
  knex_migrations_lock: 'one flag',
};

interface Table {
  name: string;
  enabled: boolean;
  forced: boolean;
  policies: { using: string | null; check: string | null; roles: string }[];
}

describe('the wall between tenants', () => {
  let db: Db;
  let tables: Table[];
  let ours: TenantId;
  let theirs: TenantId;

  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
    ours = await addTenant(db);
    theirs = await addTenant(db);
    tables = await readTables(db);
    for (const tenantId of [ours, theirs]) await fillTenant(db, tenantId);
  });

  const walled = () => tables.filter(table => !(table.name in reviewed));

  it('stands around every table that is not on the reviewed list', () => {
    for (const { name, enabled, forced, policies } of walled()) {
      expect({ name, enabled, forced }).to.deep.equal({ name, enabled: true, forced: true });
      expect(policies, name).to.have.length.greaterThan(0);
      for (const { using, check } of policies) {
        expect(using, `${name}: what may be read`).to.match(/tenant_id = .*app\.tenant_id/);
        expect(check, `${name}: what may be written`).to.match(/tenant_id = .*app\.tenant_id/);
      }
    }
    expect(walled().length).to.be.greaterThan(20);
    const gone = Object.keys(reviewed).filter(name => !tables.some(table => table.name === name));
    expect(gone, 'reviewed tables that no longer exist').to.deep.equal([]);
  });

  it('is built on a tenant_id that can never be null and begins every primary key', async () => {
    const { rows } = await db.withoutTenant(tx =>
      tx.raw(`
        select c.relname as name, a.attnotnull as required,
          (select i.indkey[0] = a.attnum from pg_index i where i.indrelid = c.oid and i.indisprimary) as leads
        from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
        left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where c.relkind in ('r', 'p')`),
    );
    for (const { name, required, leads } of rows) {
      if (!(name in reviewed))
        expect({ name, required, leads }).to.deep.equal({ name, required: true, leads: true });
    }
  });

  it('lets the application work as a role that can neither bypass it nor own it', async () => {
    const { rows } = await db.withoutTenant(tx =>
      tx.raw(`
        select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
          exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(current_user, c.relowner, 'member')) as owns,
          has_schema_privilege(current_user, 'public', 'create') as "mayCreate"
        from pg_roles where rolname = current_user`),
    );
    const no = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
    };
    expect(rows).to.deep.equal([{ ...no, owns: false, mayCreate: false }]);
  });

  it('shows nothing of any tenant table while no tenant is set', async () => {
    for (const { name } of walled()) {
      const count = await db.withoutTenant(tx => tx(name).count({ n: '*' }).first());
      expect(count, name).to.deep.equal({ n: 0 });
    }
  });

  it('hides every row of another tenant from reading, changing and deleting', async () => {
    for (const { name } of walled()) {
      const [own, foreign] = await db.withTenant(ours, async tx => [
        await tx(name).count({ n: '*' }).first(),
        await tx(name).whereNot({ tenant_id: ours }).count({ n: '*' }).first(),
      ]);
      expect(Number(own?.['n']), `${name}: the test must fill it`).to.be.greaterThan(0);
      expect(foreign, name).to.deep.equal({ n: 0 });
      if (name === 'audit_events') continue;
      const touched = await db.withTenant(ours, async tx => [
        // Nobody may change a version at all.
        name === 'agent_versions'
          ? 0
          : await tx(name).where({ tenant_id: theirs }).update({ tenant_id: ours }),
        // Nobody may delete from there at all; see below.
        name === 'audit_heads' ? 0 : await tx(name).where({ tenant_id: theirs }).delete(),
      ]);
      expect(touched, name).to.deep.equal([0, 0]);
      const left = await db.withTenant(theirs, tx => tx(name).count({ n: '*' }).first());
      expect(Number(left?.['n']), name).to.be.greaterThan(0);
    }
  });

  it('refuses to write a row of another tenant, or to hand one over', async () => {
    for (const { name } of walled()) {
      const row = await db.withTenant(ours, tx => tx(name).first());
      const forged = Object.fromEntries(
        Object.entries({ ...row, tenant_id: theirs }).map(([key, value]) => [
          key,
          isPlainJson(value) ? JSON.stringify(value) : value,
        ]),
      );
      expect(
        await codeOf(db.withTenant(ours, tx => tx(name).insert(forged))),
        `insert into ${name}`,
      ).to.equal('42501');
      if (name === 'audit_events') continue;
      const given = db.withTenant(ours, tx =>
        tx(name).where({ tenant_id: ours }).update({ tenant_id: theirs }),
      );
      expect(await codeOf(given), `update of ${name}`).to.equal('42501');
    }
  });

  it('keeps the audit log from being changed or deleted, by its own tenant too', async () => {
    expect(await codeOf(db.withTenant(ours, tx => tx('audit_events').update({ event: 'forged' })))).to.equal(
      '42501',
    );
    expect(await codeOf(db.withTenant(ours, tx => tx('audit_events').delete()))).to.equal('42501');
    expect(await codeOf(db.withTenant(ours, tx => tx('audit_heads').delete()))).to.equal('42501');
    expect(await codeOf(db.withTenant(ours, tx => tx.raw('truncate audit_events')))).to.equal('42501');
  });

  it('does not let one transaction leave its tenant to the next', async () => {
    await db.withTenant(ours, tx => tx('messages').first());
    const { rows } = await db.withoutTenant(tx =>
      tx.raw(`select current_setting('app.tenant_id', true) as tenant`),
    );
    expect(rows[0].tenant || '').to.equal('');
  });
});

async function readTables(db: Db): Promise<Table[]> {
  const { rows } = await db.withoutTenant(tx =>
    tx.raw(`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        coalesce((select json_agg(json_build_object('using', p.qual, 'check', p.with_check, 'roles', p.roles::text))
          from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname), '[]') as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'v') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'pgboss')
      order by c.relname`),
  );
  return rows;
}

function isPlainJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing was refused';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
