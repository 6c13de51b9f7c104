import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountApp } from './account-app.ts';
import { openArchives } from './archive.ts';
import { openCallLog } from './call-log.ts';
import { type Clock, openClock } from './clock.ts';
import { demoAccounts } from './demo/index.ts';
import { SetupError } from './errors.ts';
import { openFaults } from './faults.ts';
import { openLimiter } from './limits.ts';
import { findAssets } from './page/assets-dir.ts';
import type { Lang } from './records.ts';
import type { Site } from './site.ts';
import type { State } from './state.ts';
import { openStore } from './store.ts';

export interface SandboxOptions {
  /** The first account's port, the others follow; 0 gives every account a free one. */
  port: number;
  dataDir: string;
  host?: string;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** The page's scripts and styles; found beside the source or the bundle when not given. */
  assetsDir?: string;
}

export interface SandboxAccount {
  id: number;
  subdomain: string;
  origin: string;
  leadCardUrl: string;
  lang: Lang;
}

export interface Sandbox {
  accounts: SandboxAccount[];
  close(): Promise<void>;
}

/**
 * Starts the demo accounts, each at its own port.
 *
 * @throws SetupError with a sentence that says how to mend it
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const clock = openClock(options.clock);
  const store = openStore(options.dataDir, () => freshState(clock));
  const archives = openArchives(store.dir);
  const assetsDir = options.assetsDir ?? findAssets();
  const servers: Server[] = [];
  const accounts: SandboxAccount[] = [];

  const close = async () => {
    await Promise.all(servers.map(stop));
    await store.close();
  };

  try {
    for (const [index, data] of store.state.accounts.entries()) {
      let origin = '';
      const site: Site = {
        data,
        store,
        clock,
        archives,
        assetsDir,
        loopbackOnly: host === '127.0.0.1' || host === '::1' || host === 'localhost',
        faults: openFaults(),
        calls: openCallLog(),
        limiter: openLimiter(clock),
        origin: () => origin,
        host: () => origin.replace('http://', ''),
      };
      // Longer than any client keeps an idle connection, so that none is closed as it is used.
      const server = createServer({ keepAliveTimeout: 65_000 }, accountApp(site));
      const port = await listen(server, options.port === 0 ? 0 : options.port + index, host);
      servers.push(server);
      // Whatever it listens on, the account is known by one address, and that is the loopback one.
      origin = `http://127.0.0.1:${port}`;
      const { id, subdomain, lang } = data.account;
      const lead = data.leads[0]?.id ?? 0;
      accounts.push({ id, subdomain, origin, leadCardUrl: `${origin}/leads/detail/${lead}`, lang });
    }
    await store.flush();
  } catch (error) {
    await Promise.all(servers.map(stop));
    throw error;
  }
  return { accounts, close };
}

function freshState(clock: Clock): State {
  return {
    version: 1,
    signingKey: randomBytes(48).toString('base64url'),
    integrations: {},
    accounts: demoAccounts(clock.now()).map(records => ({
      ...records,
      installs: [],
      codes: [],
      pairs: [],
      sessions: {},
    })),
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${error.code})`;
      reject(
        new SetupError(
          `Port ${port} on ${host} ${why}: set SANDBOX_PORT to another one, such as ${port + 100}.`,
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
