import { expect } from 'chai';
import { type Json, jsonOf } from './testing/kit.ts';
import { openRestBench, type RestBench } from './testing/rest-kit.ts';

describe('Limits on requests', () => {
  let bench: RestBench;
  beforeEach(async () => {
    bench = await openRestBench();
  });
  afterEach(() => bench.close());

  const statuses = async (count: number) => {
    const all: number[] = [];
    for (let n = 0; n < count; n += 1) all.push((await bench.get('account')).status);
    return all;
  };

  it('turn refusals that go on into a block of every call from the address', async () => {
    await bench.control('POST', 'limits', { enabled: true, banAfter: 3, banSeconds: 60 });
    expect(await statuses(12)).to.deep.equal([...Array(7).fill(200), 429, 429, 429, 403, 403]);
    const blocked = await bench.api('leads', 'no token at all');
    expect(blocked.status).to.equal(403);
    expect(blocked.headers.get('content-type')).to.match(/^text\/html/);
    expect((await bench.token({ grant_type: 'authorization_code', code: 'x' })).status).to.equal(403);
    bench.advance(61);
    expect(await statuses(1)).to.deep.equal([200]);
  });

  it('hold for one address over all accounts together', async () => {
    await bench.control('POST', 'limits', { enabled: true, perAccount: 100, perAddress: 3 });
    expect(await statuses(4)).to.deep.equal([200, 200, 200, 429]);
  });

  it('count what was served and refused', async () => {
    await bench.control('POST', 'limits', { enabled: true });
    await statuses(9);
    const { account, addresses } = await jsonOf<{ account: Json; addresses: Json[] }>(
      bench.control('GET', 'limits'),
    );
    expect(account).to.include({ served: 7, refused: 2 });
    expect(addresses[0]).to.include({ address: '127.0.0.1', served: 7, refused: 2, bannedUntil: null });
  });

  it('can be struck at once as a fault', async () => {
    await bench.control('POST', 'faults', { kind: 'ban', ms: 30_000, times: 1 });
    expect(await statuses(2)).to.deep.equal([403, 403]);
    bench.advance(31);
    expect(await statuses(1)).to.deep.equal([200]);
  });
});

describe('Faults on purpose', () => {
  let bench: RestBench;
  beforeEach(async () => {
    bench = await openRestBench();
  });
  afterEach(() => bench.close());

  it('cut a connection before the write is made, or after it', async () => {
    const { length } = await bench.list('leads?limit=250', 'leads');
    const add = () =>
      bench.send('POST', 'leads', [{ name: 'Cut' }]).then(
        () => 'answered',
        () => 'cut',
      );
    await bench.control('POST', 'faults', { kind: 'lost-request', match: { method: 'POST' }, times: 1 });
    expect(await add()).to.equal('cut');
    expect(await bench.list('leads?limit=250', 'leads')).to.have.lengthOf(length);
    await bench.control('POST', 'faults', { kind: 'lost-response', match: { method: 'POST' }, times: 1 });
    expect(await add()).to.equal('cut');
    expect(await bench.list('leads?limit=250', 'leads')).to.have.lengthOf(length + 1);
  });

  for (const kind of ['expired-token', 'revoked-grant']) {
    it(`answer 401 after ${kind}`, async () => {
      await bench.control('POST', 'faults', { kind, times: 1 });
      expect((await bench.get('account')).status).to.equal(401);
      expect((await bench.get('account')).status).to.equal(401);
    });
  }
});

describe('Accounts on demand', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  it('are there at once, with an administrator, leads, and after a restart', async () => {
    const answer = await bench.control('POST', 'accounts', { subdomain: 'brandnew', lang: 'pt', leads: 12 });
    expect(answer.status).to.equal(201);
    const account = await jsonOf<Json>(answer);
    expect(account).to.include.all.keys('id', 'origin', 'subdomain', 'leadCardUrl');
    expect((await fetch(String(account['leadCardUrl']), { redirect: 'manual' })).status).to.equal(200);
    await bench.restart();
    const { accounts } = await jsonOf<{ accounts: Json[] }>(bench.control('GET', 'accounts'));
    expect(accounts.map(({ subdomain }) => subdomain)).to.include('brandnew');
  });

  it('are found by path too, and a token of one is none of another', async () => {
    const { accessToken } = await bench.grant();
    const at = (name: string) =>
      fetch(`${bench.second.origin}/accounts/${name}/api/v4/account`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
    expect(await jsonOf(at(bench.first.subdomain))).to.include({ subdomain: bench.first.subdomain });
    expect((await at(bench.second.subdomain)).status).to.equal(401);
    expect((await at('nobody')).status).to.equal(401);
  });

  it('refuse a name that is taken or no name', async () => {
    const post = async (body: Json) => (await bench.control('POST', 'accounts', body)).status;
    expect(await post({ subdomain: bench.first.subdomain })).to.equal(409);
    expect(await post({ subdomain: 'No Name!' })).to.equal(400);
    expect(await post({ subdomain: 'fine', timezone: 'Nowhere/Land' })).to.equal(400);
  });
});
