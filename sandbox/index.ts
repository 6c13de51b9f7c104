import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountHandler } from './account-app.ts';
import type { NewAccount, SandboxAccount } from './accounts.ts';
import { openArchives } from './archive.ts';
import { openCallLog } from './call-log.ts';
import { type Clock, openClock } from './clock.ts';
import { blankAccount } from './demo/blank.ts';
import { demoAccounts } from './demo/index.ts';
import { Problem, SetupError } from './errors.ts';
import { emptyExtras } from './extras.ts';
import { openFaults } from './faults.ts';
import { openHooks } from './hooks/index.ts';
import { openAddressLimits, openLimiter } from './limits.ts';
import { openLive } from './live.ts';
import { findAssets } from './page/assets-dir.ts';
import { leadMoved } from './pipeline/fire.ts';
import type { AccountRecords } from './records.ts';
import type { Site, World } from './site.ts';
import type { AccountState, State } from './state.ts';
import { openStore } from './store.ts';

export type { SandboxAccount } from './accounts.ts';

export interface SandboxOptions {
  /** The first account's port, the others follow; 0 gives every account a free one. */
  port: number;
  dataDir: string;
  host?: string;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** The page's scripts and styles; found beside the source or the bundle when not given. */
  assetsDir?: string;
  /** Whether the limits on requests hold from the start; off unless told. */
  limits?: boolean;
}

export interface Sandbox {
  accounts: SandboxAccount[];
  close(): Promise<void>;
}

/**
 * Starts the accounts, each at its own port: the two demo accounts, and those made since.
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
  const sites: Site[] = [];
  const accounts: SandboxAccount[] = [];
  const world: World = { sites, addresses: openAddressLimits(clock), addAccount };

  const close = async () => {
    await Promise.all(servers.map(stop));
    await Promise.all(sites.map(site => site.hooks.close()));
    await store.close();
  };

  try {
    for (const [index, data] of store.state.accounts.entries()) accounts.push(await open(data, index));
    await store.flushAll();
    for (const site of sites) site.hooks.wake();
  } catch (error) {
    await Promise.all(servers.map(stop));
    throw error;
  }
  return { accounts, close };

  async function open(data: AccountState, index: number): Promise<SandboxAccount> {
    let origin = '';
    const faults = openFaults();
    const live = openLive(clock);
    const given = { data, store: store.of(data), clock, faults, live, origin: () => origin };
    const site: Site = {
      ...given,
      world,
      archives,
      assetsDir,
      loopbackOnly: host === '127.0.0.1' || host === '::1' || host === 'localhost',
      calls: openCallLog(),
      limiter: openLimiter(clock, world.addresses, options.limits),
      hooks: openHooks(given),
      leadMoved: (before, lead) => leadMoved(site, before, lead),
      host: () => origin.replace('http://', ''),
    };
    // Longer than any client keeps an idle connection, so that none is closed as it is used.
    const server = createServer({ keepAliveTimeout: 65_000 }, accountHandler(site));
    const port = await listenFrom(server, data, index);
    servers.push(server);
    sites.push(site);
    // Whatever it listens on, the account is known by one address, and that is the loopback one.
    origin = `http://127.0.0.1:${port}`;
    const { id, subdomain, lang } = data.account;
    const lead = data.leads[0]?.id ?? 0;
    return { id, subdomain, origin, leadCardUrl: `${origin}/leads/detail/${lead}`, lang };
  }

  /** Demo accounts are where they were promised, or the start fails; a made one moves on to a free port. */
  async function listenFrom(server: Server, data: AccountState, index: number): Promise<number> {
    if (options.port === 0) return listen(server, 0, host);
    const wanted = options.port + index;
    if (data.port === null) return listen(server, wanted, host);
    for (const port of [data.port, ...Array.from({ length: 200 }, (_, at) => wanted + at)]) {
      const found = port > 0 ? await listen(server, port, host).catch(() => null) : null;
      if (found === null) continue;
      data.port = found;
      return found;
    }
    throw new SetupError(`No free port from ${wanted} on: set SANDBOX_PORT to another one.`);
  }

  async function addAccount(wanted: NewAccount): Promise<SandboxAccount> {
    if (store.state.accounts.some(({ account }) => account.subdomain === wanted.subdomain)) {
      throw new Problem(409, 'Conflict', `There is an account ${wanted.subdomain} already`);
    }
    const index = store.state.accounts.length;
    // Zero marks an account that was made here: it has had no port yet, and any will do.
    const data = { ...withExtras(blankAccount(wanted, index, clock.now())), port: 0 };
    store.state.accounts.push(data);
    const account = await open(data, index).catch(error => {
      store.state.accounts.splice(store.state.accounts.indexOf(data), 1);
      throw error;
    });
    accounts.push(account);
    await store.flushAll();
    return account;
  }
}

function freshState(clock: Clock): State {
  return {
    version: 2,
    signingKey: randomBytes(48).toString('base64url'),
    integrations: {},
    accounts: demoAccounts(clock.now()).map(withExtras),
  };
}

function withExtras(records: AccountRecords): AccountState {
  return { ...emptyExtras(), ...records, installs: [], codes: [], pairs: [], sessions: {} };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${error.code})`;
      reject(
        new SetupError(
          `Port ${port} on ${host} ${why}: set SANDBOX_PORT to another one, such as ${port + 100}.`,
        ),
      );
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
