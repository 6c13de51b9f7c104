import type { Archives } from './archive.ts';
import type { CallLog } from './call-log.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Limiter } from './limits.ts';
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
  assetsDir: string;
  /** Only this machine can reach it, so any other name in a request is a trick. */
  loopbackOnly: boolean;
  /** `http://127.0.0.1:3001`; known once the port is. */
  origin(): string;
  /** The origin without its scheme: `referer` and API host. */
  host(): string;
}

export function integrationOf(site: Site, clientId: string): Integration | undefined {
  const all = site.store.state.integrations;
  return Object.hasOwn(all, clientId) ? all[clientId] : undefined;
}

export function nextId(site: Site): number {
  site.data.nextId += 1;
  return site.data.nextId;
}
