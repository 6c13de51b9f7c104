import { readConfig } from '../config.ts';
import { openLlms } from '../llm/index.ts';
import { openOutbound } from '../outbound/index.ts';
import { runReplay } from './replay.ts';
import { startTemporaryServer } from './temporary-server.ts';

/** The process of `npm run replay`. */
process.exitCode = await runReplay({
  argv: process.argv.slice(2),
  dataDir: process.env.DATA_DIR || '.data',
  write: text => process.stdout.write(text),
  startTemporaryServer: () => startTemporaryServer(process.env),
  openModel() {
    const { llm, outbound } = readConfig(process.env);
    if (llm.kind === 'offline') return null;
    return openLlms(llm, openOutbound(outbound).repeatableFetch)[0];
  },
});
