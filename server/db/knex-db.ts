import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import pg from 'pg';
import { migrations } from '../../migrations/index.ts';
import { asTenantId, type TenantId } from '../kernel/index.ts';
import type { Db, Tx } from './db.ts';

/** Set inside a transaction: what it begins with. */
const insideTransaction = new AsyncLocalStorage<string>();

/** Throws when called inside a transaction: a slow peer must never hold a connection and its locks. */
export function refuseInsideTransaction(what: string): void {
  if (insideTransaction.getStore()) throw new Error(`${what} inside a database transaction.`);
}

/** Leaves the mark of a transaction behind, for work that only begins in one, such as a background loop. */
export function outsideTransaction<T>(work: () => T): T {
  return insideTransaction.exit(work);
}

/** Of `tenantsWhere`, so that no transaction becomes long. */
const tenantsAtOnce = 1_000;

export interface KnexDbOptions {
  kind: Db['kind'];
  knex: Knex;
  /** A connection that owns the schema; null where somebody else migrates. */
  migrator: { knex: Knex; afterwards?: (knex: Knex) => Promise<void> } | null;
  /** PGlite's session is a superuser, so each transaction steps down first. */
  stepDown: boolean;
  close(): Promise<void>;
}

/** What both adapters share: transactions behind the wall, and migrations. */
export function knexDb({ kind, knex, migrator, stepDown, close }: KnexDbOptions): Db {
  async function transaction<T>(tenantId: TenantId | '', work: (tx: Tx) => Promise<T>): Promise<T> {
    refuseInsideTransaction('A second transaction was begun');
    // In the message of BEGIN nothing can be bound, so the tenant's form is asserted instead.
    const tenant = tenantId === '' ? '' : asTenantId(tenantId);
    const step = stepDown ? 'set local role cardwise_app; ' : '';
    const begin = `begin; ${step}select set_config('app.tenant_id', '${tenant}', true)`;
    return insideTransaction.run(begin, () => knex.transaction(work));
  }
  beginInOneMessage(knex);
  return {
    kind,
    withTenant: transaction,
    withoutTenant: work => transaction('', work),
    async tenantsWhere(tenantIds, condition, given = {}) {
      const found: TenantId[] = [];
      for (let from = 0; from < tenantIds.length; from += tenantsAtOnce) {
        const part = tenantIds.slice(from, from + tenantsAtOnce);
        const { rows } = await transaction('', tx =>
          tx.raw('select tenants_where(?::uuid[], ?, ?::jsonb) as id', [
            part,
            condition,
            JSON.stringify(given),
          ]),
        );
        found.push(...rows.map((row: { id: TenantId }) => row.id));
      }
      return found;
    },
    async migrate() {
      if (migrator === null) return;
      await migrator.knex.migrate.latest({ migrationSource });
      await migrator.afterwards?.(migrator.knex);
    },
    async pendingMigrations() {
      const done = await knex('knex_migrations')
        .select<{ name: string }[]>('name')
        .catch(() => []);
      const names = new Set(done.map(row => row.name));
      return Object.keys(migrations).filter(name => !names.has(name));
    },
    asOwner: kind === 'postgres' && migrator !== null ? asOwner(migrator.knex) : null,
    async ping() {
      await knex.raw('select 1');
    },
    async executeForQueue(sql, values) {
      refuseInsideTransaction('The queue was used');
      const connection = await knex.client.acquireConnection();
      try {
        const result = await connection.query(sql, values);
        return Array.isArray(result)
          ? { rows: result.flatMap(part => part.rows), rowCount: 0 }
          : { rows: result.rows, rowCount: result.rowCount ?? 0 };
      } catch (error) {
        // The queue opens transactions in its own SQL; the next user of this connection must not find one.
        await connection.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        await knex.client.releaseConnection(connection);
      }
    },
    close,
  };
}

function asOwner(owner: Knex): (statements: string[]) => Promise<void> {
  return async statements => {
    refuseInsideTransaction('The schema was changed');
    const connection = await owner.client.acquireConnection();
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      // What a statement set is for it alone.
      await connection.query('reset all').catch(() => undefined);
      await owner.client.releaseConnection(connection);
    }
  };
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations),
  getMigrationName: name => name,
  async getMigration(name) {
    const migration = migrations[name];
    if (!migration) throw new Error(`No migration is called ${name}.`);
    return migration;
  },
};

/** bigint as number: Kommo's ids and our amounts stay far below 2^53. Dates as their text, days have no zone. */
export const typeParsers = {
  getTypeParser(oid: number, format?: string) {
    if (oid === 20) return Number;
    if (oid === 1082) return String;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

interface Beginning {
  begin(connection: unknown): Promise<unknown>;
  query(connection: unknown, sql: string): Promise<unknown>;
}

/**
 * Has our transactions begin with the wall up, in the round trip that knex spends on BEGIN anyway: short
 * transactions are most of a turn's cost. Migrations, which run outside the mark, begin as usual.
 */
function beginInOneMessage(knex: Knex): void {
  const { client } = knex;
  const open = client.transaction.bind(client);
  client.transaction = (...args: unknown[]) => {
    const transaction: Beginning = open(...args);
    const begin = insideTransaction.getStore();
    if (begin !== undefined) transaction.begin = connection => transaction.query(connection, begin);
    return transaction;
  };
}
