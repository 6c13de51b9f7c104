import type { Config } from '../config.ts';
import type { Db } from '../db/index.ts';
import type { Logger } from '../kernel/index.ts';
import { openBullQueue } from './bull-queue.ts';
import { openEmbeddedQueue } from './embedded-queue.ts';
import type { Queue } from './queue.ts';

export { openBullQueue } from './bull-queue.ts';
export { openEmbeddedQueue } from './embedded-queue.ts';
export { QueueUnavailable } from './errors.ts';
export type { Job, JobHandler, Queue } from './queue.ts';
export { type Sweep, type Sweeper, startSweeper } from './sweeper.ts';

/** Opens the queue the configuration names. */
export async function openQueue(config: Config['queue'], db: Db, log: Logger): Promise<Queue> {
  return config.kind === 'bull' ? openBullQueue(config.redisUrl, log) : openEmbeddedQueue(db, log);
}
