import { runKnowledge } from './knowledge.ts';
import { startTemporaryServer } from './temporary-server.ts';

/** The process of `npm run knowledge`. */
process.exitCode = await runKnowledge({
  argv: process.argv.slice(2),
  dataDir: process.env.DATA_DIR || '.data',
  write: text => process.stdout.write(text),
  startTemporaryServer: () => startTemporaryServer(process.env),
});
