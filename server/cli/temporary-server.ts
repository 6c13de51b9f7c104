import { compose } from '../compose.ts';
import { readConfig } from '../config.ts';
import { listen } from '../http/index.ts';
import { createLogger } from '../kernel/index.ts';
import type { ServerAddress } from './knowledge-client.ts';

/** The same server on a port of its own, for a command that finds none running. */
export async function startTemporaryServer(
  environment: Record<string, string | undefined>,
): Promise<ServerAddress & { close(): Promise<void> }> {
  const app = await compose(readConfig(environment), { log: createLogger('error') });
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
}
