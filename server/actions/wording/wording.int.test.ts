import { expect } from 'chai';
import type { Tx } from '../../db/index.ts';
import type { Session, StreamedEvent } from '../../testing/harness.ts';
import { modelStep } from '../../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../../testing/shared-harness.ts';
import { type ActionsKit, actionsKit, type Wire } from '../testing.ts';

const lead = 18834645;

describe('a message that an agent writes to a client', () => {
  let harness: SharedHarness;
  let kit: ActionsKit;
  let rep: Session;
  let admin: string;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    kit = actionsKit(harness);
    rep = await harness.session(harness.accounts[0]);
    admin = await harness.adminToken(harness.accounts[0]);
  });
  afterEach(async () => {
    await rule(admin, { promises: 'task' });
    harness.model.expectDone();
  });

  function inDatabase<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { tid } = JSON.parse(Buffer.from(rep.token.split('.')[1] ?? '', 'base64url').toString());
    return harness.app.db.withTenant(tid, work);
  }

  const rule = (who: Session | string | null, body: object) =>
    harness.fetch(who, '/v1/wording-rules', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function proposalsOf(
    text: string,
    given: object = {},
    question = 'Write to the client.',
  ): Promise<Wire[]> {
    harness.model.script(
      modelStep.calls([{ name: 'prepare_message', arguments: { text, ...given } }]),
      modelStep.reply('Prepared.'),
    );
    const events: StreamedEvent[] = await harness.ask(rep, lead, question);
    const seen = events.filter(({ type }) => type === 'proposal').map(({ data }) => data);
    const { proposals } = await kit.get(rep, `/v1/leads/${lead}/proposals?state=all`);
    const stored = proposals.filter((one: Wire) => one.groupId === seen[0]?.groupId);
    expect(seen.map(({ id }) => id)).to.have.members(stored.map(({ id }: Wire) => id));
    return stored.sort((a: Wire, b: Wire) => (a.action < b.action ? -1 : 1));
  }

  it('brings a task for what it promises, which is approved with it', async () => {
    const [message, task, ...more] = await proposalsOf('¡Gracias! Le envío el catálogo mañana.');
    expect(more).to.deep.equal([]);
    expect(message).to.deep.include({ action: 'message', state: 'open' });
    expect(message.wording).to.deep.equal({ unsupported: [], leftOut: [], tasks: [task.id] });
    expect(task.arguments.text).to.equal('Promised to the client: Le envío el catálogo mañana.');
    expect(Date.parse(task.arguments.dueAt) - Date.now()).to.be.within(0, 2 * 86_400_000);
    expect((await kit.approve(rep, message)).status).to.equal(202);
    expect((await kit.get(rep, `/v1/proposals/${task.id}`)).state).to.equal('approved');
    const written = await inDatabase(tx =>
      tx('proposals').whereIn('id', [message.id, task.id]).select(tx.raw('xmin::text')),
    );
    expect(new Set(written.map(({ xmin }) => xmin)).size, 'transactions that approved them').to.equal(1);
    const effects = await inDatabase(tx => tx('effects').where({ proposal_id: task.id }));
    expect(effects, 'effects of the task').to.have.length(1);
  });

  it('is approved without a task that was changed since, which waits for its own approval', async () => {
    const [message, task] = await proposalsOf('¡Gracias! Le envío el presupuesto mañana.');
    const edit = { arguments: { ...task.arguments, text: 'Give the client everything for free' } };
    expect((await kit.patch(rep, `/v1/proposals/${task.id}`, edit)).status).to.equal(200);
    expect((await kit.approve(rep, message)).status).to.equal(202);
    expect((await kit.get(rep, `/v1/proposals/${task.id}`)).state).to.equal('open');
  });

  it('stored before tasks carried what they said is approved, and its task waits', async () => {
    const [message, task] = await proposalsOf('¡Gracias! Le envío la muestra mañana.');
    const old = JSON.stringify({ unsupported: [], leftOut: [], tasks: [task.id] });
    await inDatabase(tx => tx('proposals').where({ id: message.id }).update({ wording: old }));
    expect((await kit.get(rep, `/v1/proposals/${message.id}`)).wording.tasks).to.deep.equal([task.id]);
    expect((await kit.approve(rep, message)).status).to.equal(202);
    expect((await kit.get(rep, `/v1/proposals/${task.id}`)).state).to.equal('open');
  });

  it('is approved in one go with its task, however often that is asked for', async () => {
    const [message, task] = await proposalsOf('¡Gracias! Le envío la factura mañana.');
    const digests = { [message.id]: message.digest, [task.id]: task.digest };
    const ask = () =>
      kit.post(rep, `/v1/proposal-groups/${message.groupId}/approve`, { digests }, `group-${message.id}`);
    for (const answer of [await ask(), await ask()]) {
      expect(answer.body.faults).to.deep.equal({});
      expect(answer.body.proposals.map(({ state }: Wire) => state)).to.deep.equal(['approved', 'approved']);
    }
  });

  it('loses a promise that names no time, and says so to the person', async () => {
    const [message, ...more] = await proposalsOf('Thank you, Ana! We will get back to you soon.');
    expect(more).to.deep.equal([]);
    expect(message.arguments.text).to.equal('Thank you, Ana!');
    expect(message.wording.leftOut).to.deep.equal(['We will get back to you soon.']);
  });

  it('loses every promise where the company wants none, and is a draft when nothing else is left', async () => {
    await rule(admin, { promises: 'rewrite' });
    const [message, ...more] = await proposalsOf('Thank you! I will send it tomorrow.');
    expect(more).to.deep.equal([]);
    expect(message.arguments.text).to.equal('Thank you!');
    const [bare] = await proposalsOf('I will send it tomorrow.');
    expect(bare.state).to.equal('draft');
    expect(bare.wording.unsupported).to.deep.equal([{ kind: 'promise', text: 'I will send it tomorrow.' }]);
  });

  it('is a draft that names what no cited source, no field and no word of the rep carries', async () => {
    const [message] = await proposalsOf('The grinder costs $777 and has a warranty of 9 years.');
    expect(message.state).to.equal('draft');
    expect(message.wording.unsupported).to.deep.equal([
      { kind: 'price', text: '$777' },
      { kind: 'quantity', text: '9 year' },
      { kind: 'policy', text: 'warranty' },
    ]);
    const question = 'Tell the client: the grinder costs 777 dollars, and 9 years of warranty.';
    const [typed] = await proposalsOf('The grinder costs $777 and has a warranty of 9 years.', {}, question);
    expect(typed).to.deep.include({ state: 'open' });
  });

  it('is a person’s own once they rewrote it', async () => {
    const [message] = await proposalsOf('It costs $778.');
    const edited = await kit.patch(rep, `/v1/proposals/${message.id}`, {
      arguments: { text: 'It costs $779.' },
      draft: false,
    });
    expect(edited.body).to.deep.include({ state: 'open', wording: null });
  });

  describe('follows a rule of the company', () => {
    it('that is read and set', async () => {
      expect((await rule(admin, { promises: 'rewrite' })).status).to.equal(200);
      expect(await (await harness.fetch(admin, '/v1/wording-rules')).json()).to.deep.equal({
        promises: 'rewrite',
      });
    });

    it('refuses another word for it', async () => {
      expect((await rule(admin, { promises: 'perhaps' })).status).to.equal(422);
    });

    it('asks for a login, and for an administrator’s', async () => {
      const seller = await harness.session(harness.accounts[0], 9100002);
      expect((await rule(null, { promises: 'task' })).status).to.equal(401);
      expect((await rule(seller, { promises: 'task' })).status).to.equal(403);
      expect((await harness.fetch(seller, '/v1/wording-rules')).status).to.equal(403);
    });

    it('is each account’s own', async () => {
      await rule(admin, { promises: 'rewrite' });
      const foreign = await harness.adminToken(harness.accounts[1]);
      expect(await (await harness.fetch(foreign, '/v1/wording-rules')).json()).to.deep.equal({
        promises: 'task',
      });
    });
  });
});
