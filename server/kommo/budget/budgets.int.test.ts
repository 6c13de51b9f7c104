import type { Db } from '../../db/index.ts';
import { createLogger } from '../../kernel/index.ts';
import { testDatabase } from '../../testing/database.ts';
import { describeBudget } from './budget.contract.ts';
import { memoryBudget } from './memory-budget.ts';
import { postgresBudget } from './postgres-budget.ts';
import { redisBudget } from './redis-budget.ts';

const log = createLogger('silent');

describeBudget(
  'in memory',
  async limits => {
    const budget = memoryBudget(limits);
    return { one: budget, other: budget, close: () => budget.close() };
  },
  { shared: false },
);

describeBudget(
  'in rows of the database',
  async limits => {
    const db: Db = await testDatabase();
    return {
      one: postgresBudget(db, limits),
      other: postgresBudget(db, limits),
      close: async () => undefined,
    };
  },
  { shared: true },
);

// Registered only where there is a Redis: `npm run test:postgres` names one.
const redisUrl = process.env.TEST_REDIS_URL;
if (redisUrl) {
  describeBudget(
    'in Redis',
    async limits => {
      const [one, other] = [redisBudget(redisUrl, limits, log), redisBudget(redisUrl, limits, log)];
      return {
        one,
        other,
        async close() {
          await one.close();
          await other.close();
        },
      };
    },
    { shared: true },
  );
}
