import PgBoss from 'pg-boss';
import type { Db } from '../db/index.ts';
import { outsideTransaction } from '../db/index.ts';
import { type Logger, toError } from '../kernel/index.ts';
import { attemptsMax, type Job, type Queue } from './queue.ts';
import { runJob } from './run-job.ts';
import { addTimeoutMs, within } from './within.ts';

/** A delivery that takes longer counts as lost and is delivered again. */
const deliverySecondsMax = 15 * 60;

/** Migrating makes the schema on PostgreSQL: even where it exists, this asks for a right that the login role lacks. */
const schemaCreation = /CREATE SCHEMA IF NOT EXISTS pgboss\s*;/;

/**
 * The queue on our own database: pg-boss in a schema of its own, through our connections.
 *
 * @param prefix of the names of its queues, where several servers share a database and not their work
 */
export async function openEmbeddedQueue(db: Db, log: Logger, prefix = ''): Promise<Queue> {
  const boss = new PgBoss({
    db: {
      executeSql: (sql, values) =>
        db.executeForQueue(db.kind === 'postgres' ? sql.replace(schemaCreation, '') : sql, values),
    },
    // The tables in the schema are the queue's.
    migrate: true,
    schedule: false,
    monitorStateIntervalSeconds: 3600,
    maintenanceIntervalSeconds: 60,
  });
  boss.on('error', error => log.error({ err: toError(error) }, 'the queue reported an error'));
  await boss.start();
  const known = new Map<string, Promise<void>>();
  const workers = new Map<string, string[]>();
  const stopping = new AbortController();

  /** A queue must exist before jobs are added; two processes may create it at once. */
  function ensure(name: string): Promise<void> {
    const existing = known.get(name);
    if (existing) return existing;
    const made = boss.createQueue(name, {
      name,
      policy: 'short',
      retryLimit: attemptsMax - 1,
      retryDelay: 2,
      retryBackoff: true,
      expireInSeconds: deliverySecondsMax,
    });
    known.set(name, made);
    made.catch(() => known.delete(name));
    return made;
  }

  return {
    async add({ name: job, key, payload }) {
      const name = `${prefix}${job}`;
      await within(
        addTimeoutMs,
        ensure(name).then(() => boss.send(name, payload, { singletonKey: key })),
      );
      for (const worker of workers.get(name) ?? []) boss.notifyWorker(worker);
    },
    async work(job, handler, { concurrency = 1 } = {}) {
      const name = `${prefix}${job}`;
      await ensure(name);
      const ids = await Promise.all(
        Array.from({ length: concurrency }, () =>
          outsideTransaction(() =>
            boss.work<Job['payload']>(name, { batchSize: 1, pollingIntervalSeconds: 2 }, async taken => {
              for (const { data } of taken) await runJob(log, job, handler, data, stopping.signal);
            }),
          ),
        ),
      );
      workers.set(name, ids);
    },
    async ping() {
      await db.ping();
    },
    async close() {
      stopping.abort();
      await boss.stop({ graceful: true, wait: true, timeout: 15_000, close: false });
    },
  };
}
