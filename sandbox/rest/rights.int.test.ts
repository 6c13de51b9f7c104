import { expect } from 'chai';
import { jsonOf } from '../testing/kit.ts';
import {
  alexei,
  as,
  hannah,
  type List,
  openRestBench,
  priya,
  type RestBench,
  sam,
} from '../testing/rest-kit.ts';

describe('REST rights', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  const ownersFor = async (userId: number) =>
    new Set((await bench.list('leads', 'leads', as(userId))).map(lead => lead['responsible_user_id']));

  it('show a rep every lead, those of the group, or only the own ones', async () => {
    expect([...(await ownersFor(priya))]).to.have.members([sam, priya, alexei]);
    expect([...(await ownersFor(alexei))]).to.deep.equal([alexei]);
    expect([...(await ownersFor(sam))]).to.deep.equal([sam]);
  });

  it('hide a foreign lead with its notes, tasks and talks', async () => {
    const foreign = await bench.firstOf(`leads?filter[responsible_user_id][]=${priya}`, 'leads');
    const id = foreign['id'];
    expect((await bench.get(`leads/${id}`, as(sam))).status).to.equal(204);
    expect((await bench.get(`leads/${id}/notes`, as(sam))).status).to.equal(404);
    const filter = `filter[entity_type]=leads&filter[entity_id][]=${id}`;
    expect(await bench.list(`tasks?${filter}`, 'tasks', as(sam))).to.deep.equal([]);
    expect(await bench.list(`tasks?${filter}`, 'tasks')).to.not.deep.equal([]);
    const talks = await bench.list('talks', 'talks', as(sam));
    expect(talks.map(talk => talk['entity_id'])).to.not.include(id);
    expect((await bench.send('PATCH', `leads/${id}`, { price: 1 }, as(sam))).status).to.equal(404);
  });

  it('refuse to act as somebody unknown, free or inactive', async () => {
    expect((await bench.get('leads', as(1))).status).to.equal(403);
    expect((await bench.get('leads', as(hannah))).status).to.equal(403);
    await bench.control('POST', `users/${alexei}`, { rights: { is_free: true } });
    expect((await bench.get('leads', as(alexei))).status).to.equal(403);
    await bench.control('POST', `users/${alexei}`, { rights: { is_free: false } });
  });

  it('are those of the granting user, who can name nobody else, when that is no administrator', async () => {
    const { accessToken } = await bench.grant(sam);
    const own = await jsonOf<List>(bench.api('leads', accessToken));
    expect(new Set(own._embedded['leads']?.map(lead => lead['responsible_user_id']))).to.deep.equal(
      new Set([sam]),
    );
    const lent = await bench.api('leads', accessToken, { headers: as(priya) });
    expect(lent.status).to.equal(403);
    expect((await bench.api('users', accessToken)).status).to.equal(403);
  });

  it('change at once when an administrator changes them', async () => {
    await bench.control('POST', `users/${sam}`, { rights: { leads: { view: 'D' } } });
    expect((await bench.get('leads', as(sam))).status).to.equal(403);
    await bench.control('POST', `users/${sam}`, { rights: { leads: { view: 'M' } } });
    expect((await bench.get('leads', as(sam))).status).to.equal(200);
  });

  it('on a stage come before those on all leads', async () => {
    const [lead] = await bench.list('leads', 'leads', as(sam));
    const { id, pipeline_id, status_id } = lead ?? {};
    const rights = { view: 'D', edit: 'D', delete: 'D', export: 'D' };
    const set = (status_rights: object[]) =>
      bench.control('POST', `users/${sam}`, { rights: { status_rights } });
    await set([{ entity_type: 'leads', pipeline_id, status_id, rights }]);
    expect((await bench.get(`leads/${id}`, as(sam))).status).to.equal(204);
    expect((await bench.list('leads', 'leads', as(sam))).map(one => one['id'])).not.to.include(id);
    await set([{ entity_type: 'leads', pipeline_id, status_id, rights: { ...rights, view: 'A' } }]);
    expect((await bench.get(`leads/${id}`, as(sam))).status).to.equal(200);
    expect((await bench.send('PATCH', `leads/${id}`, { price: 1 }, as(sam))).status).to.be.within(403, 404);
    await set([]);
  });

  it('of the page session hold on the own origin too', async () => {
    const session = await bench.control('POST', 'sessions', { userId: sam });
    const cookie = String(session.headers.get('set-cookie')).split(';')[0] ?? '';
    const answer = await fetch(`${bench.first.origin}/api/v4/account`, { headers: { cookie } });
    expect(await jsonOf(answer)).to.include({ current_user_id: sam });
    const forged = await fetch(`${bench.second.origin}/api/v4/account`, { headers: { cookie } });
    expect(forged.status).to.equal(401);
  });
});
