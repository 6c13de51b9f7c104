import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, startHarness, until } from '../testing/harness.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';

describe('several integrations', () => {
  let harness: Harness;
  let account: SandboxAccount;
  const clientId = randomUUID();
  const secret = randomBytes(32).toString('hex');
  const path = `/v1/operator/integrations/${clientId}`;

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness();
    account = harness.accounts[0];
  });
  after(async function () {
    this.timeout(30_000);
    await harness.close();
  });

  const asOperator = (method: string, to: string, body?: unknown) =>
    harness.fetch(harness.app.operatorKey, to, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const register = (given: object = {}) =>
    asOperator('PUT', path, { secret, name: 'Private of northwind', ...given });
  const tenants = async () =>
    harness.app.db.withoutTenant(tx =>
      tx('tenant_routes').where({ account_id: account.id, origin: account.origin }),
    );
  async function stateOf(client: string): Promise<string> {
    const route = (await tenants()).find(row => row.client_uuid === client);
    return harness.app.db.withTenant(route.tenant_id, async tx => (await tx('tenants').first()).state);
  }
  async function session(): Promise<Response> {
    const { users } = await harness.state(account);
    const { token } = (await (
      await harness.sandbox.control(account, 'POST', '/one-time-tokens', {
        clientId,
        userId: users.find(user => user.rights.is_admin).id,
      })
    ).json()) as { token: string };
    return fetch(`${harness.url}/v1/session`, {
      method: 'POST',
      headers: { origin: account.origin, 'content-type': 'application/json', 'x-auth-token': token },
      body: '{}',
    });
  }

  it('are for the operator alone', async () => {
    const admin = await harness.adminToken(account);
    const rep = await harness.session(account);
    for (const [method, to] of [
      ['GET', '/v1/operator/integrations'],
      ['PUT', path],
      ['DELETE', path],
    ] as const) {
      const body = method === 'PUT' ? { body: JSON.stringify({ secret, name: 'x' }) } : {};
      const headers = { 'content-type': 'application/json' };
      expect((await harness.fetch(null, to, { method, headers, ...body })).status).to.equal(401);
      expect((await harness.fetch(admin, to, { method, headers, ...body })).status).to.equal(403);
      expect((await harness.fetch(rep, to, { method, ...body })).status).to.equal(403);
    }
  });

  it('are kept with a sealed secret that no answer repeats', async () => {
    const saved = await register();
    expect(saved.status).to.equal(200);
    const view = await saved.json();
    expect(view).to.deep.equal({
      clientId,
      kind: 'private',
      name: 'Private of northwind',
      redirectUri: `${harness.url}/kommo/oauth/callback/${clientId}`,
      from: 'operator',
    });
    const listed = (await (await asOperator('GET', '/v1/operator/integrations')).json()) as {
      integrations: { clientId: string; from: string }[];
    };
    expect(listed.integrations.map(one => one.from)).to.include.members(['environment', 'operator']);
    expect(JSON.stringify(listed)).not.to.contain(secret);
    const row = await harness.app.db.withoutTenant(tx =>
      tx('integrations').where({ client_uuid: clientId }).first(),
    );
    expect(Buffer.from(row.sealed_secret).includes(Buffer.from(secret))).to.equal(false);
    expect(harness.logs.join('\n')).not.to.contain(secret);
  });

  it('are refused with what is wrong: a short secret, no name, a strange id, the one of the environment', async () => {
    expect((await register({ secret: 'short' })).status).to.equal(422);
    expect((await register({ name: ' ' })).status).to.equal(422);
    expect(
      (await asOperator('PUT', '/v1/operator/integrations/a%00b', { secret, name: 'x' })).status,
    ).to.be.within(400, 422);
    const own = await asOperator('PUT', `/v1/operator/integrations/${harness.clientId}`, {
      secret,
      name: 'x',
    });
    expect([own.status, ((await own.json()) as { code: string }).code]).to.deep.equal([
      409,
      'integration-fixed',
    ]);
    expect((await asOperator('DELETE', `/v1/operator/integrations/${randomUUID()}`)).status).to.equal(404);
  });

  it('install through their own callback, whether or not the call names them', async function () {
    this.timeout(30_000);
    await harness.sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
      clientSecret: secret,
      redirectUri: `${harness.url}/kommo/oauth/callback/${clientId}`,
      disableUrl: `${harness.url}/kommo/uninstall`,
      name: 'Private',
      widgetCode: 'cardwise_private',
    });
    const code = async () =>
      (
        (await (await harness.sandbox.control(account, 'POST', '/codes', { clientId })).json()) as {
          code: string;
        }
      ).code;
    const referer = new URL(account.origin).host;
    const callback = `${harness.url}/kommo/oauth/callback`;
    const wrong = await fetch(
      `${callback}/${clientId}?code=x&referer=${referer}&client_id=${harness.clientId}`,
    );
    expect(wrong.status).to.equal(400);
    const stranger = await fetch(`${callback}/${randomUUID()}?code=x&referer=${referer}`);
    expect(stranger.status).to.equal(400);
    const taken = await fetch(
      `${callback}/${clientId}?code=${await code()}&referer=${referer}&from_widget=1`,
    );
    expect(taken.status).to.equal(200);
    await until(async () => (await tenants()).some(row => row.client_uuid === clientId && row.active));
    expect(await stateOf(clientId)).to.equal('ready');
    expect(await stateOf(harness.clientId), 'the connection that was there').to.equal('uninstalled');
  });

  it('verify the one-time tokens of their own pages, and those of no other', async () => {
    expect((await session()).status).to.equal(200);
    const { users } = await harness.state(account);
    const { token } = (await (
      await harness.sandbox.control(account, 'POST', '/one-time-tokens', {
        clientId: harness.clientId,
        userId: users[0].id,
        overrides: { client_uuid: clientId },
      })
    ).json()) as { token: string };
    const forged = await fetch(`${harness.url}/v1/session`, {
      method: 'POST',
      headers: { origin: account.origin, 'content-type': 'application/json', 'x-auth-token': token },
      body: '{}',
    });
    expect(forged.status).to.equal(401);
  });

  it('refresh with their own secret; a wrong one disconnects nobody and is told to the operator', async () => {
    const { token } = (await (await session()).json()) as { token: string };
    const headers = { origin: account.origin, authorization: `Bearer ${token}` };
    const { leads } = await harness.state(account);
    const read = (index: number) => fetch(`${harness.url}/v1/leads/${leads[index].id}/thread`, { headers });
    await register({ secret: randomBytes(32).toString('hex') });
    await harness.sandbox.control(account, 'POST', '/faults', {
      match: { path: '/api/v4/leads/' },
      kind: 'status',
      status: 401,
      times: 1,
    });
    const refused = await read(0);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).to.deep.equal([
      503,
      'integration-refused',
    ]);
    expect(await stateOf(clientId), 'still connected').to.equal('ready');
    await register();
    expect((await read(1)).status).to.equal(200);
  });

  it('stay while an account is connected through them, and go after its uninstall', async () => {
    const refused = await asOperator('DELETE', path);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).to.deep.equal([
      409,
      'integration-in-use',
    ]);
    const signature = createHmac('sha256', secret).update(`${clientId}|${account.id}`).digest('hex');
    const hook = `${harness.url}/kommo/uninstall?account_id=${account.id}&client_uuid=${clientId}&signature=`;
    expect((await fetch(`${hook}${signature.replace(/./g, '0')}`)).status).to.equal(401);
    expect((await fetch(`${hook}${signature}`)).status).to.equal(204);
    expect(await stateOf(clientId)).to.equal('uninstalled');
    expect((await asOperator('DELETE', path)).status).to.equal(204);
    expect((await session()).status).to.equal(401);
  });
});
