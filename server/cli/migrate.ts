import { readConfig } from '../config.ts';
import { openDatabase } from '../db/index.ts';
import { AppError, createLogger, toError } from '../kernel/index.ts';
import { dropOrphanedGraphs, indexVectors } from '../knowledge/index.ts';
import { tenantDirectory } from '../tenants/index.ts';

/**
 * Brings the schema up to date and ends: what a deployment runs before its new processes. With `--vectors` it
 * looks after the vector indexes too, for deployments whose processes do not have the owner's address.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const db = await openDatabase(config.database);
  try {
    await db.migrate();
    process.stdout.write('The schema is up to date.\n');
    if (!process.argv.includes('--vectors')) return;
    const log = createLogger(config.logLevel);
    let spaces = 0;
    const listTenants = async () => (await tenantDirectory(db).all()).map(({ tenantId }) => tenantId);
    for (const tenantId of await listTenants()) spaces += await indexVectors({ db, log }, tenantId);
    spaces += await dropOrphanedGraphs({ db, log }, listTenants);
    process.stdout.write(`Vector indexes looked after: ${spaces}.\n`);
  } finally {
    await db.close();
  }
}

main().catch(thrown => {
  const error = toError(thrown);
  process.stderr.write(`${error instanceof AppError ? error.message : error.stack}\n`);
  process.exit(1);
});
