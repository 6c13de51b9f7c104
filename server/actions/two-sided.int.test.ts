import { expect } from 'chai';
import type { TenantId } from '../kernel/index.ts';
import { type Harness, type Session, startHarness, until } from '../testing/harness.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';
import { type ActionsKit, actionsKit, kommoPage } from './testing.ts';

const olga = 9100001;

interface Stage {
  pipelineId: number;
  statusId: number;
}

describe('a stage that we and a person change', () => {
  let harness: Harness;
  let account: SandboxAccount;
  let kit: ActionsKit;
  let admin: Session;
  let page: Awaited<ReturnType<typeof kommoPage>>;
  let tenantId: TenantId;
  let leads: { id: number; pipeline_id: number; status_id: number }[];
  let stages: Stage[];
  let reach: (point: string) => Promise<void> | void = () => {};

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness({ env: { MIRROR: 'on' }, reach: point => reach(point) });
    [account] = harness.accounts;
    kit = actionsKit(harness);
    admin = await harness.session(account, olga);
    page = await kommoPage(harness.sandbox, account, olga);
    tenantId = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString()).tid;
    ({ leads } = await harness.state(account));
    const operator = await harness.adminToken(account);
    await until(async () => {
      const view = await (await harness.fetch(operator, '/v1/mirror')).json();
      const { stage, hooks } = view as { stage: string; hooks: { state: string; waiting: number } };
      return stage === 'ready' && hooks.state === 'subscribed' && hooks.waiting === 0;
    }, 90_000);
    const choices = await kit.get(admin, `/v1/leads/${leads[0]?.id}/choices`);
    stages = choices.stages.map(({ pipelineId, statusId }: Stage) => ({ pipelineId, statusId }));
  });
  after(() => harness?.close());
  afterEach(async () => {
    reach = () => {};
    await harness.sandbox.control(account, 'POST', '/hooks/resume');
  });

  const rows = (table: string, where: object) =>
    harness.app.db.withTenant(tenantId, tx => tx(table).where(where).orderBy('id'));
  const news = (id: number) => rows('mirror_changes', { kind: 'leads', record_id: String(id) });
  const held = async (id: number) =>
    stageOf((await rows('mirror_records', { kind: 'leads', id: String(id) }))[0].body);
  const inKommo = async (id: number) => stageOf(await page('GET', `/leads/${id}`));
  const heard = async () => {
    await harness.sandbox.control(account, 'POST', '/hooks/resume');
    await harness.sandbox.control(account, 'POST', '/hooks/settled');
    await until(async () => {
      const waiting = [...(await rows('hook_hints', {})), ...(await rowsOf('hook_posts'))];
      return waiting.length === 0;
    });
  };
  const rowsOf = (table: string) => harness.app.db.withTenant(tenantId, tx => tx(table));
  /** A lead, and two stages of its pipeline that it is not in. */
  function one(index: number) {
    const lead = leads[index];
    const others = stages.filter(
      stage =>
        stage.pipelineId === lead?.pipeline_id && stage.statusId !== lead.status_id && stage.statusId > 143,
    );
    const [ours, theirs] = others;
    if (!lead || !ours || !theirs) throw new Error('The account has too few leads or stages.');
    return { id: lead.id, ours, theirs };
  }
  const byHand = (id: number, { pipelineId, statusId }: Stage) =>
    page('PATCH', `/leads/${id}`, { pipeline_id: pipelineId, status_id: statusId });

  it('by us alone stands on both sides, and its echo is no news', async function () {
    this.timeout(60_000);
    const { id, ours } = one(1);
    const done = await kit.perform(admin, id, 'stage', ours);
    expect(done.effect.state).to.equal('done');
    await heard();
    await until(async () => (await held(id)) === keyOf(ours));
    expect((await news(id)).map(({ who, fields }) => ({ who, fields }))).to.deep.equal([
      {
        who: 'ours',
        fields: [
          { field: 'stage', before: `${leads[1]?.pipeline_id}:${leads[1]?.status_id}`, after: keyOf(ours) },
        ],
      },
    ]);
  });

  it('by us, and at once by the person, ends as the person wants on both sides; only theirs is news', async function () {
    this.timeout(60_000);
    const { id, ours, theirs } = one(2);
    await harness.sandbox.control(account, 'POST', '/hooks/pause');
    reach = async point => {
      if (point === 'effect.after-send') await byHand(id, theirs);
    };
    const done = await kit.perform(admin, id, 'stage', ours);
    expect(done.effect.state).to.equal('done');
    await heard();
    await until(async () => (await held(id)) === keyOf(theirs));
    expect(await inKommo(id)).to.equal(keyOf(theirs));
    const theirNews = (await news(id)).filter(({ who }) => who === 'kommo');
    expect(theirNews.map(({ fields }) => fields.at(-1).after)).to.deep.equal([keyOf(theirs)]);
  });

  it('by the person while ours waits stays as they want it, and ours is not written', async function () {
    this.timeout(60_000);
    const { id, ours, theirs } = one(3);
    reach = async point => {
      if (point === 'effect.after-claim') await byHand(id, theirs);
    };
    const { effect } = await kit.perform(admin, id, 'stage', ours);
    expect(effect).to.deep.include({ state: 'dead' });
    expect(effect.error.code).to.equal('record-changed');
    await heard();
    await until(async () => (await held(id)) === keyOf(theirs));
    expect(await inKommo(id)).to.equal(keyOf(theirs));
    expect((await news(id)).map(({ who }) => who)).to.deep.equal(['kommo']);
  });
});

const keyOf = ({ pipelineId, statusId }: Stage) => `${pipelineId}:${statusId}`;

const stageOf = (lead: Record<string, unknown>) => `${lead['pipeline_id']}:${lead['status_id']}`;
