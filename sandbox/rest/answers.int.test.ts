import { expect } from 'chai';
import { jsonOf } from '../testing/kit.ts';
import { type List, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('REST answers', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('are hal+json with a request id, problems are problem+json, and neither opens itself to other origins', async () => {
    const good = await bench.get('leads', { Origin: 'https://elsewhere.example' });
    expect(good.headers.get('content-type')).to.match(/^application\/hal\+json/);
    expect(good.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
    expect(good.headers.get('access-control-allow-origin')).to.equal(null);
    const bad = await bench.api('leads', 'forged');
    expect(bad.status).to.equal(401);
    expect(bad.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(await jsonOf(bad)).to.have.all.keys('title', 'type', 'status', 'detail');
  });

  it('have no status key at the top when they succeed', async () => {
    const paths = [
      'account',
      'users',
      'leads',
      'contacts',
      'tasks',
      'talks',
      'leads/pipelines',
      'leads/notes',
    ];
    for (const path of paths) expect(await jsonOf(bench.get(path)), path).to.not.have.property('status');
  });

  it('are empty with 204 for an empty list and for an unknown lead, contact or company', async () => {
    for (const path of [
      'leads?filter[id][]=1',
      'leads/1',
      'contacts/1',
      'companies/1',
      'tasks?filter[id]=1',
      'leads?page=99',
    ]) {
      const answer = await bench.get(path);
      expect(answer.status, path).to.equal(204);
      expect(await answer.text()).to.equal('');
    }
    for (const path of ['talks/1', 'widgets/none', 'tasks/1', 'nonsense']) {
      expect((await bench.get(path)).status, path).to.equal(404);
    }
  });

  it('come in pages that link to the next until there is none', async () => {
    const seen: unknown[] = [];
    let path: string | undefined = 'leads?limit=4';
    while (path) {
      const page: List = await jsonOf<List>(bench.get(path));
      seen.push(...(page._embedded['leads'] ?? []).map(({ id }) => id));
      path = page._links.next?.href.split('/api/v4/')[1];
    }
    expect(seen).to.have.lengthOf(10);
    expect(new Set(seen).size).to.equal(10);
    expect((await bench.get('leads?limit=251')).status).to.equal(400);
  });
});
