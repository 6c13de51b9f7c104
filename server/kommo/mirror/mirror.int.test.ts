import { expect } from 'chai';
import { createLogger, type TenantId } from '../../kernel/index.ts';
import { type Harness, startHarness, until } from '../../testing/harness.ts';
import { type KommoPerson, signInToKommo } from '../../testing/kommo-person.ts';
import { type MovableClock, movableClock } from '../../testing/movable-clock.ts';
import type { SandboxAccount } from '../../testing/sandbox-process.ts';
import type { KommoClient } from '../client.ts';
import { newBudget } from './ask.ts';
import { confirmRecords } from './confirm.ts';
import { applyRecords, markDeleted } from './records.ts';
import { readMirrored } from './stored.ts';
import type { MirrorView } from './view.ts';

describe('the mirror of an account', () => {
  let harness: Harness;
  let clock: MovableClock;
  let account: SandboxAccount;
  let admin: string;
  let tenantId: TenantId;
  let person: KommoPerson;

  before(async function () {
    this.timeout(120_000);
    clock = movableClock();
    harness = await startHarness({ env: { MIRROR: 'on' }, clock });
    [account] = harness.accounts;
    admin = await harness.adminToken(account);
    const session = await harness.session(account);
    const state = await harness.state(account);
    person = await signInToKommo(harness.sandbox, account, state.users.find(user => user.rights.is_admin).id);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
  });
  after(() => harness.close());

  const view = async () => (await (await harness.fetch(admin, '/v1/mirror')).json()) as MirrorView;
  const state = async (kind: string) => (await view()).kinds.find(one => one.kind === kind);
  const stored = (kind: string) =>
    harness.app.db.withTenant(tenantId, tx => tx('mirror_records').where({ kind }).orderBy('id'));

  it('is read whole after the install, kind by kind, and says how far it is', async function () {
    this.timeout(60_000);
    await until(async () => (await view()).stage === 'ready', 50_000);
    const { kinds } = await view();
    expect(kinds.filter(one => one.stage !== 'done')).to.deep.equal([]);
    for (const kind of [
      'pipelines',
      'users',
      'task_types',
      'custom_fields',
      'leads',
      'contacts',
      'tasks',
      'notes',
      'talks',
      'messages',
    ]) {
      expect((await stored(kind)).length, kind).to.be.greaterThan(0);
    }
    const { leads } = await harness.state(account);
    expect((await stored('leads')).map(row => row.id)).to.deep.equal(
      leads.map(lead => String(lead.id)).sort(),
    );
    expect((await state('leads'))?.done).to.equal(leads.length);
  });

  const incoming = (id: string, updatedAt: number, price: number) => ({
    id,
    parentKind: null,
    parentId: null,
    updatedAt,
    body: { id: Number(id), price },
  });
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000);
  const read = (id: string, updatedAt: number, price: number, readAt: Date) =>
    harness.app.db.withTenant(tenantId, tx =>
      applyRecords(tx, tenantId, 'leads', [incoming(id, updatedAt, price)], { readAt }),
    );
  const held = async (id: string) =>
    (await harness.app.db.withTenant(tenantId, tx => readMirrored(tx, tenantId, 'leads', [id])))[0];
  const price = async (id: number) => (await held(String(id)))?.body['price'];

  it('holds the later of two readings, and asks for their times only where they overlapped', async () => {
    await read('900001', 9_999_999_999, 1, at(0));
    await read('900001', 1_800_000_001, 2, at(1));
    expect((await held('900001'))?.body, 'dated into the future before').to.include({ price: 2 });
    await read('900001', 1_800_000_000, 3, at(0));
    expect((await held('900001'))?.body, 'begun earlier, and older').to.include({ price: 2 });
    await read('900001', 1_800_000_002, 4, at(0));
    expect((await held('900001'))?.body, 'begun earlier, and newer').to.include({ price: 4 });
  });

  it('brings nothing back that was found deleted after the reading began', async () => {
    await read('900002', 1_800_000_000, 1, at(0));
    await harness.app.db.withTenant(tenantId, tx =>
      markDeleted(tx, tenantId, 'leads', ['900002'], { readAt: at(2) }),
    );
    await read('900002', 1_800_000_001, 2, at(1));
    expect(await held('900002')).to.include({ deleted: true });
    await read('900002', 1_800_000_003, 3, at(3));
    expect(await held('900002')).to.include({ deleted: false });
  });

  it('keeps for later what one account without filters by id left unread when the budget ended', async () => {
    const ids = ['900011', '900012', '900013', '900014'];
    // An account as some are: its lists ignore the filter.
    const client: KommoClient = {
      get: async (_account, path) =>
        path.includes('filter')
          ? { _embedded: { companies: [{ id: 1 }] } }
          : { id: Number(/\d+$/.exec(path)?.[0]) },
      list: () => expect.fail(),
      write: () => expect.fail(),
      now: () => 0,
    };
    const deps = { db: harness.app.db, client, clock, log: createLogger('silent') };
    const left = await confirmRecords(
      deps,
      { tenantId, origin: account.origin },
      ids.map(id => ({ kind: 'companies' as const, id })),
      newBudget(3, 10_000, new AbortController().signal),
    );
    expect(left.map(({ id }) => id)).to.deep.equal(['900013', '900014']);
  });

  async function reconcile(): Promise<void> {
    await harness.fetch(admin, '/v1/mirror/reconcile', { method: 'POST' });
    await until(async () => {
      const waiting = await harness.app.db.withTenant(tenantId, tx =>
        tx('mirror_syncs').where({ tenant_id: tenantId }).where({ reconcile_wanted: true }),
      );
      return waiting.length === 0;
    }, 20_000);
  }
  const skew = (skewSeconds: number) => harness.sandbox.control(account, 'POST', '/clock', { skewSeconds });

  it('finds what changed after a record that was dated into the future', async function () {
    this.timeout(90_000);
    const { leads } = await harness.state(account);
    await harness.sandbox.control(account, 'POST', '/faults', { kind: 'hook-drop' });
    await skew(30 * 86_400);
    await person.call('PATCH', `/leads/${leads[0].id}`, { price: 111 });
    await skew(0);
    await reconcile();
    expect(await price(leads[0].id)).to.equal(111);
    await person.call('PATCH', `/leads/${leads[1].id}`, { price: 222 });
    await person.call('PATCH', `/leads/${leads[0].id}`, { price: 333 });
    await reconcile();
    expect([await price(leads[0].id), await price(leads[1].id)]).to.deep.equal([333, 222]);
  });

  it("finds what changed where Kommo's clock is an hour behind ours", async function () {
    this.timeout(90_000);
    const { leads } = await harness.state(account);
    await skew(-3_600);
    await harness.app.db.withTenant(tenantId, tx =>
      tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'leads' }).update({ walk_wanted: true }),
    );
    await harness.app.sweepNow();
    const walked = () =>
      harness.app.db.withTenant(tenantId, tx =>
        tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'leads', walk_wanted: false, stage: 'done' }),
      );
    await until(async () => (await walked()).length === 1, 20_000);
    await person.call('PATCH', `/leads/${leads[2].id}`, { price: 777 });
    await reconcile();
    expect(await price(leads[2].id)).to.equal(777);
    await skew(0);
  });
});
