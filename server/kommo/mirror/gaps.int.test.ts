import { expect } from 'chai';
import { createLogger, type TenantId } from '../../kernel/index.ts';
import { type Harness, startHarness, until } from '../../testing/harness.ts';
import { type KommoPerson, signInToKommo } from '../../testing/kommo-person.ts';
import { type MovableClock, movableClock } from '../../testing/movable-clock.ts';
import type { SandboxAccount } from '../../testing/sandbox-process.ts';
import { newBudget } from './ask.ts';
import type { MirrorView } from './view.ts';
import { walkKind } from './walk.ts';

describe('what the mirror may miss', () => {
  let harness: Harness;
  let clock: MovableClock;
  let account: SandboxAccount;
  let admin: string;
  let tenantId: TenantId;
  let person: KommoPerson;
  let address: string;

  before(async function () {
    this.timeout(120_000);
    clock = movableClock();
    harness = await startHarness({ env: { MIRROR: 'on' }, clock });
    [account] = harness.accounts;
    admin = await harness.adminToken(account);
    const session = await harness.session(account);
    const { users } = await harness.state(account);
    person = await signInToKommo(harness.sandbox, account, users.find(user => user.rights.is_admin).id);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
    await until(async () => {
      const { stage, hooks } = await view();
      return stage === 'ready' && hooks.state === 'subscribed' && hooks.waiting === 0;
    }, 90_000);
    const webhooks = (await person.call('GET', '/webhooks')) as {
      _embedded: { webhooks: { destination: string }[] };
    };
    address = webhooks._embedded.webhooks[0]?.destination ?? '';
  });
  after(() => harness?.close());
  afterEach(async () => {
    clock.reset();
    await control('DELETE', '/faults');
  });

  const control = (method: string, path: string, body?: object) =>
    harness.sandbox.control(account, method, path, body);
  const view = async () => (await (await harness.fetch(admin, '/v1/mirror')).json()) as MirrorView;
  const rows = (table: string, where: object) =>
    harness.app.db.withTenant(tenantId, tx => tx(table).where({ tenant_id: tenantId, ...where }));
  const post = (body: string) =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${body}&account[id]=${account.id}&account[subdomain]=${account.subdomain}`,
    });
  const reconcile = async () =>
    expect((await harness.fetch(admin, '/v1/mirror/reconcile', { method: 'POST' })).status).to.equal(202);
  const living = async (kind: string) =>
    (await rows('mirror_records', { kind, deleted_at: null }))
      .map(({ id }) => Number(id))
      .sort((a, b) => a - b);

  it('is named to an administrator while Kommo refuses to give a record, and no longer once it was read', async function () {
    this.timeout(60_000);
    const [id] = await living('contacts');
    const named = async () => (await view()).unreadable.filter(one => one.id === String(id));
    await control('POST', '/faults', {
      match: { path: '/api/v4/contacts', method: 'GET' },
      kind: 'status',
      status: 400,
    });
    await post(`contacts[update][0][id]=${id}&contacts[update][0][updated_at]=77`);
    await until(async () => (await named()).length === 1);
    expect((await named())[0]).to.include({ kind: 'contacts', id: String(id), code: 'kommo-rejected' });
    await control('DELETE', '/faults');
    await post(`contacts[update][0][id]=${id}&contacts[update][0][updated_at]=78`);
    await until(async () => (await named()).length === 0);
  });

  it('is no message of a client, however many there are that Kommo never gives back', async function () {
    this.timeout(60_000);
    const lost = Array.from({ length: 60 }, (_, n) => {
      const item = `message[add][${n}]`;
      return `${item}[id]=never-given-${n}&${item}[talk_id]=${880_000 + n}&${item}[text]=lost`;
    });
    await post(lost.join('&'));
    await until(
      async () => (await rows('mirror_records', { kind: 'messages', confirmed: false })).length >= 60,
    );
    const [talk] = await rows('mirror_records', { kind: 'talks', deleted_at: null });
    const text = 'Is anybody there?';
    await control('POST', `/talks/${talk.id}/incoming`, { text });
    await until(
      async () =>
        (await rows('mirror_records', { kind: 'messages', confirmed: true, parent_id: talk.id })).some(
          ({ body }) => body.text === text,
        ),
      20_000,
    );
  });

  it('is nothing that stood behind a record deleted while the first walk was under way', async function () {
    this.timeout(60_000);
    await control('POST', '/load', { leads: 0, contacts: 600, tasks: 0, notes: 0 });
    await control('POST', '/faults', { kind: 'hook-drop' });
    await harness.app.db.withTenant(tenantId, async tx => {
      await tx('mirror_records').where({ tenant_id: tenantId, kind: 'contacts' }).delete();
      await tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'contacts' }).delete();
    });
    // By hand, so that the deletion falls between the first page and the second.
    const deps = {
      db: harness.app.db,
      clock,
      log: createLogger('silent'),
      client: {
        get: (_account: unknown, path: string) => person.call('GET', path),
        list: () => expect.fail(),
        write: () => expect.fail(),
        now: () => Math.floor(Date.now() / 1000),
      },
    };
    const turn = (calls: number) =>
      walkKind(
        deps,
        { tenantId, origin: account.origin },
        'contacts',
        newBudget(calls, 30_000, new AbortController().signal),
      );
    expect(await turn(1)).to.equal(false);
    const met = await living('contacts');
    expect(met).to.have.lengthOf(250);
    for (const id of met.slice(10, 15)) await control('DELETE', `/records/contacts/${id}`);
    expect(await turn(60)).to.equal(true);
    const theirs = (await person.all('/contacts', 'contacts')).map(({ id }) => Number(id));
    expect(await living('contacts')).to.include.members(theirs);
    // The walk had met those before they were deleted: events since it began name them.
    await reconcile();
    await until(async () => (await living('contacts')).length === theirs.length);
    expect(await living('contacts')).to.deep.equal(theirs.sort((a, b) => a - b));
  });

  it('is found deleted even where the account does not let its events be read', async function () {
    this.timeout(60_000);
    await control('POST', '/faults', { kind: 'hook-drop' });
    await control('POST', '/faults', { match: { path: '/api/v4/events' }, kind: 'forbidden' });
    const [company] = await living('companies');
    await control('DELETE', `/records/companies/${company}`);
    await reconcile();
    await until(async () => !(await living('companies')).includes(company ?? 0));
    expect((await view()).kinds.find(({ kind }) => kind === 'companies')).to.include({ stage: 'done' });
  });
});
