import Bull from 'bull';
import type { Logger } from '../kernel/index.ts';
import { attemptsMax, type Job, type Queue } from './queue.ts';
import { runJob } from './run-job.ts';
import { addTimeoutMs, within } from './within.ts';

/** The queue on Redis: one Bull queue per job name, because named processors add their concurrency up. */
export function openBullQueue(redisUrl: string, log: Logger, prefix = 'cardwise'): Queue {
  const queues = new Map<string, Bull.Queue<Job['payload']>>();
  const stopping = new AbortController();

  function queueOf(name: string): Bull.Queue<Job['payload']> {
    const existing = queues.get(name);
    if (existing) return existing;
    const queue = new Bull<Job['payload']>(name, redisUrl, {
      prefix,
      defaultJobOptions: {
        attempts: attemptsMax,
        backoff: { type: 'exponential', delay: 2_000 },
        removeOnComplete: true,
        removeOnFail: true,
      },
      // A worker killed midway is noticed after this long; its job is delivered again.
      settings: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: attemptsMax },
    });
    queue.on('error', err => log.error({ err, job: name }, 'the queue reported an error'));
    queues.set(name, queue);
    return queue;
  }

  return {
    async add({ name, key, payload }) {
      // Without Redis, Bull's add stays pending for ever.
      await within(addTimeoutMs, queueOf(name).add(payload, { jobId: key }));
    },
    async work(name, handler, { concurrency = 1 } = {}) {
      const queue = queueOf(name);
      queue
        .process(concurrency, job => runJob(log, name, handler, job.data, stopping.signal))
        .catch(err => log.error({ err, job: name }, 'the queue stopped handling jobs'));
    },
    async ping() {
      const queue = queues.values().next().value ?? queueOf('readiness');
      await within(2_000, queue.client.ping());
    },
    async close() {
      stopping.abort();
      await Promise.all([...queues.values()].map(queue => queue.close()));
    },
  };
}
