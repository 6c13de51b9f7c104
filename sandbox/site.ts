import type { IncomingMessage } from 'node:http';
import type { NewAccount, SandboxAccount } from './accounts.ts';
import type { Archives } from './archive.ts';
import type { CallLog } from './call-log.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { HookQueue } from './hooks/queue.ts';
import type { AddressLimits, Limiter } from './limits.ts';
import type { Live } from './live.ts';
import type { Lead } from './records.ts';
import type { AccountState, Integration } from './state.ts';
import type { Store } from './store.ts';

/** One account at its own address, with everything its routes use. */
export interface Site {
  data: AccountState;
  store: Store;
  clock: Clock;
  archives: Archives;
  faults: Faults;
  calls: CallLog;
  limiter: Limiter;
  hooks: HookQueue;
  world: World;
  live: Live;
  /** Hears of every lead that was added (`before` is null) or changed, by whomever. */
  leadMoved(before: Lead | null, lead: Lead): void;
  assetsDir: string;
  /** Only this machine can reach it, so any other name in a request is a trick. */
  loopbackOnly: boolean;
  /** `http://127.0.0.1:3001`; known once the port is. */
  origin(): string;
  /** The origin without its scheme: `referer` and API host. */
  host(): string;
}

/** All accounts of this sandbox, and what they share. */
export interface World {
  readonly sites: readonly Site[];
  addresses: AddressLimits;
  /** Opens an account with an administrator, at a port of its own. */
  addAccount(wanted: NewAccount): Promise<SandboxAccount>;
}

export function integrationOf(site: Site, clientId: string): Integration | undefined {
  const all = site.store.state.integrations;
  return Object.hasOwn(all, clientId) ? all[clientId] : undefined;
}

export function nextId(site: Site): number {
  site.data.nextId += 1;
  return site.data.nextId;
}

/** Who calls, as the limits count it. */
export function addressOf(req: IncomingMessage): string {
  return (req.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
}
