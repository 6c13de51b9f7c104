import { expect } from 'chai';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type Harness, startHarness, until } from '../testing/harness.ts';
import { type KommoPerson, signInToKommo } from '../testing/kommo-person.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';
import { readLeadParts, readLeadState } from './mirrored-lead.ts';

describe('a lead from the mirror', () => {
  let harness: Harness;
  let account: SandboxAccount;
  let admin: string;
  let rep: Record<string, string>;
  let person: KommoPerson;
  let tenantId: TenantId;
  let leads: { id: number; name: string; price: number }[];

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness({ env: { MIRROR: 'on' } });
    [account] = harness.accounts;
    admin = await harness.adminToken(account);
    const session = await harness.session(account);
    rep = session.headers;
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
    const state = await harness.state(account);
    leads = state.leads;
    person = await signInToKommo(harness.sandbox, account, state.users.find(user => user.rights.is_admin).id);
    await until(async () => {
      const view = (await (await harness.fetch(admin, '/v1/mirror')).json()) as {
        stage: string;
        hooks: { state: string; waiting: number };
      };
      return view.stage === 'ready' && view.hooks.state === 'subscribed' && view.hooks.waiting === 0;
    }, 60_000);
  });
  after(() => harness.close());

  const inDatabase = <T>(work: (tx: Tx) => Promise<T>) => harness.app.db.withTenant(tenantId, work);
  const stateOf = (id: number) =>
    harness.app.db.withTenant(tenantId, tx => readLeadState(tx, tenantId, id, new Date()));
  const kommoCalls = async () =>
    (
      (await (await harness.sandbox.control(account, 'GET', '/calls?since=0')).json()) as {
        calls: { path: string; method: string }[];
      }
    ).calls.filter(call => /^\/api\/v4\/(leads|contacts|tasks|talks)/.test(call.path)).length;
  const open = async (id: number) => {
    const answer = await fetch(`${harness.url}/v1/leads/${id}/suggestions`, { headers: rep });
    expect(answer.status).to.equal(200);
  };

  it('is told without a call to Kommo while nothing was told of it', async function () {
    this.timeout(30_000);
    const id = leads[0]?.id ?? 0;
    await until(async () => (await stateOf(id)).state === 'fresh', 10_000);
    const before = await kommoCalls();
    await open(id);
    expect(await kommoCalls()).to.equal(before);
  });

  it('is never told once a hook has named it and it was not read back', async function () {
    this.timeout(30_000);
    const [, changed, other] = leads;
    if (!changed || !other) return expect.fail();
    // Kommo does not answer the reading back, so the change stays unread.
    await harness.sandbox.control(account, 'POST', '/faults', {
      match: { path: '/api/v4/leads', method: 'GET' },
      kind: 'status',
      status: 503,
    });
    await person.call('PATCH', `/leads/${changed.id}`, { price: changed.price + 5 });
    await harness.sandbox.control(account, 'POST', '/hooks/settled');
    expect((await stateOf(changed.id)).state).to.equal('changed');
    expect((await stateOf(other.id)).state).to.equal('fresh');
    await harness.sandbox.control(account, 'DELETE', '/faults');
    const before = await kommoCalls();
    await open(changed.id);
    expect(await kommoCalls()).to.be.greaterThan(before);
  });

  it('is asked of Kommo while the mirror was not compared, or has something to make up for', async () => {
    const id = leads[3]?.id ?? 0;
    await until(async () => (await stateOf(id)).state === 'fresh', 10_000);
    await harness.app.db.withTenant(tenantId, tx =>
      tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'notes' }).update({ walk_wanted: true }),
    );
    expect((await stateOf(id)).state).to.equal('unsynced');
    await harness.app.db.withTenant(tenantId, tx =>
      tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'notes' }).update({ walk_wanted: false }),
    );
    await harness.app.db.withTenant(tenantId, tx =>
      tx('hook_subscriptions').where({ tenant_id: tenantId }).update({ state: 'refused' }),
    );
    expect((await stateOf(id)).state).to.equal('unsynced');
    await harness.app.db.withTenant(tenantId, tx =>
      tx('hook_subscriptions').where({ tenant_id: tenantId }).update({ state: 'subscribed' }),
    );
  });

  describe('for a seller', () => {
    const priya = 9100002;
    let seller: Record<string, string>;
    let lead: { id: number; pipeline_id: number; status_id: number };

    before(async () => {
      await setRights({ status_rights: [] });
      seller = (await harness.session(account, priya)).headers;
      lead = (await person.call('GET', `/leads/${leads[5]?.id}`)) as typeof lead;
    });
    afterEach(() => setRights({ status_rights: [], contacts: { view: 'A' } }));

    /** In Kommo and in what we last read of it. */
    async function setRights(rights: object): Promise<void> {
      await harness.sandbox.control(account, 'POST', `/users/${priya}`, { rights });
      await inDatabase(tx =>
        tx('kommo_users')
          .where({ tenant_id: tenantId })
          .update({ synced_at: new Date(0) }),
      );
      await harness.app.sweepNow();
    }
    const hiding = (view: string) => ({
      entity_type: 'leads',
      pipeline_id: lead.pipeline_id,
      status_id: lead.status_id,
      rights: { view, edit: 'D', delete: 'D', export: 'D' },
    });
    const askedAsSeller = async (id = lead.id) => {
      await until(async () => (await stateOf(id)).state === 'fresh', 10_000);
      const before = await kommoCalls();
      const { status } = await fetch(`${harness.url}/v1/leads/${id}/suggestions`, { headers: seller });
      return { status, calls: (await kommoCalls()) - before };
    };

    it('whom the rights on its stage shut out is not told, and is asked of Kommo as them', async function () {
      this.timeout(30_000);
      await setRights({ status_rights: [hiding('D')] });
      expect((await askedAsSeller()).status).to.equal(404);
      await setRights({ status_rights: [hiding('A')] });
      const told = await askedAsSeller();
      expect(told.status).to.equal(200);
      expect(told.calls).to.be.greaterThan(0);
    });

    it('whose rights on stages were not read yet is asked of Kommo', async function () {
      this.timeout(30_000);
      await inDatabase(tx =>
        tx('kommo_users')
          .where({ tenant_id: tenantId, user_id: priya })
          .update({ rights: tx.raw(`rights - 'stages'`) }),
      );
      expect((await askedAsSeller(leads[7]?.id)).calls).to.be.greaterThan(0);
    });
  });

  it('is told with talks about no lead only to whom may see the contact', async () => {
    const id = leads[6]?.id ?? 0;
    const whole = (await stateOf(id)).lead as { _embedded: { contacts: { id: number }[] } };
    const contactIds = whole._embedded.contacts.map(contact => contact.id);
    const row = (kind: string, one: string, more: object, body: object) => ({
      tenant_id: tenantId,
      kind,
      id: one,
      read_at: new Date(),
      seen_at: new Date(),
      body: JSON.stringify(body),
      ...more,
    });
    await inDatabase(tx =>
      tx('mirror_records').insert([
        row('talks', '990', { updated_at: 4_000_000_000 }, { talk_id: 990, contact_id: contactIds[0] }),
        row('messages', 'm990', { parent_kind: 'talks', parent_id: '990' }, { id: 'm990', text: 'canary' }),
      ]),
    );
    const told = async (sees: boolean) => {
      const wanted = { leadId: id, contactIds, seesContact: () => sees };
      return JSON.stringify(await inDatabase(tx => readLeadParts(tx, tenantId, wanted)));
    };
    expect(await told(true)).to.contain('canary');
    expect(await told(false)).not.to.contain('canary');
    await inDatabase(tx => tx('mirror_records').whereIn('id', ['990', 'm990']).delete());
  });

  it('is told by the newest of what hangs on it, and no more is read', async () => {
    const id = leads[8]?.id ?? 0;
    const whole = (await stateOf(id)).lead as { _embedded: { contacts: { id: number }[] } };
    const contactIds = whole._embedded.contacts.map(contact => contact.id);
    const row = (kind: string, at: number, parent: [string, string], body: object) => ({
      tenant_id: tenantId,
      kind,
      id: `${kind}${at}`,
      parent_kind: parent[0],
      parent_id: parent[1],
      read_at: new Date(),
      seen_at: new Date(),
      body: JSON.stringify({ id: at, created_at: at, complete_till: at, ...body }),
    });
    const later = Array.from({ length: 300 }, (_, index) => 3_000_000_000 + index);
    const lead: [string, string] = ['leads', String(id)];
    const read = await inDatabase(async tx => {
      await tx('mirror_records').insert([
        ...later.map(at => row('notes', at, lead, {})),
        ...later.map(at => row('tasks', at, lead, {})),
        { ...row('talks', 991, lead, { contact_id: contactIds[0] }), updated_at: 4_000_000_000, id: '991' },
        ...later.map(at => row('messages', at, ['talks', '991'], {})),
        row('notes', 7, lead, { created_at: 'yesterday' }),
      ]);
      const parts = await readLeadParts(tx, tenantId, { leadId: id, contactIds, seesContact: () => true });
      await tx('mirror_records').whereRaw(`id ~ '^(notes|tasks|messages)[0-9]' or id = '991'`).delete();
      return parts;
    });
    const newest = (records: unknown[] | null | undefined) =>
      (records as { id: number }[]).map(record => record.id);
    const expected = later.reverse();
    expect(newest(read?.notes)).to.deep.equal(expected.slice(0, 50));
    expect(newest(read?.tasks)).to.deep.equal(expected.slice(0, 50));
    expect(newest(read?.messages)).to.deep.equal(expected.slice(0, 40));
  });

  it('is asked of Kommo while more posts wait than are searched for it', async () => {
    const id = leads[9]?.id ?? 0;
    await until(async () => (await stateOf(id)).state === 'fresh', 10_000);
    // Those of what came before are counted too.
    await until(async () => (await inDatabase(tx => tx('hook_posts'))).length === 0);
    const stateBehind = (posts: number) =>
      inDatabase(async tx => {
        const waiting = Array.from({ length: posts }, (_, index) => ({
          tenant_id: tenantId,
          digest: Buffer.from(`post ${index}`),
          received_at: new Date(),
          due_at: new Date(Date.now() + 60_000),
          content_type: 'application/x-www-form-urlencoded',
          body: Buffer.from('leads[update][0][id]=1'),
        }));
        await tx('hook_posts').insert(waiting);
        const { state } = await readLeadState(tx, tenantId, id, new Date());
        await tx('hook_posts').where('body', Buffer.from('leads[update][0][id]=1')).delete();
        return state;
      });
    expect(await stateBehind(50)).to.equal('fresh');
    expect(await stateBehind(51)).to.equal('changed');
  });

  it('is not told to a rep who may not see it, mirror or not', async function () {
    this.timeout(30_000);
    const id = leads[4]?.id ?? 0;
    await harness.app.db.withTenant(tenantId, tx =>
      tx('kommo_users')
        .where({ tenant_id: tenantId })
        .update({ is_admin: false, rights: JSON.stringify({ leads: 'D', contacts: 'D' }) }),
    );
    const answer = await fetch(`${harness.url}/v1/leads/${id}/suggestions`, { headers: rep });
    expect(answer.status).to.equal(404);
  });
});
