import { type Logger, toError } from '../../kernel/index.ts';
import type { RateBudget, RateLimits } from './budget.ts';
import { memoryBudget } from './memory-budget.ts';

/** A process that cannot see the others takes this part of the rate: four of them stay within it. */
const part = 4;

/**
 * While the shared store is away each process goes on slowly by itself: reps are not kept waiting for a
 * cache, and Kommo is not called faster than it allows.
 */
export function withReserve(shared: RateBudget, limits: RateLimits, log: Logger): RateBudget {
  const alone = memoryBudget({
    ...limits,
    perAccount: Math.max(1, Math.floor(limits.perAccount / part)),
    perAddress: Math.max(1, Math.floor(limits.perAddress / part)),
  });
  let away = false;

  async function either<T>(ask: (budget: RateBudget) => Promise<T>): Promise<T> {
    try {
      const answer = await ask(shared);
      away = false;
      return answer;
    } catch (thrown) {
      if (!away) log.error({ err: toError(thrown) }, 'the shared rate budget is away; calling Kommo slowly');
      away = true;
      return ask(alone);
    }
  }
  return {
    reserve: (account, lane) => either(budget => budget.reserve(account, lane)),
    async answered(account, ticket) {
      // Whichever gave the ticket: the other one does not know it.
      await alone.answered(account, ticket);
      await either(budget => budget.answered(account, ticket));
    },
    slowDown: account => either(budget => budget.slowDown(account)),
    block: () => either(budget => budget.block()),
    unblock: () => either(budget => budget.unblock()),
    blockedForMs: () => either(budget => budget.blockedForMs()),
    close: () => shared.close(),
  };
}
