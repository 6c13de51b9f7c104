import { expect } from 'chai';
import { createLogger, newId, newTenantId, type TenantId } from '../kernel/index.ts';
import { openOutbound } from '../outbound/index.ts';
import { testDatabase } from '../testing/database.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';
import { blockMsDefault, type RateBudget } from './budget/budget.ts';
import { openPacing } from './budget/pacing.ts';
import { postgresBudget } from './budget/postgres-budget.ts';
import { redisBudget } from './budget/redis-budget.ts';
import { type Account, type KommoClient, kommoClient, type Lane } from './client.ts';

describe("Kommo's limit on the wire", () => {
  let harness: SharedHarness;
  const log = createLogger('silent');

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
  });
  afterEach(async () => {
    for (const account of harness.accounts)
      await harness.sandbox.control(account, 'POST', '/limits', { enabled: false, perAddress: 1_000 });
  });

  /** The client of one process: its own queue before the shared budget. */
  async function ownProcess(name: string): Promise<{ client: KommoClient; close(): Promise<void> }> {
    const limits = { perAccount: 7, perAddress: 1_000, address: name, blockMs: blockMsDefault };
    const redisUrl = process.env.TEST_REDIS_URL;
    const budget: RateBudget = redisUrl
      ? redisBudget(redisUrl, limits, log, name)
      : postgresBudget(await testDatabase(), limits);
    const outbound = openOutbound({ privateOrigins: harness.accounts.map(({ origin }) => origin) });
    const fetch = outbound.trustedFetch;
    const pacing = openPacing({ budget, fetch, log, watch: { waited: () => {}, ended: () => {} } });
    const grants = {
      accessToken: async (tenantId: TenantId) => tokens.get(tenantId) ?? '',
      replaceAccessToken: () => Promise.reject(new Error('a token was refused')),
      store: async () => undefined,
      forget: () => {},
    };
    return {
      client: kommoClient({ grants, pacing, fetch, log }),
      async close() {
        await pacing.close();
        outbound.close();
      },
    };
  }
  const tokens = new Map<TenantId, string>();

  async function accountOf(index: 0 | 1): Promise<Account> {
    const account = harness.accounts[index];
    const { clientId, clientSecret } = harness;
    const { users } = await harness.state(account);
    const userId = users.find(user => user.rights.is_admin).id;
    const made = await harness.sandbox.control(account, 'POST', '/codes', { clientId, userId });
    const answer = await fetch(`${account.origin}/oauth2/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: `${harness.url}/kommo/oauth/callback`,
        code: ((await made.json()) as { code: string }).code,
      }),
    });
    const tenantId = newTenantId();
    tokens.set(tenantId, ((await answer.json()) as { access_token: string }).access_token);
    return { tenantId, origin: account.origin };
  }

  it('is never met by two processes that read for reps, clients and syncs at once', async function () {
    this.timeout(60_000);
    const name = `pacing-${newId()}`;
    const accounts = [await accountOf(0), await accountOf(1)];
    for (const account of harness.accounts)
      await harness.sandbox.control(account, 'POST', '/limits', {
        enabled: true,
        perAccount: 7,
        banAfter: 1,
      });
    const processes = [await ownProcess(name), await ownProcess(name)];
    const calls = (['rep', 'client', 'sync', 'rep', 'sync'] as Lane[]).flatMap(lane =>
      processes.flatMap(({ client }) =>
        accounts.flatMap(account =>
          Array.from({ length: 2 }, () => client.get(account, '/leads/pipelines', { lane })),
        ),
      ),
    );
    expect(await Promise.all(calls)).to.have.length(40);
    for (const account of harness.accounts) {
      const { account: counts } = (await (
        await harness.sandbox.control(account, 'GET', '/limits')
      ).json()) as {
        account: { served: number; refused: number; banned: number };
      };
      expect(counts).to.deep.include({ refused: 0, banned: 0 });
      expect(counts.served).to.be.at.least(20);
    }
    for (const { close } of processes) await close();
  });
});
