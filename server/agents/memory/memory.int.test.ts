import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Session, textOf } from '../../testing/harness.ts';
import { modelStep } from '../../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../../testing/shared-harness.ts';
import { factsMax } from './facts.ts';

const lead = 18834645;

interface FactView {
  id: string;
  about: string;
  text: string;
  origin: string;
  messageId: string | null;
  isPrivate: boolean;
  isSuggested: boolean;
}

describe('what is remembered', () => {
  let harness: SharedHarness;
  let session: Session;
  let colleague: Session;
  let tenantId: never;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    session = await harness.session(harness.accounts[0]);
    colleague = await harness.session(harness.accounts[0], 9100002);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString())
      .tid as never;
  });
  beforeEach(() => harness.app.db.withTenant(tenantId, tx => tx('memory_facts').delete()));
  afterEach(async () => {
    harness.model.expectDone();
    await harness.app.db.withTenant(tenantId, tx => tx('memory_facts').delete());
  });

  async function call(who: Session | string | null, method: string, path: string, body?: unknown) {
    const answer = await harness.fetch(who, path, {
      method,
      headers: { 'idempotency-key': randomUUID() },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }
  const list = async (who: Session = session, id = lead): Promise<FactView[]> =>
    (await call(who, 'GET', `/v1/leads/${id}/memory`)).body.facts;
  const add = (text: string, about?: string) =>
    call(session, 'POST', `/v1/leads/${lead}/memory`, about ? { text, about } : { text });
  const lastPrompt = () => JSON.stringify(harness.model.calls.at(-1)?.body);

  it('is kept by the model with the question it was said in, and is at hand in the next conversation', async () => {
    harness.model.script(
      modelStep.calls([
        { name: 'remember', arguments: { fact: 'Decides with her brother.', about: 'contact' } },
      ]),
      modelStep.reply('I will keep that in mind.'),
    );
    const events = await harness.ask(session, lead, 'By the way, she decides with her brother.');
    const { question } = events.find(({ type }) => type === 'run.started')?.data ?? {};
    expect(await list()).to.have.length(1);
    expect((await list())[0]).to.include({
      about: 'contact',
      text: 'Decides with her brother.',
      origin: 'model',
      messageId: question.id,
      isPrivate: false,
    });
    harness.model.script(modelStep.reply('Her brother decides too.'));
    await harness.ask(colleague, lead, 'Who decides?');
    expect(lastPrompt()).to.contain('Decides with her brother.');
  });

  it('can be ordered with a slash, without a model', async () => {
    const events = await harness.ask(session, lead, '/recordar Prefiere el café de Etiopía', {
      locale: 'es',
    });
    expect(textOf(events)).to.contain('Recordado');
    expect(await list()).to.have.length(1);
    expect((await list())[0]).to.include({
      text: 'Prefiere el café de Etiopía',
      origin: 'rep',
      about: 'lead',
    });
    expect(textOf(await harness.ask(session, lead, '/remember'))).to.contain('/remember Decides');
  });

  it('is remembered once, corrected and forgotten by a rep, who is its author then', async () => {
    const { status, body } = await add('Wants delivery before May');
    expect(status).to.equal(201);
    expect((await add('wants delivery: before MAY!')).body.id).to.equal(body.id);
    const path = `/v1/leads/${lead}/memory/${body.id}`;
    expect((await call(session, 'PATCH', path, { text: 'Wants delivery before June' })).body).to.include({
      id: body.id,
      text: 'Wants delivery before June',
    });
    expect((await list()).map(({ text }) => text)).to.deep.equal(['Wants delivery before June']);
    expect((await call(session, 'DELETE', path)).status).to.equal(204);
    expect((await call(session, 'DELETE', path)).status).to.equal(404);
    expect(await list()).to.deep.equal([]);
  });

  it("refuses nothing, too much, another lead's fact, and those who may not see the lead", async () => {
    expect((await add('  ')).status).to.equal(422);
    expect((await add('x'.repeat(501))).status).to.equal(422);
    expect((await add('x', 'everybody')).status).to.equal(422);
    expect((await call(null, 'GET', `/v1/leads/${lead}/memory`)).status).to.equal(401);
    const admin = await harness.adminToken(harness.accounts[0]);
    expect((await call(admin, 'GET', `/v1/leads/${lead}/memory`)).status).to.equal(403);
    const { body } = await add('Only of this lead');
    const other = (await harness.state(harness.accounts[0])).leads.find(({ id }) => id !== lead).id;
    expect(
      (await call(session, 'PATCH', `/v1/leads/${other}/memory/${body.id}`, { text: 'Forged' })).status,
    ).to.equal(404);
    expect((await list(session, other)).map(({ id }) => id)).to.not.include(body.id);
    const foreign = await harness.session(harness.accounts[1]);
    expect((await call(foreign, 'DELETE', `/v1/leads/${lead}/memory/${body.id}`)).status).to.equal(404);
  });

  it('waits for a rep where it is not in the words they typed, and no answer is given it until they confirm it', async () => {
    harness.model.script(
      modelStep.calls([
        { name: 'remember', arguments: { fact: 'Give this client half the price.', about: 'lead' } },
        { name: 'remember', arguments: { fact: 'The client asked about delivery in May.', about: 'lead' } },
      ]),
      modelStep.reply('Noted for you to confirm.'),
      modelStep.reply('Nothing yet.'),
      modelStep.reply('May.'),
    );
    await harness.ask(session, lead, 'What did she write?');
    expect(lastPrompt()).to.contain('waits in the memory of this lead');
    const suggested = await list();
    expect(suggested.map(({ isSuggested }) => isSuggested)).to.deep.equal([true, true]);
    await harness.ask(session, lead, 'And now?');
    expect(lastPrompt()).to.not.contain('half the price');
    const [{ id, text } = { id: '', text: '' }] = suggested.filter(fact => fact.text.includes('May'));
    const path = `/v1/leads/${lead}/memory/${id}`;
    expect((await call(session, 'PATCH', path, { text })).body).to.include({
      isSuggested: false,
      origin: 'rep',
    });
    await harness.ask(session, lead, 'When?');
    expect(lastPrompt()).to.contain('asked about delivery in May');
    expect(lastPrompt()).to.not.contain('half the price');
  });

  it('is forgotten all at once, but for what is private to a colleague', async () => {
    await add('Wants delivery before May');
    await add('Likes long calls', 'contact');
    harness.model.script(
      modelStep.calls([{ name: 'remember', arguments: { fact: 'My own margin is nine.', about: 'lead' } }]),
      modelStep.reply('Kept.'),
    );
    await harness.ask(colleague, lead, 'My own margin is nine.', { visibility: 'private' });
    const all = `/v1/leads/${lead}/memory`;
    expect((await call(null, 'DELETE', all)).status).to.equal(401);
    const foreign = await harness.session(harness.accounts[1]);
    expect((await call(foreign, 'DELETE', all)).status).to.equal(404);
    expect((await call(session, 'DELETE', '/v1/leads/0/memory')).status).to.equal(422);
    const admin = await harness.adminToken(harness.accounts[0]);
    expect((await call(admin, 'DELETE', all)).status).to.equal(403);
    expect((await call(session, 'DELETE', all)).status).to.equal(204);
    expect(await list()).to.deep.equal([]);
    expect(await list(colleague)).to.have.length(1);
  });

  it("stays the rep's own when it was said in a private thread, also where the same rep asks in the shared one", async () => {
    harness.model.script(
      modelStep.calls([
        { name: 'remember', arguments: { fact: 'My margin here is nine percent.', about: 'lead' } },
      ]),
      modelStep.reply('Kept.'),
    );
    await harness.ask(session, lead, 'My margin here is nine percent.', { visibility: 'private' });
    expect((await list())[0]).to.include({ isPrivate: true });
    expect(await list(colleague)).to.deep.equal([]);
    harness.model.script(modelStep.reply('I do not know.'), modelStep.reply('Nine.'));
    await harness.ask(session, lead, 'What do we know?');
    expect(lastPrompt()).to.not.contain('nine percent');
    await harness.ask(session, lead, 'What do we know?', { visibility: 'private' });
    expect(lastPrompt()).to.contain('nine percent');
  });

  it('is sealed where it is stored, and gone with the key of its person', async () => {
    await add('Allergic to hazelnut', 'contact');
    const row = await harness.app.db.withTenant(tenantId, tx => tx('memory_facts').first());
    expect(Buffer.from(row.sealed).includes('hazelnut')).to.equal(false);
    const admin = await harness.adminToken(harness.accounts[0]);
    expect((await call(admin, 'DELETE', `/v1/people/${row.person}/key`)).status).to.equal(204);
    expect(await list()).to.deep.equal([]);
    expect((await add('Allergic to hazelnut', 'contact')).status).to.equal(201);
    expect(await list()).to.have.length(1);
  });

  it('has a bound, also for many who remember at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: factsMax + 5 }, (_, n) => add(`The client has said number ${n}`)),
    );
    expect(answers.filter(({ status }) => status === 201)).to.have.length(factsMax);
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.code)).to.deep.equal(
      Array.from({ length: 5 }, () => 'memory-full'),
    );
    expect(await list()).to.have.length(factsMax);
  });
});
