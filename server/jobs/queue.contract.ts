import { expect } from 'chai';
import { AppError, createLogger, type Logger } from '../kernel/index.ts';
import { until } from '../testing/harness.ts';
import type { Queue } from './queue.ts';

class ForGood extends AppError {
  readonly code = 'test-for-good';
  readonly status = 422;
}
class Again extends AppError {
  readonly code = 'test-again';
  readonly status = 503;
  override readonly retryable = true;
}

/** What every queue behind the port keeps. */
export function describeQueue(name: string, open: (log: Logger) => Promise<Queue>): void {
  describe(`the queue port on ${name}`, function () {
    this.timeout(60_000);
    let queue: Queue;
    let logs: string[];
    let nextName = 0;
    const jobName = () => `test.job-${process.pid}-${Date.now()}-${++nextName}`;
    const payload = (id: string | number) => ({ tenantId: null, id });

    before(async () => {
      logs = [];
      queue = await open(createLogger('debug', { write: line => void logs.push(line) }));
    });
    after(() => queue.close());

    it('delivers each job with its payload, also one that was added before anybody worked', async () => {
      const job = jobName();
      const seen: unknown[] = [];
      await queue.add({ name: job, key: 'early', payload: payload('early') });
      await queue.work(job, async given => void seen.push(given));
      await queue.add({ name: job, key: 'late', payload: payload(7) });
      await until(() => seen.length === 2);
      expect(seen).to.have.deep.members([payload('early'), payload(7)]);
    });

    it('lets equal keys of one name wait as one job, and the same key of another name be another', async () => {
      const [one, two] = [jobName(), jobName()];
      for (let times = 0; times < 4; times += 1)
        await queue.add({ name: one, key: 'same', payload: payload(times) });
      await queue.add({ name: two, key: 'same', payload: payload('other') });
      await queue.add({ name: one, key: 'last', payload: payload('last') });
      const seen: unknown[] = [];
      await queue.work(one, async ({ id }) => void seen.push(id));
      await queue.work(two, async ({ id }) => void seen.push(id));
      await until(() => seen.includes('last') && seen.includes('other'));
      expect(seen).to.have.members([0, 'last', 'other']);
    });

    it('delivers again, after a pause, what failed for a while; what failed for good ends at once', async () => {
      const job = jobName();
      const tries: { id: unknown; at: number }[] = [];
      await queue.work(job, async ({ id }) => {
        tries.push({ id, at: Date.now() });
        const before = tries.filter(one => one.id === id).length;
        if (id === 'bug' && before === 1) throw new Error('not foreseen');
        if (id === 'again' && before === 1) throw new Again('busy');
        if (id === 'never') throw new ForGood('no');
      });
      for (const id of ['bug', 'again', 'never'])
        await queue.add({ name: job, key: id, payload: payload(id) });
      await until(() => ['bug', 'again'].every(id => tries.filter(one => one.id === id).length === 2));
      for (const id of ['bug', 'again']) {
        const [first, second] = tries.filter(one => one.id === id);
        expect((second?.at ?? 0) - (first?.at ?? 0), `pause before ${id}`).to.be.greaterThan(900);
      }
      expect(tries.filter(one => one.id === 'never')).to.have.length(1);
      expect(logs.filter(line => line.includes('job failed for good'))).to.have.length(1);
    });

    it('waits for running handlers when it closes, and tells them', async () => {
      const own = await open(createLogger('silent'));
      const job = jobName();
      const steps: string[] = [];
      await own.work(job, async (_payload, signal) => {
        steps.push('begun');
        await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
        steps.push('told');
        await new Promise(resolve => setImmediate(resolve));
        steps.push('ended');
      });
      await own.add({ name: job, key: 'slow', payload: payload('slow') });
      await until(() => steps.length > 0);
      await own.close();
      expect(steps).to.deep.equal(['begun', 'told', 'ended']);
    });

    it('answers a ping', () => queue.ping());
  });
}
