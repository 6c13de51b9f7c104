import { expect } from 'chai';
import type { TenantId } from '../kernel/index.ts';
import { type Harness, startHarness, until } from '../testing/harness.ts';
import { type KommoPerson, signInToKommo } from '../testing/kommo-person.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';
import { readLeadState } from './mirrored-lead.ts';

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
