import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { vector } from '@electric-sql/pglite-pgvector';
import knexModule from 'knex';
import type { Db } from './db.ts';
import { lockFolder } from './folder-lock.ts';
import { knexDb, typeParsers } from './knex-db.ts';

/**
 * The embedded database: PostgreSQL compiled to WebAssembly, in this process.
 *
 * One connection, because PGlite has one session and answers several clients wrongly. Safe against
 * kill -9 but not against power loss: it never calls fsync. `folder` null keeps everything in memory.
 *
 * @throws DataFolderTaken, DataFolderUnusable
 */
export async function openPglite(folder: string | null): Promise<Db> {
  const lock = folder === null ? null : await lockFolder(folder);
  try {
    const dataDir = folder === null ? 'memory://' : join(folder, 'db');
    if (folder !== null) await mkdir(dataDir, { recursive: true });
    const pglite = await PGlite.create({ dataDir, extensions: { vector } });
    const knex = knexModule({
      client: 'pg',
      connection: () => Object.assign(createPgConfig(pglite), { types: typeParsers }),
      pool: { min: 0, max: 1, idleTimeoutMillis: 0x7fffffff },
      acquireConnectionTimeout: 15_000,
    });
    return knexDb({
      kind: 'pglite',
      knex,
      migrator: { knex },
      stepDown: true,
      async close() {
        await knex.destroy();
        await pglite.close();
        await lock?.release();
      },
    });
  } catch (error) {
    await lock?.release();
    throw error;
  }
}
