import knexModule, { type Knex } from 'knex';
import type { Db } from './db.ts';
import { DatabaseUnreachable, UnsafeDatabaseRole } from './errors.ts';
import { knexDb, typeParsers } from './knex-db.ts';

export interface PostgresOptions {
  /** Logs in as a role that owns nothing and cannot bypass row-level security. */
  url: string;
  /** Logs in as the owner of the schema; null where migrating is somebody else's. */
  migrationUrl: string | null;
  poolMax: number;
}

/**
 * PostgreSQL with pgvector.
 *
 * @throws DatabaseUnreachable if nobody answers
 * @throws UnsafeDatabaseRole if the role of `url` could read around the wall (checked after migrating)
 */
export async function openPostgres({ url, migrationUrl, poolMax }: PostgresOptions): Promise<Db> {
  const knex = connect(url, poolMax);
  const owner = migrationUrl === null ? null : connect(migrationUrl, 2);
  const login = new URL(url);
  const db = knexDb({
    kind: 'postgres',
    knex,
    migrator: owner && { knex: owner, afterwards: migrated => prepareLogin(migrated, login) },
    stepDown: false,
    async close() {
      await knex.destroy();
      await owner?.destroy();
    },
  });
  return {
    ...db,
    async migrate() {
      try {
        await owner?.raw('select 1');
      } catch (cause) {
        throw new DatabaseUnreachable(cause);
      }
      await db.migrate();
      await refuseUnsafeRole(knex);
    },
  };
}

function connect(url: string, max: number): Knex {
  return knexModule({
    client: 'pg',
    connection: { connectionString: url, types: typeParsers, application_name: 'cardwise' },
    pool: { min: 0, max },
    acquireConnectionTimeout: 10_000,
  });
}

/** Makes the login role of DATABASE_URL a member of cardwise_app, creating it if it is missing. */
async function prepareLogin(owner: Knex, login: URL): Promise<void> {
  const role = decodeURIComponent(login.username);
  const { rows } = await owner.raw('select 1 from pg_roles where rolname = ?', [role]);
  if (rows.length === 0) {
    const password = decodeURIComponent(login.password);
    const { rows: quoted } = await owner.raw(
      `select format('create role %I login nosuperuser nobypassrls password %L', ?::text, ?::text) as sql`,
      [role, password],
    );
    await owner.raw(quoted[0].sql);
  }
  await owner.raw('grant cardwise_app to ??', [role]);
  await owner.raw('create schema if not exists pgboss');
  await owner.raw('grant usage, create on schema pgboss to ??', [role]);
  await owner.raw('grant select on knex_migrations to cardwise_app');
}

async function refuseUnsafeRole(knex: Knex): Promise<void> {
  let rows: { role: string; rolsuper: boolean; rolbypassrls: boolean; member: boolean; owns: boolean }[];
  try {
    ({ rows } = await knex.raw(`
      select current_user as role, rolsuper, rolbypassrls,
        coalesce((select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = 'cardwise_app'), false) as member,
        exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relname = 'tenants' and c.relowner = (select oid from pg_roles where rolname = current_user)) as owns
      from pg_roles where rolname = current_user`));
  } catch (cause) {
    throw new DatabaseUnreachable(cause);
  }
  const row = rows[0];
  if (!row) throw new UnsafeDatabaseRole('unknown', 'is not in the catalogue');
  if (row.rolsuper) throw new UnsafeDatabaseRole(row.role, 'is a superuser');
  if (row.rolbypassrls) throw new UnsafeDatabaseRole(row.role, 'has BYPASSRLS');
  if (row.owns) throw new UnsafeDatabaseRole(row.role, 'owns the tables and could drop their policies');
  if (!row.member) throw new UnsafeDatabaseRole(row.role, 'is not a member of cardwise_app');
}
