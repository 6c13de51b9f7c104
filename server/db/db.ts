import type { Knex } from 'knex';
import type { TenantId } from '../kernel/index.ts';

/** An open transaction. Inside it no network is touched and no second transaction begun; both throw. */
export type Tx = Knex.Transaction;

/**
 * The database port: PostgreSQL or PGlite behind one wall.
 *
 * Promises: every statement runs as a role that cannot bypass row-level security; the transaction commits
 * when `work` resolves and rolls back when it throws; a committed transaction survives kill -9 of this
 * process; `close` waits for open transactions.
 */
export interface Db {
  readonly kind: 'postgres' | 'pglite';
  /** The one way to a tenant's rows: a transaction that sees this tenant and no other. */
  withTenant<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For the routing tables, which have no tenant. Every tenant table is empty in here. */
  withoutTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Those of the tenants for which a condition holds, asked behind each one's wall, all in one round trip: what
   * sweeps of many tenants begin with. It only looks.
   *
   * @param condition a boolean expression of SQL out of this code; `$1` is the tenant, `$2` the jsonb `given`
   */
  tenantsWhere(
    tenantIds: TenantId[],
    condition: string,
    given?: Record<string, string | number | boolean>,
  ): Promise<TenantId[]>;
  /** Brings the schema up to date, as the owner of the schema. */
  migrate(): Promise<void>;
  /** Names of migrations this code has and the database lacks. */
  pendingMigrations(): Promise<string[]>;
  /**
   * Runs statements as the owner of the schema, one after the other on one connection and outside any
   * transaction, such as building an index without blocking. They see the schema and are not for reading rows.
   * Null where this process is not given the owner.
   */
  readonly asOwner: ((statements: string[]) => Promise<void>) | null;
  /** Resolves if the database answers. */
  ping(): Promise<void>;
  /** For the embedded queue alone, which keeps its own schema; it sees no tenant table's rows on PostgreSQL. */
  executeForQueue(sql: string, values: unknown[]): Promise<{ rows: unknown[]; rowCount: number }>;
  close(): Promise<void>;
}
