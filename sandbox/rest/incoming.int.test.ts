import { expect } from 'chai';
import { type Json, jsonOf } from '../testing/kit.ts';
import { type List, nth, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('Incoming leads', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  const fill = async () => {
    const form = {
      source_uid: 'site',
      source_name: 'Web form',
      _embedded: { leads: [{ name: 'From the form' }], contacts: [{ name: 'Ravi Menon' }] },
    };
    const body = await jsonOf<List>(bench.send('POST', 'leads/unsorted/forms', [form]));
    return nth(body._embedded['unsorted'], 0);
  };
  const leadOf = (one: Json) => nth((one['_embedded'] as Json)['leads'], 0)['id'];

  it('wait in a list, and go to the first stage when accepted', async () => {
    const one = await fill();
    expect(await bench.list('leads/unsorted', 'unsorted')).to.have.lengthOf(1);
    expect((await bench.send('POST', `leads/unsorted/${one['uid']}/accept`, {})).status).to.equal(200);
    expect((await bench.get('leads/unsorted')).status).to.equal(204);
    const lead = await jsonOf(bench.get(`leads/${leadOf(one)}`));
    const pipeline = await jsonOf<{ _embedded: Json }>(bench.get(`leads/pipelines/${lead['pipeline_id']}`));
    expect(lead['status_id']).to.equal(nth(pipeline._embedded['statuses'], 1)['id']);
  });

  it('are gone with their lead when declined, and unknown afterwards', async () => {
    const one = await fill();
    const path = `leads/unsorted/${one['uid']}/decline`;
    expect((await bench.send('DELETE', path, {})).status).to.equal(200);
    expect((await bench.get(`leads/${leadOf(one)}`)).status).to.equal(204);
    expect((await bench.send('DELETE', path, {})).status).to.equal(404);
  });

  it('are refused without a source', async () => {
    expect((await bench.send('POST', 'leads/unsorted/forms', [{ source_uid: 'x' }])).status).to.equal(400);
  });
});

describe('Sources', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('are made, changed and removed by their integration, one of each external id', async () => {
    expect((await bench.get('sources')).status).to.equal(204);
    const source = { name: 'Support number', external_id: '+15550100000' };
    const body = await jsonOf<List>(bench.send('POST', 'sources', [source]));
    const { id } = nth(body._embedded['sources'], 0);
    expect((await bench.send('POST', 'sources', [source])).status).to.equal(400);
    await bench.send('PATCH', `sources/${id}`, { name: 'Sales number' });
    expect(await jsonOf(bench.get(`sources/${id}`))).to.include({ name: 'Sales number' });
    const lead = [{ name: 'x', _embedded: { source: { external_id: '+15550100000', type: 'widget' } } }];
    expect((await bench.send('POST', 'leads', lead)).status).to.equal(200);
    expect((await bench.send('DELETE', `sources/${id}`, {})).status).to.equal(204);
    expect((await bench.get(`sources/${id}`)).status).to.equal(404);
  });
});

describe('A list', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('is 304 to who has seen all of it', async () => {
    const seen = { 'If-Modified-Since': new Date(bench.now() * 1000).toUTCString() };
    expect((await bench.get('leads', seen)).status).to.equal(304);
    bench.advance(10);
    const { id } = await bench.firstOf('leads', 'leads');
    await bench.send('PATCH', `leads/${id}`, { price: 1 });
    expect((await bench.get('leads', seen)).status).to.equal(200);
  });
});
