import type { Db } from '../../db/index.ts';
import type { Logger } from '../../kernel/index.ts';
import type { RateBudget, RateLimits } from './budget.ts';
import { memoryBudget } from './memory-budget.ts';
import { postgresBudget } from './postgres-budget.ts';
import { redisBudget } from './redis-budget.ts';
import { withReserve } from './with-reserve.ts';

/** The budget of this shape: in memory for the one process of the embedded database, else where all processes see it. */
export function openBudget({
  db,
  redisUrl,
  limits,
  log,
  prefix,
}: {
  db: Db;
  redisUrl: string | null;
  limits: RateLimits;
  log: Logger;
  prefix?: string;
}): RateBudget {
  if (db.kind === 'pglite') return memoryBudget(limits);
  if (redisUrl === null) return postgresBudget(db, limits);
  return withReserve(redisBudget(redisUrl, limits, log, prefix), limits, log);
}
