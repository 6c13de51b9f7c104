import { compose } from '../compose.ts';
import { readConfig } from '../config.ts';
import { listen } from '../http/index.ts';
import { createLogger } from '../kernel/index.ts';
import { runKnowledge } from './knowledge.ts';

/** The process of `npm run knowledge`. */
const config = () => readConfig(process.env);

process.exitCode = await runKnowledge({
  argv: process.argv.slice(2),
  dataDir: process.env.DATA_DIR || '.data',
  write: text => process.stdout.write(text),
  /** The same server on a port of its own, so that both ways are one. */
  async startTemporaryServer() {
    const app = await compose(config(), { log: createLogger('error') });
    const listening = await listen(app.http, { host: '127.0.0.1', port: 0 });
    return {
      url: `http://127.0.0.1:${listening.port}`,
      operatorKey: app.operatorKey,
      async close() {
        await app.stopTaking(0);
        await listening.close(2_000);
        await app.close();
      },
    };
  },
});
