import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { type Bench, clientId, clientSecret, jsonOf, openBench } from '../testing/kit.ts';

describe('Installing and disabling an integration', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it('sends the code from server to server, and the code can be exchanged', async () => {
    const answer = await bench.control('POST', 'installs', { clientId });
    expect(await jsonOf(answer)).to.deep.equal({ delivered: true, status: 200 });
    const [hook] = bench.hooks.received;
    expect(hook).to.include({
      method: 'GET',
      path: '/kommo/oauth/callback',
      userAgent: 'amoService-oAuth-Code-Sender/1.0',
    });
    const { code, ...query } = Object.fromEntries(hook?.query ?? []);
    expect(query).to.deep.equal({
      referer: bench.first.origin.replace('http://', ''),
      client_id: clientId,
      from_widget: '1',
      platform: '2',
    });
    expect((await bench.token({ grant_type: 'authorization_code', code })).status).to.equal(200);
  });

  it('counts as installed even when nobody listened, and never sends the code again', async () => {
    await bench.hooks.close();
    const answer = await bench.control('POST', 'installs', { clientId });
    expect(await jsonOf(answer)).to.deep.equal({ delivered: false, status: null });
    const state = await jsonOf<{ installs: { clientId: string }[] }>(bench.control('GET', 'state'));
    expect(state.installs.map(one => one.clientId)).to.deep.equal([clientId]);
    expect(bench.hooks.received).to.deep.equal([]);
  });

  it('revokes every token and sends a signed hook when disabled', async () => {
    const { accessToken, refreshToken } = await bench.grant();
    const answer = await bench.control('DELETE', `installs/${clientId}`);
    expect(await jsonOf(answer)).to.deep.equal({ delivered: true, status: 200 });
    expect((await bench.api('account', accessToken)).status).to.equal(401);
    expect((await bench.token({ grant_type: 'refresh_token', refresh_token: refreshToken })).status).to.equal(
      400,
    );
    const [hook] = bench.hooks.received;
    expect(Object.fromEntries(hook?.query ?? [])).to.deep.equal({
      account_id: String(bench.first.id),
      client_uuid: clientId,
      signature: createHmac('sha256', clientSecret).update(`${clientId}|${bench.first.id}`).digest('hex'),
    });
  });
});

describe('The page that asks for access', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const signIn = async (userId: number) => {
    const answer = await bench.control('POST', 'sessions', { userId });
    return String(answer.headers.get('set-cookie')).split(';')[0] ?? '';
  };
  const open = (cookie: string) =>
    fetch(`${bench.first.origin}/oauth?client_id=${clientId}&state=s%261&mode=post_message`, {
      headers: { cookie },
    });
  const decide = async (cookie: string, decision: string, change: Record<string, string> = {}) => {
    const html = await (await open(cookie)).text();
    const hidden = [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&#38;', '&'),
    ]);
    return fetch(`${bench.first.origin}/oauth`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ ...Object.fromEntries(hidden), decision, ...change }),
    });
  };
  const queryOf = (answer: Response) =>
    Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);

  it('hands a working code to the redirect address after Allow', async () => {
    const answer = await decide(await signIn(9_100_001), 'allow');
    expect(answer.status).to.equal(303);
    const { code, ...query } = queryOf(answer);
    const referer = bench.first.origin.replace('http://', '');
    expect(query).to.deep.equal({ state: 's&1', referer, client_id: clientId, platform: '2' });
    expect((await bench.token({ grant_type: 'authorization_code', code })).status).to.equal(200);
  });

  it('hands an error to the redirect address after Decline', async () => {
    const answer = await decide(await signIn(9_100_001), 'decline');
    expect(queryOf(answer)).to.deep.equal({ error: 'access_denied', client_id: clientId, state: 's&1' });
  });

  it('lets only administrators install, and anybody authorise afterwards', async () => {
    const rep = await signIn(9_100_003);
    expect((await open(rep)).status).to.equal(403);
    await bench.control('POST', 'installs', { clientId });
    expect((await open(rep)).status).to.equal(200);
  });

  it('refuses a form that it did not draw for this session', async () => {
    const answer = await decide(await signIn(9_100_001), 'allow', { form_token: 'forged' });
    expect(answer.status).to.equal(403);
  });
});
