import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { createLogger } from '../kernel/index.ts';
import { testDatabase } from '../testing/database.ts';
import { openBullQueue, openEmbeddedQueue, QueueUnavailable } from './index.ts';
import { describeQueue } from './queue.contract.ts';

describeQueue('the database', async log => openEmbeddedQueue(await testDatabase(), log));

// Registered only where there is a Redis: `npm run test:postgres` names one.
const redisUrl = process.env.TEST_REDIS_URL;
if (redisUrl) describeQueue('Redis', async log => openBullQueue(redisUrl, log, `test-${process.pid}`));

describe('a queue that does not answer', () => {
  it('says so within five seconds, on the database', async function () {
    this.timeout(20_000);
    const real = await testDatabase();
    let hangs = false;
    const db: Db = {
      ...real,
      executeForQueue: (sql, values) =>
        hangs ? new Promise(() => undefined) : real.executeForQueue(sql, values),
    };
    const queue = await openEmbeddedQueue(db, createLogger('silent'));
    await queue.add({ name: 'test.hang', key: 'before', payload: { tenantId: null } });
    hangs = true;
    const from = Date.now();
    const failure = await queue
      .add({ name: 'test.hang', key: 'after', payload: { tenantId: null } })
      .catch(error => error);
    expect(failure).to.be.instanceOf(QueueUnavailable);
    expect(Date.now() - from).to.be.below(5_500);
    hangs = false;
    await queue.close();
  });

  it('says so within five seconds, on Redis', async function () {
    this.timeout(20_000);
    const queue = openBullQueue('redis://127.0.0.1:1', createLogger('silent'));
    const from = Date.now();
    const failure = await queue
      .add({ name: 'test.down', key: 'x', payload: { tenantId: null } })
      .catch(error => error);
    expect(failure).to.be.instanceOf(QueueUnavailable);
    expect(Date.now() - from).to.be.below(5_500);
    expect(await queue.ping().catch(error => error)).to.be.instanceOf(QueueUnavailable);
    await queue.close();
  });
});
