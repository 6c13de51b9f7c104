import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { TenantId } from '../../kernel/index.ts';
import { type Harness, startHarness, until } from '../../testing/harness.ts';
import { type KommoPerson, signInToKommo } from '../../testing/kommo-person.ts';
import { type MovableClock, movableClock } from '../../testing/movable-clock.ts';
import type { SandboxAccount } from '../../testing/sandbox-process.ts';
import { recordOwnChange } from '../index.ts';

interface Webhook {
  destination: string;
  disabled: boolean;
  settings: string[];
}

describe('hooks from Kommo', () => {
  let harness: Harness;
  let clock: MovableClock;
  let account: SandboxAccount;
  let admin: string;
  let person: KommoPerson;
  let tenantId: TenantId;
  let address: string;
  let leads: { id: number; pipeline_id: number; status_id: number }[];

  before(async function () {
    this.timeout(120_000);
    clock = movableClock();
    harness = await startHarness({ env: { MIRROR: 'on' }, clock });
    [account] = harness.accounts;
    admin = await harness.adminToken(account);
    const state = await harness.state(account);
    leads = state.leads;
    person = await signInToKommo(harness.sandbox, account, state.users.find(user => user.rights.is_admin).id);
    const session = await harness.session(account);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
    await until(async () => (await view()).stage === 'ready', 60_000);
    address = (await webhooks())[0]?.destination ?? '';
  });
  after(() => harness.close());
  afterEach(async () => {
    clock.reset();
    await harness.sandbox.control(account, 'DELETE', '/faults');
    await harness.sandbox.control(account, 'POST', '/hooks/resume');
  });

  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
  const view = async (): Promise<any> => (await harness.fetch(admin, '/v1/mirror')).json();
  const rows = (table: string, where: object = {}) =>
    harness.app.db.withTenant(tenantId, tx => tx(table).where(where));
  const lead = async (id: number) => (await rows('mirror_records', { kind: 'leads', id: String(id) }))[0];
  const news = (id: number) => rows('mirror_changes', { kind: 'leads', record_id: String(id) });
  const waiting = async () => [...(await rows('hook_posts')), ...(await rows('hook_hints'))];
  /** Counted, not read: thousands of rows, over and over, would be what a test waits for. */
  const howMany = (table: string, where: object = {}) =>
    harness.app.db.withTenant(tenantId, async tx =>
      Number((await tx(table).where(where).count('* as n').first())?.['n']),
    );
  const noneWait = (boundMs?: number) =>
    until(async () => (await howMany('hook_posts')) + (await howMany('hook_hints')) === 0, boundMs);
  const post = (body: string, url = address) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  const ownAccount = () => `account[id]=${account.id}&account[subdomain]=${account.subdomain}`;
  async function webhooks(): Promise<Webhook[]> {
    const body = (await person.call('GET', '/webhooks')) as { _embedded: { webhooks: Webhook[] } } | null;
    return body?._embedded.webhooks ?? [];
  }
  const calls = async (since: number) =>
    (
      (await (await harness.sandbox.control(account, 'GET', `/calls?since=${since}`)).json()) as {
        calls: { seq: number; path: string; method: string }[];
      }
    ).calls;
  const lastCall = async () => (await calls(0)).at(-1)?.seq ?? 0;
  const sweep = () => harness.app.sweepNow();

  it('are subscribed at install, to an address that nobody can guess and that only we know', async () => {
    const [own, ...others] = await webhooks();
    expect(others).to.deep.equal([]);
    expect(own?.destination).to.match(new RegExp(`^${harness.url}/kommo/hooks/[\\w-]{32}$`));
    expect(own?.settings).to.include.members([
      'status_lead',
      'note_contact',
      'delete_company',
      'add_message',
    ]);
    const secret = own?.destination.split('/').at(-1) ?? '';
    const routes = await harness.app.db.withoutTenant(tx => tx('hook_paths').where({ tenant_id: tenantId }));
    expect(routes.map(route => route.path_hash.toString('hex'))).to.deep.equal([
      createHash('sha256').update(secret).digest('hex'),
    ]);
    const [row] = await rows('hook_subscriptions');
    expect(Buffer.from(row.sealed_path).toString('latin1')).not.to.contain(secret);
    expect((await view()).hooks).to.include({ state: 'subscribed', problem: null });
    expect(harness.logs.join('\n')).not.to.contain(secret);
  });

  it('are answered at their address alone: any other answers as one that nobody ever had', async () => {
    expect((await fetch(address)).status).to.equal(200);
    const wrong = ['x', 'A'.repeat(32), `${address.split('/').at(-1)}x`, '__proto__', '%00', 'é'];
    const seen = new Set<string>();
    for (const path of wrong) {
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(`${harness.url}/kommo/hooks/${path}`, {
          method,
          ...(method === 'POST' ? { body: 'leads[add][0][id]=1' } : {}),
        });
        expect(answer.status, path).to.equal(404);
        const { requestId: _, instance: __, ...said } = (await answer.json()) as Record<string, unknown>;
        seen.add(JSON.stringify(said));
      }
    }
    expect(seen.size).to.equal(1);
  });

  it('bring a change that a person made in Kommo, with what it was before', async function () {
    this.timeout(30_000);
    const one = leads[0];
    if (!one) return expect.fail();
    const before = await lead(one.id);
    await person.call('PATCH', `/leads/${one.id}`, { price: before.body.price + 77 });
    await until(async () => (await lead(one.id)).body.price === before.body.price + 77);
    const [told] = (await news(one.id)).slice(-1);
    expect(told).to.include({ who: 'kommo', change: 'changed' });
    expect(told.fields).to.deep.equal([
      { field: 'price', before: before.body.price, after: before.body.price + 77 },
    ]);
    await noneWait();
  });

  it('make no news of what we wrote ourselves, whether its echo or our own note of it comes first', async function () {
    this.timeout(30_000);
    const [, second, third] = leads;
    if (!second || !third) return expect.fail();
    const record = async (id: number) =>
      (await person.call('GET', `/leads/${id}?with=contacts,loss_reason,source_id`)) as Record<
        string,
        unknown
      >;
    const own = (id: number, body: Record<string, unknown> | null) =>
      harness.app.db.withTenant(tenantId, tx =>
        recordOwnChange(tx, tenantId, { kind: 'leads', id, updatedAt: null, body, fields: ['price'] }),
      );
    await harness.sandbox.control(account, 'POST', '/hooks/pause');
    clock.move(1_000);
    await person.call('PATCH', `/leads/${second.id}`, { price: 1234 });
    await own(second.id, await record(second.id));
    await harness.sandbox.control(account, 'POST', '/hooks/resume');
    await until(async () => (await lead(second.id)).body.price === 1234);
    await person.call('PATCH', `/leads/${third.id}`, { price: 4321 });
    await until(async () => (await lead(third.id)).body.price === 4321);
    await own(third.id, null);
    await noneWait();
    for (const { id } of [second, third])
      expect(
        (await news(id)).map(({ who }) => who),
        String(id),
      ).to.deep.equal(['ours']);
  });

  it('leave the human state standing where both changed a lead at once, and name each their own', async function () {
    this.timeout(30_000);
    const one = leads[3];
    if (!one) return expect.fail();
    await person.call('PATCH', `/leads/${one.id}`, { price: 555 });
    const ours = (await person.call('GET', `/leads/${one.id}?with=contacts,loss_reason,source_id`)) as Record<
      string,
      unknown
    >;
    await person.call('PATCH', `/leads/${one.id}`, { price: 666 });
    await until(async () => (await lead(one.id)).body.price === 666);
    // We hear of our own write last, and what it says is old by then.
    await harness.app.db.withTenant(tenantId, tx =>
      recordOwnChange(tx, tenantId, {
        kind: 'leads',
        id: one.id,
        updatedAt: ours['updated_at'] as number,
        body: ours,
        fields: ['price'],
      }),
    );
    await noneWait();
    expect((await lead(one.id)).body.price).to.equal(666);
    const told = await news(one.id);
    expect(told.at(-1)).to.include({ who: 'kommo' });
    expect(told.at(-1)?.fields[0]?.after).to.equal(666);
  });

  it('are believed in nothing: what they say of a record is read back, and nothing is deleted on their word', async () => {
    const one = leads[4];
    if (!one) return expect.fail();
    const before = await lead(one.id);
    expect((await post(`leads[delete][0][id]=${one.id}&${ownAccount()}`)).status).to.equal(200);
    expect(
      (
        await post(
          `leads[update][0][id]=${one.id}&leads[update][0][price]=999999&leads[update][0][updated_at]=9999999999&${ownAccount()}`,
        )
      ).status,
    ).to.equal(200);
    await noneWait();
    const after = await lead(one.id);
    expect(after.deleted_at).to.equal(null);
    expect(after.body).to.deep.equal(before.body);
  });

  it('of another account, or without sense, are answered, and change and ask nothing', async function () {
    this.timeout(30_000);
    const since = await lastCall();
    const message = 'message[add][0][id]=forged-1&message[add][0][talk_id]=1&message[add][0][text]=forged';
    for (const body of [
      `leads[update][0][id]=${leads[0]?.id}&account[id]=1`,
      `leads[update][0][id]=${leads[0]?.id}&account[subdomain]=somebody-else`,
      `${message}&account[id]=1`,
      '__proto__[polluted]=1',
      `${'[a]'.repeat(3000)}=1`,
      '\u0000\u0001\u0002',
      '{"leads":',
      'null',
    ]) {
      expect((await post(body)).status, body.slice(0, 40)).to.equal(200);
    }
    expect((await post('')).status).to.equal(200);
    expect((await post('x'.repeat(1_200_000))).status).to.equal(413);
    await noneWait();
    expect((await calls(since)).filter(call => call.path !== '/control/calls')).to.deep.equal([]);
    expect(await rows('mirror_records', { kind: 'messages', id: 'forged-1' })).to.deep.equal([]);
  });

  it('keep the words of a message that only they tell', async () => {
    const talk = (await rows('mirror_records', { kind: 'talks' }))[0];
    const text = 'only-the-hook-canary +351 912 555 0188';
    const item = 'message[add][0]';
    await post(
      `${item}[id]=218e41d6-4ce9-53e9-871a-5ae1de8f2fd6&${item}[talk_id]=${talk.id}&${item}[contact_id]=${talk.body.contact_id}&${item}[text]=${encodeURIComponent(text)}&${item}[created_at]=1767693600&${item}[author][name]=Dana&${ownAccount()}`,
    );
    const stored = () =>
      rows('mirror_records', { kind: 'messages', id: '218e41d6-4ce9-53e9-871a-5ae1de8f2fd6' });
    await until(async () => (await stored()).length === 1);
    const [message] = await stored();
    expect(message).to.include({ confirmed: false, parent_kind: 'talks', parent_id: talk.id });
    expect(message.body).to.deep.include({ text, created_at: 1767693600, type: 'incoming' });
    await noneWait();
    expect(harness.logs.join('\n'), 'the log').not.to.contain('only-the-hook-canary');
  });

  it('are read back together: a burst about many records costs a call a second, however many posts it has', async function () {
    this.timeout(90_000);
    const since = await lastCall();
    const started = performance.now();
    const ids = leads.map(({ id }) => id);
    await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        post(`leads[update][0][id]=${ids[n % ids.length]}&leads[update][0][updated_at]=${n}&${ownAccount()}`),
      ),
    );
    await noneWait();
    const asked = (await calls(since)).filter(call => call.path.startsWith('/api/v4/leads'));
    expect(asked.length).to.be.within(1, 2 + (performance.now() - started) / 1000);
  });

  it('of one post about 4,000 records are all looked at, a thousand in a round, while the account is answered and its leads stay fresh', async function () {
    this.timeout(90_000);
    const one = leads[8];
    if (!one) return expect.fail();
    const since = await lastCall();
    const ids = Array.from({ length: 4_000 }, (_, n) => 7_000_000 + n);
    const body = `${ids.map(id => `task[][id]=${id}`).join('&')}&${ownAccount()}`;
    expect((await post(body)).status).to.equal(200);
    await until(async () => (await howMany('hook_hints', { kind: 'tasks' })) > 0);
    await person.call('PATCH', `/leads/${one.id}`, { price: 40_404 });
    await until(async () => (await lead(one.id)).body.price === 40_404, 15_000);
    await noneWait(80_000);
    const asked = (await calls(since)).filter(call => call.path.startsWith('/api/v4/tasks'));
    expect(asked.length).to.be.within(16, 24);
  });

  it('that wait without a job are found by the sweep, by their state', async () => {
    const one = leads[5];
    if (!one) return expect.fail();
    await harness.sandbox.control(account, 'POST', '/faults', { kind: 'hook-drop' });
    await person.call('PATCH', `/leads/${one.id}`, { price: 31337 });
    await harness.sandbox.control(account, 'POST', '/hooks/settled');
    const body = Buffer.from(`leads[update][0][id]=${one.id}&${ownAccount()}`);
    const at = new Date(Date.now() - 60_000);
    await harness.app.db.withTenant(tenantId, tx =>
      tx('hook_posts').insert({
        tenant_id: tenantId,
        digest: createHash('sha256').update(body).digest(),
        body,
        content_type: '',
        received_at: at,
        due_at: at,
      }),
    );
    await sweep();
    await until(async () => (await lead(one.id)).body.price === 31337);
    await noneWait();
  });

  it('wait while Kommo does not answer, and are worked off when it does', async function () {
    this.timeout(60_000);
    const one = leads[6];
    if (!one) return expect.fail();
    await harness.sandbox.control(account, 'POST', '/faults', {
      match: { path: '/api/v4/leads', method: 'GET' },
      kind: 'status',
      status: 503,
    });
    await person.call('PATCH', `/leads/${one.id}`, { price: 808 });
    await until(async () => (await waiting()).some(row => row.attempts > 0), 40_000);
    const made = (await person.call('POST', '/tasks', [
      { text: 'Meanwhile', complete_till: 1_999_999_999, entity_id: one.id, entity_type: 'leads' },
    ])) as { _embedded: { tasks: { id: number }[] } };
    const task = String(made._embedded.tasks[0]?.id);
    // The list that fails holds up no other.
    await until(async () => (await rows('mirror_records', { kind: 'tasks', id: task })).length === 1, 20_000);
    await harness.sandbox.control(account, 'DELETE', '/faults');
    clock.move(10 * 60_000);
    await sweep();
    await until(async () => (await lead(one.id)).body.price === 808);
    await noneWait();
  });

  it('that name what Kommo refuses to be asked for hold up no others, and no walk of another kind', async function () {
    this.timeout(60_000);
    const one = leads[2];
    const contact = (await rows('mirror_records', { kind: 'contacts' }))[0];
    if (!one) return expect.fail();
    await harness.sandbox.control(account, 'POST', '/faults', {
      match: { path: '/api/v4/contacts', method: 'GET' },
      kind: 'status',
      status: 400,
    });
    await post(`contacts[update][0][id]=${contact.id}&contacts[update][0][updated_at]=77&${ownAccount()}`);
    await person.call('PATCH', `/leads/${one.id}`, { price: 60_606 });
    await until(async () => (await lead(one.id)).body.price === 60_606, 20_000);
    await noneWait(20_000);
    await harness.app.db.withTenant(tenantId, tx =>
      tx('mirror_syncs')
        .where({ tenant_id: tenantId })
        .whereIn('kind', ['contacts', 'tasks'])
        .update({ walk_wanted: true }),
    );
    await sweep();
    await until(async () => (await rows('mirror_syncs', { walk_wanted: true })).length === 0, 20_000);
    await until(
      async () => (await rows('mirror_syncs', { kind: 'contacts', stage: 'unavailable' })).length === 1,
    );
    await until(async () => (await rows('mirror_syncs', { kind: 'tasks', stage: 'done' })).length === 1);
    expect((await rows('mirror_syncs', { kind: 'contacts' }))[0].problem).to.equal('kommo-rejected');
    await harness.sandbox.control(account, 'DELETE', '/faults');
    // Each list that was refused is read again; the notes were too, by the reconcile.
    await until(async () => {
      await harness.app.db.withTenant(tenantId, tx =>
        tx('mirror_syncs').where({ tenant_id: tenantId, stage: 'unavailable' }).update({ walk_wanted: true }),
      );
      await sweep();
      return (await rows('mirror_syncs')).every(({ stage }) => stage === 'done');
    });
  });

  it('that name what may no longer be read end the word of the mirror for it, until it may be again', async function () {
    this.timeout(60_000);
    const one = leads[3];
    if (!one) return expect.fail();
    await harness.sandbox.control(account, 'POST', '/faults', {
      match: { path: '/api/v4/leads', method: 'GET' },
      kind: 'status',
      status: 402,
    });
    await person.call('PATCH', `/leads/${one.id}`, { price: 70_707 });
    await until(async () => (await rows('mirror_syncs', { kind: 'leads', walk_wanted: true })).length === 1);
    await noneWait();
    await harness.sandbox.control(account, 'DELETE', '/faults');
    await until(async () => {
      await sweep();
      return (await rows('mirror_syncs', { kind: 'leads', walk_wanted: false, stage: 'done' })).length === 1;
    }, 20_000);
    expect((await lead(one.id)).body.price).to.equal(70_707);
  });

  it('that are lost are made up for by a reconcile, at a bounded number of calls', async function () {
    this.timeout(60_000);
    await harness.sandbox.control(account, 'POST', '/faults', { kind: 'hook-drop' });
    const [one] = leads;
    if (!one) return expect.fail();
    await person.call('PATCH', `/leads/${one.id}`, { price: 2718 });
    const made = (await person.call('POST', '/tasks', [
      { text: 'Unheard of', complete_till: 1_999_999_999, entity_id: one.id, entity_type: 'leads' },
    ])) as { _embedded: { tasks: { id: number }[] } };
    const task = String(made._embedded.tasks[0]?.id);
    await person.call('POST', `/leads/${one.id}/notes`, [
      { note_type: 'common', params: { text: 'Unheard note' } },
    ]);
    await harness.sandbox.control(account, 'POST', '/hooks/settled');
    expect((await lead(one.id)).body.price).not.to.equal(2718);
    const since = await lastCall();
    expect((await harness.fetch(admin, '/v1/mirror/reconcile', { method: 'POST' })).status).to.equal(202);
    await until(async () => (await lead(one.id)).body.price === 2718);
    await until(async () => (await rows('mirror_records', { kind: 'tasks', id: task })).length === 1);
    // What a turn's budget left over, or a walk it asked for, is taken up by the next sweep.
    await until(async () => {
      await sweep();
      return JSON.stringify(await rows('mirror_records', { kind: 'notes' })).includes('Unheard note');
    });
    await until(async () => (await rows('mirror_syncs', { reconcile_wanted: true })).length === 0);
    expect((await calls(since)).length).to.be.lessThan(40);
  });

  it('are subscribed again where somebody removed or Kommo disabled them', async function () {
    this.timeout(60_000);
    await person.call('DELETE', '/webhooks', { destination: address });
    expect(await webhooks()).to.deep.equal([]);
    clock.move(16 * 60_000);
    await sweep();
    await until(async () => (await webhooks()).length === 1);
    expect((await webhooks())[0]).to.deep.include({ destination: address, disabled: false });
  });

  it('are subscribed anew where Kommo disabled them after too many bad answers', async function () {
    this.timeout(120_000);
    const [row] = await rows('hook_paths', { tenant_id: tenantId });
    const one = leads[7];
    if (!one) return expect.fail();
    await harness.app.db.withoutTenant(tx => tx('hook_paths').where({ tenant_id: tenantId }).delete());
    await until(async () => (await fetch(address)).status === 404, 10_000);
    for (let n = 0; n < 101; n += 1) {
      await person.call('PATCH', `/leads/${one.id}`, { price: 10_000 + n });
      await harness.sandbox.control(account, 'POST', '/hooks/settled');
    }
    await until(async () => (await webhooks())[0]?.disabled === true);
    await harness.app.db.withoutTenant(tx => tx('hook_paths').insert(row));
    clock.move(33 * 60_000);
    await sweep();
    await until(async () => (await webhooks())[0]?.disabled === false, 20_000);
    expect(await webhooks()).to.have.lengthOf(1);
    await until(
      async () => (await rows('hook_subscriptions', { state: 'subscribed', problem: null })).length === 1,
    );
    await person.call('PATCH', `/leads/${one.id}`, { price: 424_242 });
    await until(async () => (await lead(one.id)).body.price === 424_242, 20_000);
  });

  it('end with the connection: the address is gone, and a new install has another', async function () {
    this.timeout(60_000);
    await harness.sandbox.control(account, 'DELETE', `/installs/${harness.clientId}`);
    await until(async () => (await fetch(address)).status === 404, 10_000);
    expect(await waiting()).to.deep.equal([]);
    await harness.sandbox.control(account, 'POST', '/installs', { clientId: harness.clientId });
    await until(
      async () => (await webhooks()).some(one => one.destination !== address && !one.disabled),
      40_000,
    );
    await until(async () => (await webhooks()).length === 1, 10_000);
  });
});
