import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, startHarness, until } from '../../testing/harness.ts';
import { hashVector } from '../../testing/model-server.ts';

const embedder = (model: string, dimensions: number) => ({
  model,
  dimensions,
  embed: async (texts: string[]) => texts.map(text => hashVector(text, dimensions)),
});

describe('embedding spaces over the API', function () {
  this.timeout(180_000);
  let harness: Harness;
  let ours: string;
  let theirs: string;

  before(async () => {
    harness = await startHarness({ embedder: embedder('text-embedding-3-small', 256) });
    ours = await harness.adminToken(harness.accounts[0]);
    theirs = await harness.adminToken(harness.accounts[1]);
    await harness.addDocument(
      harness.accounts[0],
      'warranty.md',
      'The warranty runs for two years.',
      'text/markdown',
    );
  });
  after(() => harness.close());

  async function call(who: Parameters<Harness['fetch']>[0], method: string, path: string, body?: object) {
    const answer = await harness.fetch(who, `/v1/embedding-spaces${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  }

  it('are listed with the one that serves, and say beforehand what another would cost', async () => {
    const { status, body } = await call(ours, 'GET', '');
    expect(status).to.equal(200);
    expect(body.pending).to.equal(null);
    expect(body.spaces).to.have.length(1);
    expect(body.spaces[0]).to.include({
      model: 'text-embedding-3-small',
      state: 'serving',
      precision: 'full',
    });
    const estimate = await call(ours, 'GET', '/estimate?precision=half');
    expect(estimate.body).to.include({ passages: 1, missing: 1, precision: 'half', dimensions: 256 });
    expect(estimate.body.costMicros).to.be.greaterThan(0);
  });

  it('change once the cost is confirmed, and not before', async () => {
    const unconfirmed = await call(ours, 'POST', '', { precision: 'half', costMicrosMax: 0 });
    expect(unconfirmed).to.have.nested.include({ status: 409, 'body.code': 'embedding-cost-changed' });
    const { costMicros: costMicrosMax } = unconfirmed.body.estimate;
    expect((await call(ours, 'POST', '', { precision: 'half', costMicrosMax })).status).to.equal(202);
    await until(async () => {
      const { body } = await call(ours, 'GET', '');
      return body.spaces.some(
        (one: { precision: string; state: string }) => one.precision === 'half' && one.state === 'serving',
      );
    }, 60_000);
    const { body } = await call(ours, 'GET', '');
    const served = body.spaces.find((space: { state: string }) => space.state === 'serving');
    expect((await call(ours, 'POST', `/${served.id}/cancel`)).body.code).to.equal('not-in-that-state');
    expect((await call(theirs, 'POST', `/${served.id}/cancel`)).body.code).to.equal(
      'embedding-space-not-found',
    );
    expect((await call(theirs, 'GET', '')).body.spaces).to.deep.equal([]);
  });

  it('refuse nonsense, strangers and people who are no administrators', async () => {
    for (const body of [
      {},
      { costMicrosMax: -1 },
      { costMicrosMax: 1, dimensions: 255 },
      { costMicrosMax: 1, dimensions: 3073 },
      { costMicrosMax: 1, precision: 'quarter' },
      { costMicrosMax: 1, model: 'a b' },
    ])
      expect((await call(ours, 'POST', '', body)).status, JSON.stringify(body)).to.equal(422);
    const rep = await harness.session(harness.accounts[0], 9100002);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/estimate'],
      ['POST', ''],
    ] as const) {
      const body = method === 'POST' ? { costMicrosMax: 1 } : undefined;
      expect((await call(null, method, path, body)).status).to.equal(401);
      expect((await call(rep, method, path, body)).status).to.equal(403);
    }
    const unknown = await call(ours, 'POST', '', { model: 'another', costMicrosMax: 1 });
    expect(unknown).to.have.nested.include({ status: 409, 'body.code': 'no-embedding-model' });
  });
});
