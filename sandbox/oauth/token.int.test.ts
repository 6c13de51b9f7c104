import { expect } from 'chai';
import { type Bench, clientId, clientSecret, jsonOf, openBench } from '../testing/kit.ts';

interface Pair {
  access_token: string;
  refresh_token: string;
}

describe('OAuth tokens', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const newCode = async () =>
    (await jsonOf<{ code: string }>(bench.control('POST', 'codes', { clientId }))).code;
  const exchange = (code: string) => bench.token({ grant_type: 'authorization_code', code });
  const refresh = (refresh_token: string) => bench.token({ grant_type: 'refresh_token', refresh_token });
  const hintOf = async (answer: Response) => (await jsonOf<{ hint: string }>(answer)).hint;

  it('trades a code for a pair in the shape of the platform', async () => {
    const answer = await exchange(await newCode());
    expect(answer.status).to.equal(200);
    const body = await jsonOf(answer);
    expect(body).to.have.all.keys('token_type', 'expires_in', 'server_time', 'access_token', 'refresh_token');
    expect(body).to.include({ token_type: 'Bearer', expires_in: 86_400, server_time: bench.now() });
    const claims = JSON.parse(
      Buffer.from(String(body['access_token']).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).to.have.all.keys(
      ...['aud', 'jti', 'iat', 'nbf', 'exp', 'sub', 'grant_type', 'account_id', 'base_domain'],
      ...['version', 'scopes', 'hash_uuid', 'api_domain'],
    );
    expect(claims.account_id).to.equal(bench.first.id);
  });

  it('takes a form as well as JSON', async () => {
    const answer = await fetch(`${bench.first.origin}/oauth2/access_token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: bench.redirectUri,
        grant_type: 'authorization_code',
        code: await newCode(),
      }),
    });
    expect(answer.status).to.equal(200);
  });

  it('takes a code once', async () => {
    const code = await newCode();
    await exchange(code);
    const again = await exchange(code);
    expect(again.status).to.equal(400);
    const body = await jsonOf(again);
    expect(body).to.have.all.keys('hint', 'title', 'type', 'status', 'detail');
    expect(body['hint']).to.equal('Authorization code has been revoked');
  });

  it('refuses a code after 20 minutes', async () => {
    const code = await newCode();
    bench.advance(20 * 60);
    expect(await hintOf(await exchange(code))).to.equal('Authorization code has expired');
  });

  it('refuses an unknown code, and one of another account', async () => {
    expect(await hintOf(await exchange('def502nonsense'))).to.equal('Cannot decrypt the authorization code');
    const other = await bench.token(
      { grant_type: 'authorization_code', code: await newCode() },
      bench.second,
    );
    expect(await hintOf(other)).to.equal('Cannot decrypt the authorization code');
  });

  it('refuses a wrong secret, an unknown client and a redirect address that is not equal byte for byte', async () => {
    const grant_type = 'authorization_code';
    const code = await newCode();
    for (const wrong of [
      { client_secret: 'wrong' },
      { client_id: 'unknown' },
      { client_id: '__proto__' },
      { redirect_uri: `${bench.redirectUri}/` },
    ]) {
      expect((await bench.token({ grant_type, code, ...wrong })).status).to.equal(400);
    }
    expect((await exchange(code)).status, 'the code survives refusals').to.equal(200);
  });

  it('keeps the previous refresh token working until the new pair is first used', async () => {
    const { refreshToken } = await bench.grant();
    const lost = await jsonOf<Pair>(refresh(refreshToken));
    const retried = await jsonOf<Pair>(refresh(refreshToken));
    expect(retried.refresh_token).to.not.equal(lost.refresh_token);
    expect((await bench.api('account', retried.access_token)).status).to.equal(200);

    const late = await refresh(refreshToken);
    expect(late.status).to.equal(400);
    expect(await hintOf(late)).to.equal('Invalid refresh token');
    expect((await refresh(retried.refresh_token)).status).to.equal(200);
  });

  it('ends the grace when the new refresh token is used', async () => {
    const { refreshToken } = await bench.grant();
    const next = await jsonOf<Pair>(refresh(refreshToken));
    await refresh(next.refresh_token);
    expect((await refresh(refreshToken)).status).to.equal(400);
  });

  it('refuses an access token after a day and a refresh token after three months', async () => {
    const { accessToken, refreshToken } = await bench.grant();
    bench.advance(86_401);
    expect((await bench.api('account', accessToken)).status).to.equal(401);
    bench.advance(90 * 86_400);
    expect((await refresh(refreshToken)).status).to.equal(400);
  });

  it('tells the subdomain to the holder of a refresh or an access token', async () => {
    const { accessToken, refreshToken } = await bench.grant();
    const byRefresh = await fetch(`${bench.first.origin}/oauth2/account/current/subdomain`, {
      headers: { 'X-Refresh-Token': refreshToken },
    });
    const expected = {
      id: bench.first.id,
      subdomain: 'northwind',
      domain: bench.first.origin.replace('http://', ''),
      top_level_domain: 'com',
    };
    expect(await jsonOf(byRefresh)).to.deep.equal(expected);
    const byAccess = await fetch(`${bench.first.origin}/oauth2/account/subdomain`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    expect(await jsonOf(byAccess)).to.deep.equal(expected);
  });

  it('keeps tokens, codes and installs over a restart on other ports', async () => {
    const { accessToken, refreshToken } = await bench.grant();
    const code = await newCode();
    await bench.restart();
    expect((await bench.api('account', accessToken)).status).to.equal(200);
    expect((await refresh(refreshToken)).status).to.equal(200);
    expect((await exchange(code)).status).to.equal(200);
    const account = await jsonOf<{ _links: { self: { href: string } } }>(bench.api('account', accessToken));
    expect(account._links.self.href).to.equal(`${bench.first.origin}/api/v4/account`);
  });
});
