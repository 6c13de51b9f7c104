import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { type Bench, clientId, clientSecret, type Json, jsonOf, openBench } from './testing/kit.ts';

describe('One-time tokens', () => {
  let bench: Bench;
  let cookie: string;
  beforeEach(async () => {
    bench = await openBench();
    await bench.control('POST', 'installs', { clientId });
    const answer = await bench.control('POST', 'sessions', { userId: 9_100_003 });
    cookie = String(answer.headers.get('set-cookie')).split(';')[0] ?? '';
  });
  afterEach(() => bench.close());

  const ask = (headers: Record<string, string>, id = clientId) =>
    fetch(`${bench.first.origin}/ajax/v2/integrations/${id}/disposable_token`, { headers });
  const page = () => ({ cookie, 'X-Requested-With': 'XMLHttpRequest' });
  const read = (token: string) =>
    jwt.verify(token, clientSecret, { algorithms: ['HS256'], clockTimestamp: bench.now() }) as Json;

  it('carry the claims of the platform, signed with the client secret', async () => {
    const { token } = await jsonOf<{ token: string }>(ask(page()));
    const { jti, ...claims } = read(token);
    expect(jti).to.match(/^[0-9a-f-]{36}$/);
    expect(claims).to.deep.equal({
      iss: bench.first.origin,
      aud: 'http://127.0.0.1',
      iat: bench.now(),
      nbf: bench.now(),
      exp: bench.now() + 1800,
      account_id: bench.first.id,
      user_id: 9_100_003,
      subdomain: 'northwind',
      client_uuid: clientId,
      is_admin: false,
    });
  });

  it('are given only to the page: with its session and its header', async () => {
    expect((await ask({ cookie })).status).to.equal(401);
    expect((await ask({ 'X-Requested-With': 'XMLHttpRequest' })).status).to.equal(401);
  });

  it('are given before the install, for the settings dialog, but for no unknown integration', async () => {
    await bench.control('DELETE', `installs/${clientId}`);
    expect((await ask(page())).status).to.equal(200);
    expect((await ask(page(), 'unknown')).status).to.equal(404);
  });

  it('can be made with other claims for tests', async () => {
    const overrides = { exp: 1, user_id: 'nobody', is_admin: true };
    const asked = bench.control('POST', 'one-time-tokens', { clientId, userId: 9_100_003, overrides });
    const { token } = await jsonOf<{ token: string }>(asked);
    const claims = jwt.verify(token, clientSecret, { ignoreExpiration: true }) as Json;
    expect(claims).to.include(overrides);
  });
});
