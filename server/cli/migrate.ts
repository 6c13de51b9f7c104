import { readConfig } from '../config.ts';
import { openDatabase } from '../db/index.ts';
import { AppError, toError } from '../kernel/index.ts';

/** Brings the schema up to date and ends: what a deployment runs before its new processes. */
async function main(): Promise<void> {
  const db = await openDatabase(readConfig(process.env).database);
  try {
    await db.migrate();
    process.stdout.write('The schema is up to date.\n');
  } finally {
    await db.close();
  }
}

main().catch(thrown => {
  const error = toError(thrown);
  process.stderr.write(`${error instanceof AppError ? error.message : error.stack}\n`);
  process.exit(1);
});
