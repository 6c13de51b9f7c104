import { request } from 'node:http';
import { expect } from 'chai';
import { type Bench, openBench } from './testing/kit.ts';

describe('The address of an account', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const ask = (host: string) =>
    new Promise<{ status: number | undefined; location: string | undefined }>((resolve, reject) => {
      const url = new URL('/leads/', bench.first.origin);
      const asked = request(url, { headers: { host, accept: 'text/html' } }, answer => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode, location: answer.headers.location }));
      });
      asked.on('error', reject).end();
    });

  it('is the loopback one: localhost is sent there, and a foreign name is refused', async () => {
    const { port } = new URL(bench.first.origin);
    expect((await ask(`127.0.0.1:${port}`)).status).to.equal(200);
    const local = await ask(`localhost:${port}`);
    expect(local).to.deep.equal({ status: 307, location: `${bench.first.origin}/leads/` });
    expect((await ask(`rebound.example:${port}`)).status).to.equal(421);
  });
});
