import { expect } from 'chai';
import { type Json, jsonOf } from '../testing/kit.ts';
import { olga, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('Trouble on purpose', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('answers 429 without JSON to the eighth request of a second, once limits are on', async () => {
    await bench.control('POST', 'limits', { enabled: true });
    const statuses = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await bench.get('account')).status);
    const refused = await bench.get('account');
    await bench.control('POST', 'limits', { enabled: false });
    expect(statuses).to.deep.equal([...Array(7).fill(200), 429]);
    expect(refused.headers.get('content-type')).to.match(/^text\/html/);
  });

  it('fails as often as planned, loses an answer after doing the work, and logs the calls', async () => {
    const before =
      (await jsonOf<{ calls: { seq: number }[] }>(bench.control('GET', 'calls'))).calls.at(-1)?.seq ?? 0;
    await bench.control('POST', 'faults', {
      match: { path: '/api/v4/leads' },
      kind: 'status',
      status: 503,
      times: 1,
    });
    expect((await bench.get('leads')).status).to.equal(503);
    expect((await bench.get('leads')).status).to.equal(200);

    const lead = await bench.firstOf('leads', 'leads');
    await bench.control('POST', 'faults', { match: { method: 'POST' }, kind: 'lost-response', times: 1 });
    const note = [{ entity_id: lead['id'], note_type: 'common', params: { text: 'Lost answer' } }];
    const failure = await bench.send('POST', 'leads/notes', note).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure).to.be.instanceOf(Error);
    const notes = await bench.list(`leads/${lead['id']}/notes?limit=250`, 'notes');
    expect(JSON.stringify(notes)).to.include('Lost answer');

    const { calls } = await jsonOf<{ calls: Json[] }>(bench.control('GET', `calls?since=${before}`));
    expect(calls[0]).to.include({ method: 'GET', path: '/api/v4/leads', status: 503 });
    expect(calls[1]).to.include({ path: '/api/v4/leads', status: 200, userId: olga });
  });

  it('takes control calls only with their header', async () => {
    expect((await fetch(`${bench.first.origin}/control/state`)).status).to.equal(403);
  });
});
