import { createHmac, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Session, until } from '../testing/harness.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const sam = 9100003;
const lead = 18834645;

interface Call {
  seq: number;
  method: string;
  path: string;
  status: number;
  userId: number | null;
}

describe('connecting an account', () => {
  let harness: SharedHarness;
  let account: SandboxAccount;
  let tenantId: string;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    [account] = harness.accounts;
    tenantId = tenantOf(await harness.session(account));
  });
  afterEach(async () => {
    harness.clock.reset();
    await harness.sandbox.control(account, 'DELETE', '/faults');
    await harness.sandbox.control(account, 'POST', '/clock', { skewSeconds: 0 });
    const { state } = await tenant();
    if (state !== 'ready') await reinstall();
  });

  const tenant = () => harness.app.db.withTenant(tenantId as never, tx => tx('tenants').first());
  const grant = () => harness.app.db.withTenant(tenantId as never, tx => tx('kommo_grants').first());
  const pending = () =>
    harness.app.db.withoutTenant(tx => tx('pending_installs').orderBy('id', 'desc').first());
  const fault = (body: object) => harness.sandbox.control(account, 'POST', '/faults', body);
  const newCode = async () =>
    (
      (await (
        await harness.sandbox.control(account, 'POST', '/codes', { clientId: harness.clientId })
      ).json()) as { code: string }
    ).code;
  const referer = () => new URL(account.origin).host;
  const callback = (query: Record<string, string>) =>
    fetch(`${harness.url}/kommo/oauth/callback?${new URLSearchParams(query)}`);
  async function calls(since = 0): Promise<Call[]> {
    return (
      (await (await harness.sandbox.control(account, 'GET', `/calls?since=${since}`)).json()) as {
        calls: Call[];
      }
    ).calls;
  }
  const lastSeq = async () => (await calls()).at(-1)?.seq ?? 0;
  async function reinstall(): Promise<void> {
    await harness.sandbox.control(account, 'POST', '/installs', { clientId: harness.clientId });
    await until(async () => (await tenant()).state === 'ready');
  }
  let hoursLater = 0;
  /** Kommo's clock goes a day on, so that every token it gave out so far has expired; ours stands. */
  async function expireTokens(): Promise<void> {
    hoursLater += 25;
    await harness.sandbox.control(account, 'POST', '/clock', { skewSeconds: hoursLater * 3600 });
  }
  let unread = 0;
  /** Reads several records of a lead that nobody has read for a while, so that nothing of it is remembered. */
  async function readUnread(session: Session): Promise<Response> {
    const { leads } = await harness.state(account);
    unread += 1;
    return harness.fetch(session, `/v1/leads/${leads.at(-unread).id}/suggestions`);
  }

  describe('by a code', () => {
    it('takes the state that it gave, and none that is wrong, changed or half an hour old', async () => {
      const begun = await fetch(`${harness.url}/kommo/oauth/start`, { redirect: 'manual' });
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
      const query = { code: 'unknown', referer: referer(), client_id: harness.clientId };
      expect((await callback({ ...query, state })).status).to.equal(200);
      const [at = '', mac = ''] = state.split('.');
      for (const wrong of [
        '',
        'x',
        `${Number(at) + 1}.${mac}`,
        `${at}.${mac.slice(1)}`,
        `${at}.`,
        `.${mac}`,
        `${at}.${mac}.${mac}x`.slice(2),
      ]) {
        const refused = await callback({ ...query, state: wrong });
        expect(refused.status, wrong).to.equal(400);
        expect(await refused.json()).to.include({ code: 'install-refused' });
      }
      harness.clock.move(31 * 60_000);
      expect((await callback({ ...query, state })).status, 'old').to.equal(400);
    });

    it('takes no code for a foreign account address or a foreign integration, and keeps nothing of it', async () => {
      const before = await pending();
      const foreign = [
        'evil.example',
        'kommo.com.evil.example',
        'evil.example/.kommo.com',
        'kommo.com',
        'a.b.kommo.com',
        'x@y.kommo.com',
        'y.kommo.com:8443',
        '127.0.0.1:1',
        'y.kommo.com#',
        'ÿ.kommo.com',
        '.kommo.com',
      ];
      for (const referer of foreign) {
        expect((await callback({ code: 'c', referer })).status, referer).to.equal(400);
      }
      expect((await callback({ code: 'c', referer: referer(), client_id: randomUUID() })).status).to.equal(
        400,
      );
      expect((await callback({ referer: referer() })).status).to.equal(400);
      expect((await callback({ code: 'c' })).status).to.equal(400);
      expect((await pending())?.id).to.equal(before?.id);
      const declined = await callback({ error: 'access_denied', client_id: harness.clientId });
      expect(declined.status).to.equal(200);
    });

    it('stores the code sealed before it is exchanged, and a sweep completes what the exchange failed at', async () => {
      await fault({ match: { path: '/oauth2/access_token' }, kind: 'status', status: 500, times: 1 });
      const code = await newCode();
      const since = await lastSeq();
      expect((await callback({ code, referer: referer(), from_widget: '1' })).status).to.equal(200);
      const stored = await pending();
      expect(stored).to.deep.include({ state: 'waiting' });
      expect(stored.sealed_code.toString('latin1')).not.to.contain(code);
      await until(async () =>
        (await calls(since)).some(call => call.path === '/oauth2/access_token' && call.status === 500),
      );
      harness.clock.move(6_000);
      await harness.app.sweepNow();
      await until(async () => (await pending()).state === 'done');
      expect(
        (await calls(since)).filter(call => call.path === '/oauth2/access_token' && call.status === 200),
      ).to.have.length(1);
      const done = await pending();
      expect([done.sealed_code.length, done.sealed_tokens]).to.deep.equal([0, null]);
    });

    it('spends a code once: what fails after the exchange goes on with the stored tokens', async () => {
      await fault({ match: { path: '/api/v4/account' }, kind: 'status', status: 503, times: 1 });
      const code = await newCode();
      const since = await lastSeq();
      await callback({ code, referer: referer() });
      await until(async () => (await pending()).sealed_tokens !== null);
      harness.clock.move(6_000);
      await harness.app.sweepNow();
      await until(async () => (await pending()).state === 'done');
      expect((await calls(since)).filter(call => call.path === '/oauth2/access_token')).to.have.length(1);
      expect(
        (await harness.fetch(await harness.session(account), `/v1/leads/${lead}/thread`)).status,
      ).to.equal(200);
    });

    it('keeps waiting with a code while its exchange meets a block', async () => {
      await fault({ match: { path: '/oauth2/access_token' }, kind: 'status', status: 403 });
      await callback({ code: await newCode(), referer: referer() });
      await until(async () => (await pending()).attempts > 0 && (await pending()).claimed_until === null);
      expect((await pending()).state).to.equal('waiting');
      await harness.sandbox.control(account, 'DELETE', '/faults');
      harness.clock.move(6_000);
      await until(async () => {
        await harness.app.sweepNow();
        return (await pending()).state === 'done';
      });
    });

    it('gives up on a code that Kommo refuses, and says why in the log alone', async () => {
      await callback({ code: 'made-up-code-canary', referer: referer() });
      await until(async () => (await pending()).state === 'failed');
      expect((await pending()).failure).to.match(/Cannot decrypt/);
      expect((await tenant()).state, 'the connection that stands is untouched').to.equal('ready');
    });
  });

  describe('and keeping the grant', () => {
    it('refreshes once, however many calls find the token expired together', async () => {
      const session = await harness.session(account);
      const since = await lastSeq();
      const { leads } = await harness.state(account);
      const users = [session, await harness.session(account, 9100002)];
      const asked = leads.slice(0, 6).flatMap(({ id }) => users.map(user => ({ id, user })));
      await expireTokens();
      const answers = await Promise.all(
        asked.map(({ id, user }) => harness.fetch(user, `/v1/leads/${id}/suggestions`)),
      );
      expect(answers.map(answer => answer.status)).to.deep.equal(answers.map(() => 200));
      const refused = (await calls(since)).filter(call => call.status === 401);
      expect(refused.length, 'calls that found it expired').to.be.greaterThan(1);
      const refreshes = (await calls(since)).filter(call => call.path === '/oauth2/access_token');
      expect(refreshes.map(call => call.status)).to.deep.equal([200]);
    });

    it('goes on when the answer with the new pair was lost', async () => {
      const { revision } = await grant();
      const session = await harness.session(account);
      const since = await lastSeq();
      await expireTokens();
      await fault({ match: { path: '/oauth2/access_token' }, kind: 'lost-response', times: 1 });
      expect((await readUnread(session)).status).to.equal(200);
      expect((await calls(since)).filter(call => call.path === '/oauth2/access_token').length).to.equal(2);
      expect((await grant()).revision).to.equal(revision + 1);
    });

    it('answers a 401 in the middle of a life with one refresh and goes on', async () => {
      const session = await harness.session(account);
      const since = await lastSeq();
      await fault({ match: { path: '/api/v4/leads/' }, kind: 'status', status: 401, times: 1 });
      expect((await readUnread(session)).status).to.equal(200);
      expect((await calls(since)).filter(call => call.path === '/oauth2/access_token')).to.have.length(1);
    });

    it('keeps the account when its refresh meets a block instead of an answer, and refreshes when that ends', async () => {
      const session = await harness.session(account);
      await expireTokens();
      await fault({ match: { path: '/oauth2/access_token' }, kind: 'status', status: 403 });
      const blocked = await readUnread(session);
      expect(blocked.status).to.equal(503);
      expect(await blocked.json()).to.include({ code: 'kommo-blocked' });
      expect((await tenant()).state).to.equal('ready');
      await harness.sandbox.control(account, 'DELETE', '/faults');
      await until(async () => {
        unread -= 1;
        return (await readUnread(session)).status === 200;
      });
    });

    it('says reconnect-needed once Kommo takes the grant away, and is ready again after a new install', async () => {
      const session = await harness.session(account);
      await fault({ match: { path: '/api/v4/leads/' }, kind: 'revoke', times: 1 });
      const answer = await readUnread(session);
      expect(answer.status).to.equal(409);
      expect(await answer.json()).to.include({ code: 'reconnect-needed' });
      const again = await fetch(`${harness.url}/v1/session`, {
        method: 'POST',
        headers: {
          origin: account.origin,
          'content-type': 'application/json',
          'x-auth-token': await harness.oneTimeToken(account, session.userId),
        },
        body: '{}',
      });
      expect(await again.json()).to.include({ state: 'reconnect-needed' });
      await reinstall();
      expect((await readUnread(session)).status).to.equal(200);
    });
  });

  describe("within a rep's rights", () => {
    it('asks Kommo as the rep, and answers 404 for a lead that only others may see', async () => {
      const session = await harness.session(account, sam);
      const { leads } = await harness.state(account);
      const own = leads.find(candidate => candidate.responsible_user_id === sam);
      const hidden = leads.find(candidate => candidate.responsible_user_id !== sam);
      const since = await lastSeq();
      expect((await harness.fetch(session, `/v1/leads/${own.id}/suggestions`)).status).to.equal(200);
      for (const path of ['thread', 'suggestions']) {
        const answer = await harness.fetch(session, `/v1/leads/${hidden.id}/${path}`);
        expect(answer.status).to.equal(404);
        expect(await answer.json()).to.include({ code: 'lead-not-found' });
      }
      const ofThem = (await calls(since)).filter(call =>
        [own.id, hidden.id].some(id => call.path.includes(String(id))),
      );
      const reads = ofThem.filter(call => call.path.startsWith('/api/v4/leads/'));
      expect(reads.length).to.be.greaterThan(2);
      expect(new Set(reads.map(call => call.userId)), 'X-Context-User-ID on every read').to.deep.equal(
        new Set([sam]),
      );
    });

    it('gives nothing to a user whom the last sync found inactive', async () => {
      const session = await harness.session(account, sam);
      await harness.sandbox.control(account, 'POST', `/users/${sam}`, { active: false });
      try {
        harness.clock.move(16 * 60_000);
        await harness.app.sweepNow();
        harness.clock.reset();
        const row = await harness.app.db.withTenant(tenantId as never, tx =>
          tx('kommo_users').where({ user_id: sam }).first(),
        );
        expect(row.is_active).to.equal(false);
        const answer = await harness.fetch(session, `/v1/leads/${lead}/thread`);
        expect([401, 404]).to.include(answer.status);
      } finally {
        await harness.sandbox.control(account, 'POST', `/users/${sam}`, { active: true });
        await harness.app.db.withTenant(tenantId as never, tx =>
          tx('kommo_users').where({ user_id: sam }).update({ is_active: true }),
        );
      }
    });
  });

  describe('and disconnecting it', () => {
    const sign = (clientId: string, accountId: number | string) =>
      createHmac('sha256', harness.clientSecret).update(`${clientId}|${accountId}`).digest('hex');
    const hook = (query: Record<string, string>) =>
      fetch(`${harness.url}/kommo/uninstall?${new URLSearchParams(query)}`);

    it('does nothing on a signature that is wrong, cut, empty or for another account or integration', async () => {
      const [, other] = harness.accounts;
      const right = sign(harness.clientId, account.id);
      const ids = { account_id: String(account.id), client_uuid: harness.clientId };
      for (const [what, query] of Object.entries({
        wrong: { ...ids, signature: right.replace(/^./, first => (first === 'a' ? 'b' : 'a')) },
        cut: { ...ids, signature: right.slice(0, -2) },
        empty: { ...ids, signature: '' },
        'too long': { ...ids, signature: `${right}00` },
        'of another account': { ...ids, signature: sign(harness.clientId, other.id) },
        'with another account id': { ...ids, account_id: String(other.id), signature: right },
        'of another integration': { ...ids, client_uuid: 'foreign', signature: sign('foreign', account.id) },
        'account id as a path': { ...ids, account_id: `0${account.id}`, signature: right },
      })) {
        const answer = await hook(query);
        expect(answer.status, what).to.equal(401);
        expect(await answer.json()).to.include({ code: 'signature-invalid' });
      }
      expect((await tenant()).state).to.equal('ready');
      expect((await hook({ ...ids, account_id: 'x' })).status).to.equal(422);
    });

    it('ends what its pages and administrators may do, until it is connected again', async function () {
      this.timeout(40_000);
      const admin = await harness.adminToken(account);
      const allowed = async (origin = account.origin) =>
        (await fetch(`${harness.url}/v1/documents`, { headers: { origin } })).headers.get(
          'access-control-allow-origin',
        );
      const asAdmin = async () => (await harness.fetch(admin, '/v1/documents')).status;
      const issued = () =>
        fetch(`${harness.url}/v1/operator/tenants/${account.id}/tokens`, {
          method: 'POST',
          headers: { authorization: `Bearer ${harness.app.operatorKey}` },
        });
      expect([await allowed(), await asAdmin()]).to.deep.equal([account.origin, 200]);
      await harness.sandbox.control(account, 'DELETE', `/installs/${harness.clientId}`);
      await until(async () => (await tenant()).state === 'uninstalled');
      await until(async () => (await allowed()) === null && (await asAdmin()) === 401, 5_500);
      const refused = await issued();
      expect(refused.status).to.equal(404);
      expect(await refused.json()).to.include({ code: 'account-not-found' });
      expect(await allowed(harness.accounts[1].origin), 'another account').to.equal(
        harness.accounts[1].origin,
      );
      await reinstall();
      await until(async () => (await allowed()) === account.origin && (await asAdmin()) === 200, 5_500);
      expect((await issued()).status).to.equal(201);
    });

    it('asks the database nothing about the origin of a page that cannot be an account', async () => {
      const { db } = harness.app;
      const real = db.withoutTenant;
      let asked = 0;
      db.withoutTenant = work => {
        asked += 1;
        return real.call(db, work) as never;
      };
      try {
        for (const origin of ['https://evil.example', 'null', 'https://kommo.com', 'http://acme.kommo.com'])
          await fetch(`${harness.url}/v1/documents`, { method: 'OPTIONS', headers: { origin } });
        expect(asked).to.equal(0);
        const unknown = `https://x${Date.now()}.kommo.com`;
        await fetch(`${harness.url}/v1/documents`, { method: 'OPTIONS', headers: { origin: unknown } });
        expect(asked, 'one that could be').to.equal(1);
      } finally {
        db.withoutTenant = real;
      }
    });

    it('takes both names of the parameter, and the same call twice; sessions end within five seconds', async function () {
      this.timeout(40_000);
      const session = await harness.session(account);
      expect((await harness.fetch(session, `/v1/leads/${lead}/thread`)).status).to.equal(200);
      const signature = sign(harness.clientId, account.id);
      const audit = () =>
        harness.app.db.withTenant(tenantId as never, tx =>
          tx('audit_events').where({ event: 'kommo.account-disconnected' }).count({ n: '*' }).first(),
        );
      const before = Number((await audit())?.['n']);
      expect(
        (await hook({ account_id: String(account.id), client_uuid: harness.clientId, signature })).status,
      ).to.equal(204);
      expect(
        (await hook({ account_id: String(account.id), client_id: harness.clientId, signature })).status,
      ).to.equal(204);
      expect(Number((await audit())?.['n'])).to.equal(before + 1);
      expect((await tenant()).state).to.equal('uninstalled');
      expect(await grant(), 'the tokens are gone').to.equal(undefined);
      await until(
        async () => (await harness.fetch(session, `/v1/leads/${lead}/thread`)).status === 401,
        5_500,
      );
      for (const userId of [session.userId, 9100004]) {
        const again = await fetch(`${harness.url}/v1/session`, {
          method: 'POST',
          headers: {
            origin: account.origin,
            'content-type': 'application/json',
            'x-auth-token': await harness.oneTimeToken(account, userId),
          },
          body: '{}',
        });
        expect(await again.json()).to.include({ status: 401, code: 'not-installed' });
      }
      await reinstall();
      expect(
        (await harness.fetch(session, `/v1/leads/${lead}/thread`)).status,
        'a session from before stays ended',
      ).to.equal(401);
      expect(
        (await harness.fetch(await harness.session(account), `/v1/leads/${lead}/thread`)).status,
      ).to.equal(200);
    });
  });
});

function tenantOf(session: Session): string {
  return JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
}
