import { expect } from 'chai';
import { openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('REST filters', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('find leads by text, stage and time, and tasks by state', async () => {
    const [found, ...rest] = await bench.list('leads?query=harbor', 'leads');
    expect(found?.['name']).to.match(/^Harbor/);
    expect(rest).to.deep.equal([]);
    const stage = `filter[statuses][0][pipeline_id]=${found?.['pipeline_id']}&filter[statuses][0][status_id]=143`;
    expect((await bench.list(`leads?${stage}`, 'leads')).map(lead => lead['status_id'])).to.deep.equal([143]);
    const since = bench.now() - 2 * 86_400;
    for (const lead of await bench.list(
      `leads?filter[updated_at][from]=${since}&order[updated_at]=desc`,
      'leads',
    )) {
      expect(lead['updated_at']).to.be.at.least(since);
    }
    const open = await bench.list('tasks?filter[is_completed]=0', 'tasks');
    expect(new Set(open.map(task => task['is_completed']))).to.deep.equal(new Set([false]));
    const contact = await bench.firstOf('contacts?query=5550102030', 'contacts');
    const talk = await bench.firstOf(
      `talks?filter[contact_id][]=${contact['id']}&filter[only_in_work]=1`,
      'talks',
    );
    expect(talk['entity_id']).to.equal(found?.['id']);
  });
});
