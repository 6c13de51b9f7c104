import { runAudit } from './audit.ts';
import { startTemporaryServer } from './temporary-server.ts';

/** The process of `npm run audit`. */
process.exitCode = await runAudit({
  argv: process.argv.slice(2),
  dataDir: process.env.DATA_DIR || '.data',
  write: text => process.stdout.write(text),
  startTemporaryServer: () => startTemporaryServer(process.env),
});
