import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { createLogger, type TenantId } from '../kernel/index.ts';
import { keysFrom, tenantSecrets } from '../secrets/index.ts';
import { tenantDirectory } from '../tenants/index.ts';
import { testDatabase } from '../testing/database.ts';
import { kommoClient } from './client.ts';
import { openGrants } from './grants.ts';
import { kommoHosts } from './hosts.ts';
import { completeInstall, type InstallDeps, keepInstallCode } from './install.ts';
import { openIntegrations } from './integrations.ts';
import { unpaced } from './testing.ts';

const log = createLogger('silent');
const dayMs = 24 * 60 * 60_000;

describe('installing', () => {
  let db: Db;
  before(async function () {
    this.timeout(60_000);
    db = await testDatabase();
  });

  /** An address of Kommo's whose account and integration a test may change. */
  function open() {
    const keys = keysFrom(randomBytes(32));
    const subdomain = `address${randomInt(2 ** 40)}`;
    const kommo = { accountId: randomInt(2 ** 40), clientId: randomUUID() as string, nowMs: Date.now() };
    const clock = { now: () => new Date(kommo.nowMs) };
    const fetcher: typeof fetch = async input => {
      const { pathname } = new URL(String(input));
      if (pathname === '/oauth2/access_token')
        return Response.json({
          access_token: `of ${kommo.accountId}`,
          refresh_token: randomUUID(),
          expires_in: 86_400,
        });
      if (pathname === '/api/v4/account') return Response.json({ id: kommo.accountId, subdomain });
      return new Response(null, { status: 503 });
    };
    const integrationOf = (clientId: string) => ({
      clientId,
      clientSecret: 's'.repeat(64),
      redirectUri: 'https://us.example/kommo/oauth/callback',
    });
    const integrations = {
      ...openIntegrations({ db, own: null, publicUrl: 'https://us.example', key: keys.derive('x') }),
      main: async () => integrationOf(kommo.clientId),
      find: async (clientId: string) => integrationOf(clientId),
    };
    const common = { db, integrations, fetch: fetcher, clock, log };
    const grants = openGrants({ ...common, secrets: tenantSecrets(keys) });
    const directory = tenantDirectory(db);
    const client = {
      ...kommoClient({ grants, pacing: unpaced(fetcher), fetch: fetcher, log }),
      get: async () => null,
    };
    const hosts = kommoHosts({ domains: ['kommo.com'], localOrigins: [] });
    const installKey = keys.derive('install-codes');
    const onConnected = async () => {};
    const deps: InstallDeps = { ...common, onConnected, directory, client, grants, hosts, installKey };
    const keep = () =>
      keepInstallCode(deps, { code: 'code', referer: `${subdomain}.kommo.com`, clientId: null });
    return { deps, kommo, keep, origin: `https://${subdomain}.kommo.com` };
  }
  const pending = (id: string) => db.withoutTenant(tx => tx('pending_installs').where({ id }).first());
  const stateOf = (tenantId: TenantId) =>
    db.withTenant(tenantId, async tx => (await tx('tenants').first()).state);

  async function install({ deps, kommo, keep, origin }: ReturnType<typeof open>): Promise<TenantId> {
    const id = await keep();
    await completeInstall(deps, id);
    expect((await pending(id)).state).to.equal('done');
    const route = await deps.directory.byAccount(kommo.clientId, kommo.accountId);
    expect(route).to.include({ origin, active: true });
    expect(await deps.directory.byOrigin(origin)).to.deep.equal(route);
    return route?.tenantId as TenantId;
  }

  for (const [what, change] of [
    ['another account at the same address', { accountId: randomInt(2 ** 40) }],
    ['the same account under another integration', { clientId: randomUUID() }],
  ] as const) {
    it(`takes ${what}, in place of what was there, and finds each tenant again`, async () => {
      const bench = open();
      const original = { accountId: bench.kommo.accountId, clientId: bench.kommo.clientId };
      const first = await install(bench);
      Object.assign(bench.kommo, change);
      const second = await install(bench);
      expect(second).not.to.equal(first);
      expect([await stateOf(first), await stateOf(second)]).to.deep.equal(['uninstalled', 'ready']);
      expect(await db.withTenant(first, tx => tx('kommo_grants')), 'its tokens').to.deep.equal([]);
      expect(await bench.deps.directory.isActive(first)).to.equal(false);
      expect(await bench.deps.grants.accessToken(second)).to.equal(`of ${bench.kommo.accountId}`);
      Object.assign(bench.kommo, original);
      expect(await install(bench), 'the first one comes back').to.equal(first);
      expect([await stateOf(first), await stateOf(second)]).to.deep.equal(['ready', 'uninstalled']);
    });
  }

  it('leaves accounts at other addresses alone', async () => {
    const [ours, theirs] = [open(), open()];
    const tenantId = await install(theirs);
    await install(ours);
    expect(await stateOf(tenantId)).to.equal('ready');
  });

  for (const [what, breakIt] of [
    ['the tenant cannot be saved', (deps: InstallDeps) => ({ grants: { ...deps.grants, store: failing } })],
    ['the account cannot be read', (deps: InstallDeps) => ({ fetch: onlyTokens(deps.fetch) })],
  ] as const) {
    it(`tries again while ${what}, and ends after a day, keeping nothing secret`, async () => {
      const { deps, kommo, keep } = open();
      const broken = { ...deps, ...breakIt(deps) };
      const id = await keep();
      const attempt = () => completeInstall(broken, id).then(() => 'ended', String);
      expect(await attempt()).not.to.equal('ended');
      kommo.nowMs += dayMs - 60_000;
      expect(await attempt(), 'the code is spent, the tokens are kept').not.to.equal('ended');
      expect(await pending(id)).to.include({ state: 'waiting', attempts: 2 });
      kommo.nowMs += 2 * 60_000;
      expect(await attempt()).to.equal('ended');
      const failed = await pending(id);
      expect(failed).to.include({ state: 'failed', sealed_tokens: null });
      expect(failed.sealed_code).to.have.length(0);
    });
  }

  it('ends after a day also where every attempt kills its process', async () => {
    const { deps, kommo, keep } = open();
    const id = await keep();
    await db.withoutTenant(tx => tx('pending_installs').where({ id }).update({ attempts: 7 }));
    kommo.nowMs += dayMs + 60_000;
    await completeInstall(deps, id);
    expect((await pending(id)).state).to.equal('failed');
  });
});

async function failing(): Promise<never> {
  throw new Error('The disk is full');
}

function onlyTokens(fetcher: typeof fetch): typeof fetch {
  return async (input, init) =>
    String(input).includes('/oauth2/') ? fetcher(input, init) : new Response('', { status: 500 });
}
