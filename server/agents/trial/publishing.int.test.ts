import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, type Session, startHarness, textOf, until } from '../../testing/harness.ts';
import {
  type ModelMessage,
  type ModelServer,
  type ModelStep,
  modelStep,
  startModelServer,
} from '../../testing/model-server.ts';

const lead = 18834645;
const good = 'It is changed after 310 litres [1].';

describe('publishing a version', () => {
  let harness: Harness;
  let model: ModelServer;
  let rep: Session;
  let token: string;
  let agentId: string;

  before(async function () {
    this.timeout(120_000);
    model = await startModelServer();
    harness = await startHarness({
      env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'main,other', MODEL_TIMEOUT_MS: '60000' },
    });
    const [ours] = harness.accounts;
    rep = await harness.session(ours);
    token = await harness.adminToken(ours);
    const text = '# Descaling\n\nThe descaling agent DX-5 is changed after 310 litres of water.\n';
    await harness.addDocument(ours, 'descaling.md', text, 'text/markdown');
    model.decideWith(() => modelStep.reply(good));
    for (const question of ['When is DX-5 changed?', 'After how many litres is DX-5 changed?'])
      expect(textOf(await harness.ask(rep, lead, question))).to.include('310 litres');
    const { body } = await call('POST', '/v1/agents', {
      name: 'A',
      definition: { instructions: 'Careful.' },
    });
    agentId = body.id;
  });
  after(async () => {
    await harness.close();
    await model.close();
  });

  async function call(method: string, path: string, body?: object) {
    const answer = await harness.fetch(token, path, {
      method,
      headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
    return { status: answer.status, body: (await answer.json()) as any };
  }
  async function begin(definition: object) {
    await call('PUT', `/v1/agents/${agentId}/draft`, { definition });
    return (await call('POST', `/v1/agents/${agentId}/publish`, {})).body;
  }
  const read = async (id: string) => (await call('GET', `/v1/agents/${agentId}/publications/${id}`)).body;
  async function ended(id: string) {
    await until(async () => !['queued', 'running'].includes((await read(id)).state));
    return read(id);
  }
  const publish = async (definition: object) => ended((await begin(definition)).id);
  const published = async () => (await call('GET', `/v1/agents/${agentId}`)).body.publishedVersion;
  const inTenant = <T>(work: Parameters<typeof harness.app.db.withTenant<T>>[1]) =>
    harness.app.db.withTenant(
      JSON.parse(Buffer.from(rep.token.split('.')[1] ?? '', 'base64url').toString()).tid,
      work,
    );
  /** Answers by what the instructions say. */
  const byInstructions = (mark: string, step: () => ModelStep) => (messages: ModelMessage[]) =>
    (messages[0]?.content ?? '').startsWith(mark) ? step() : modelStep.reply(good);

  it('asks again what people asked of late, several times, as the version would', async () => {
    const from = model.calls.length;
    const { state, result } = await publish({
      instructions: 'Careful. You work for {{company}}.',
      models: [{ provider: 'operator', model: 'other' }],
    });
    expect(state).to.equal('published');
    expect(result.recent).to.deep.equal({
      questions: 2,
      repeats: 3,
      passedEveryTime: 1,
      before: 1,
      outOfScope: 0,
      worse: [],
    });
    const calls = model.calls
      .slice(from)
      .map(({ body }) => body as { model: string; messages: ModelMessage[] });
    const own = calls.filter(({ messages }) => messages[0]?.content?.startsWith('Careful. You work for'));
    expect(own).to.have.length(6);
    expect(
      own.every(({ model: name, messages }) => name === 'other' && !messages[0]?.content?.includes('{{')),
    ).to.equal(true);
    expect(
      calls.every(body => !('tools' in body)),
      'nothing that could change anything',
    ).to.equal(true);
  });

  it('refuses one that no longer answers what was answered, or not every time; what answers stays', async () => {
    const before = await published();
    model.decideWith(byInstructions('Terse', () => modelStep.reply('I do not know.')));
    const refused = await publish({ instructions: 'Terse.' });
    expect(refused.state).to.equal('refused');
    expect(refused.result.recent).to.include({ passedEveryTime: 0, before: 1 });
    expect(refused.result.recent.worse).to.have.length(2);
    let asked = 0;
    model.decideWith(
      byInstructions('Moody', () => {
        asked += 1;
        return modelStep.reply(asked % 3 === 0 ? 'Who knows.' : good);
      }),
    );
    const moody = await publish({ instructions: 'Moody.' });
    expect(moody.state, 'two of three is not every time').to.equal('refused');
    expect(await published()).to.equal(before);
    expect(JSON.stringify(moody.result), 'no words of anybody').not.to.include('DX-5');
  });

  it('says why there is no verdict where its models answer nothing at all', async () => {
    model.decideWith(byInstructions('Broken', () => modelStep.failure(401, { code: 'invalid_api_key' })));
    const { state, result } = await publish({ instructions: 'Broken.' });
    expect([state, result]).to.deep.equal(['failed', { code: 'model-refused-key' }]);
  });

  it('leaves out what was answered from knowledge that the version does not have', async () => {
    model.decideWith(() => modelStep.reply(good));
    const { state, result } = await publish({ instructions: 'Narrow.', knowledge: { tags: ['prices'] } });
    expect(state).to.equal('published');
    expect(result.recent).to.include({ questions: 0, outOfScope: 2 });
    expect((await publish({ instructions: 'Careful.' })).state).to.equal('published');
  });

  it('is finished by another worker when the one that checks falls silent, and published once', async () => {
    const before = await published();
    let release: () => void = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    let waiting = 0;
    model.decideWith(
      byInstructions('Steady', () => {
        waiting += 1;
        return modelStep.reply([held, good]);
      }),
    );
    const { id } = await begin({ instructions: 'Steady.' });
    await until(async () => waiting === 3);
    expect(await published(), 'until then what was published answers').to.equal(before);
    await inTenant(tx =>
      tx('agent_publications')
        .where({ id })
        .update({ heartbeat_at: new Date(Date.now() - 60_000), holder: randomUUID() }),
    );
    model.decideWith(() => modelStep.reply(good));
    // As it does from time to time: while the silent worker has the job, another one may not be added.
    await until(async () => {
      await harness.app.sweepNow();
      return (await read(id)).state !== 'running';
    });
    const { state, result } = await read(id);
    expect(state, JSON.stringify(result)).to.equal('published');
    expect(await published()).to.equal(before + 1);
    release();
    const events = await inTenant(tx =>
      tx('audit_events').where({ event: 'agent.published', target: agentId }),
    );
    expect(events.filter(({ details }) => JSON.stringify(details).includes(`${before + 1}`))).to.have.length(
      1,
    );
  });
});
