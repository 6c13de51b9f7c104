import type { Config } from '../config.ts';
import type { Db } from './db.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';

export type { Db, Tx } from './db.ts';
export {
  DatabaseUnreachable,
  DataFolderTaken,
  DataFolderUnusable,
  MigrationsPending,
  UnsafeDatabaseRole,
} from './errors.ts';
export { outsideTransaction, refuseInsideTransaction } from './knex-db.ts';
export { openPglite } from './pglite.ts';
export { openPostgres } from './postgres.ts';

/** Opens the database the configuration names; the schema is brought up to date by `migrate`. */
export function openDatabase(config: Config['database']): Promise<Db> {
  return config.kind === 'pglite' ? openPglite(config.dataDir) : openPostgres(config);
}
