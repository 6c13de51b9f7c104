import { type Db, openPglite, openPostgres } from '../db/index.ts';
import { newTenantId, type TenantId } from '../kernel/index.ts';

let shared: Promise<Db> | null = null;

/**
 * The one migrated database of this test process: PGlite in memory, or the PostgreSQL that
 * TEST_DATABASE_URL names. Tests keep apart by making tenants of their own.
 */
export function testDatabase(): Promise<Db> {
  shared ??= open();
  return shared;
}

async function open(): Promise<Db> {
  const url = process.env.TEST_DATABASE_URL;
  const db = url
    ? await openPostgres({ url, migrationUrl: process.env.TEST_DATABASE_MIGRATION_URL ?? null, poolMax: 8 })
    : await openPglite(null);
  await db.migrate();
  return db;
}

/** Closes the shared database; the last root hook of the run calls it. */
export async function closeTestDatabase(): Promise<void> {
  const open = shared;
  shared = null;
  await (await open)?.close();
}

let nextAccount = 50_000_000 + Math.floor(Math.random() * 1_000_000) * 100;

/**
 * A bare tenant, for tests that need no Kommo behind it: it stands in no directory, so that the sweeps of other
 * suites on this database do not go through it.
 */
export async function addTenant(db: Db, overrides: Record<string, unknown> = {}): Promise<TenantId> {
  const tenantId = newTenantId();
  nextAccount += 1;
  const row = {
    tenant_id: tenantId,
    account_id: nextAccount,
    client_uuid: 'test-integration',
    origin: `https://account-${nextAccount}.kommo.com`,
    subdomain: `account-${nextAccount}`,
    name: `Account ${nextAccount}`,
    ...overrides,
  };
  await db.withTenant(tenantId, tx => tx('tenants').insert(row));
  return tenantId;
}

/** The same in the directory too, as an account that has installed it. */
export async function addListedTenant(db: Db): Promise<TenantId> {
  const tenantId = await addTenant(db);
  const { client_uuid, account_id, origin } = await db.withTenant(tenantId, tx => tx('tenants').first());
  await db.withoutTenant(tx =>
    tx('tenant_routes').insert({ client_uuid, account_id, tenant_id: tenantId, origin }),
  );
  return tenantId;
}
