import { expect } from 'chai';
import { z } from 'zod';
import { createLogger, NotFound } from '../kernel/index.ts';
import { createApp, createMetrics, listen, route } from './index.ts';

describe('an address whose secret is its path', () => {
  const logs: string[] = [];
  let url: string;
  let close: () => Promise<unknown>;

  before(async () => {
    const metrics = createMetrics();
    const app = createApp({
      routes: [
        route({
          method: 'post',
          path: '/inbox/{secret}',
          operation: 'inbox',
          summary: 'Inbox.',
          tag: 'test',
          permission: 'public',
          limit: 'failures',
          bodyKind: 'raw',
          params: z.object({ secret: z.string() }),
          answers: { 200: null },
          async handle({ params: { secret } }) {
            if (secret === 'broken-secret') throw new Error('broken');
            if (secret !== 'known-secret') throw new NotFound('address');
            return { status: 200 };
          },
        }),
      ],
      authenticate: async () => null,
      log: createLogger('info', { write: line => void logs.push(line) }),
      metrics,
      trustProxyHops: 0,
      rateLimitPerMinute: 1,
      isKnownOrigin: async () => false,
      validateAnswers: true,
    });
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${listening.port}/inbox`;
    close = async () => {
      await listening.close(0);
      metrics.registry.clear();
    };
  });
  after(() => close());

  const post = async (secret: string, body = 'x') =>
    (await fetch(`${url}/${secret}`, { method: 'POST', body })).status;

  it('is never refused for what others of the same network address guessed, who are', async () => {
    const guesses: number[] = [];
    for (let n = 0; n < 12; n += 1) guesses.push(await post(`guess-${n}`));
    expect(guesses).to.deep.equal([...Array(10).fill(404), 429, 429]);
    expect(await post('known-secret')).to.equal(200);
  });

  it('takes no more than 256 kB', async () => {
    expect(await post('known-secret', 'x'.repeat(300_000))).to.equal(413);
  });

  it('is logged by its pattern where it fails', async () => {
    expect(await post('broken-secret')).to.equal(500);
    const line = logs.join('\n');
    expect(line).to.contain('"path":"/inbox/{secret}"').and.not.contain('broken-secret');
  });
});
