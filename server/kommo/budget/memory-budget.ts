import { LRUCache } from 'lru-cache';
import { newId } from '../../kernel/index.ts';
import type { RateBudget, RateLimits } from './budget.ts';
import {
  type AccountState,
  answered,
  blocked,
  decide,
  freshAccount,
  freshAddress,
  slowed,
  unblocked,
} from './rule.ts';

/** For a server of one process, which has every call in its own hands. */
export function memoryBudget(limits: RateLimits): RateBudget {
  const accounts = new LRUCache<string, AccountState>({ max: 20_000, ttl: 60 * 60_000 });
  let address = freshAddress;
  const now = () => performance.now() + performance.timeOrigin;
  const stateOf = (account: string) => accounts.get(account) ?? freshAccount;

  return {
    async reserve(account, lane) {
      const decided = decide(stateOf(account), address, now(), lane, limits, newId());
      if (decided.account) accounts.set(account, decided.account);
      address = decided.address ?? address;
      return decided.reservation;
    },
    async answered(account, ticket) {
      accounts.set(account, answered(stateOf(account), ticket, now()));
    },
    async slowDown(account) {
      const slower = slowed(stateOf(account), address, now(), account);
      accounts.set(account, slower.account);
      address = slower.address;
    },
    async block() {
      const at = now();
      address = blocked(address, at, limits);
      return address.blockedUntil - at;
    },
    async unblock() {
      address = unblocked(address);
    },
    blockedForMs: async () => Math.max(0, address.blockedUntil - now()),
    close: async () => undefined,
  };
}
