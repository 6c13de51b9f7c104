import { expect } from 'chai';
import type { TenantId } from '../../kernel/index.ts';
import { type Harness, startHarness, until } from '../../testing/harness.ts';
import { type MovableClock, movableClock } from '../../testing/movable-clock.ts';
import type { SandboxAccount } from '../../testing/sandbox-process.ts';
import type { MirrorView } from './view.ts';

describe('the mirror of an account', () => {
  let harness: Harness;
  let clock: MovableClock;
  let account: SandboxAccount;
  let admin: string;
  let tenantId: TenantId;

  before(async function () {
    this.timeout(120_000);
    clock = movableClock();
    harness = await startHarness({ env: { MIRROR: 'on' }, clock });
    [account] = harness.accounts;
    admin = await harness.adminToken(account);
    const session = await harness.session(account);
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
});
