import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, type Session, startHarness, textOf } from '../testing/harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';

const lead = 18834645;

describe('a chain of models', () => {
  let first: ModelServer;
  let second: ModelServer;
  /** The account's own. */
  let third: ModelServer;
  let harness: Harness;
  let session: Session;

  before(async function () {
    this.timeout(120_000);
    first = await startModelServer();
    second = await startModelServer();
    third = await startModelServer();
    harness = await startHarness({
      env: {
        OPENAI_BASE_URL: first.url,
        OPENAI_API_KEY: 'first-key',
        OPENAI_MODEL: 'main-model',
        FALLBACK_OPENAI_BASE_URL: second.url,
        FALLBACK_OPENAI_API_KEY: 'second-key',
        FALLBACK_OPENAI_MODEL: 'other-model',
        MODEL_TIMEOUT_MS: '2000',
        MODEL_PRIVATE_ORIGINS: new URL(third.url).origin,
      },
    });
    session = await harness.session(harness.accounts[0]);
  });
  afterEach(() => {
    first.expectDone();
    second.expectDone();
    third.expectDone();
  });
  after(async () => {
    await harness.close();
    await first.close();
    await second.close();
    await third.close();
  });

  const tenantId = () =>
    JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid as never;
  const steps = (runId: string) =>
    harness.app.db.withTenant(tenantId(), tx =>
      tx('run_steps').where({ run_id: runId }).orderBy('ordinal').select('name', 'failure_code'),
    );
  /** A success closes the breaker, so that each case begins alike. */
  async function settle() {
    first.script(modelStep.reply('Well again.'));
    await harness.ask(session, lead, 'Are you well?');
  }

  it('goes on with the next one in mid-answer without a doubled word, and records why', async () => {
    first.script(modelStep.cut(['The answer begins here and ']));
    second.script(modelStep.reply('The answer, whole.'));
    const events = await harness.ask(session, lead, 'What now?');
    expect(textOf(events)).to.equal('The answer, whole.');
    expect(events.at(-1)?.data.message.text).to.equal('The answer, whole.');
    expect(await steps(events[0]?.data.runId)).to.deep.equal([
      { name: 'main-model', failure_code: 'model-stream-cut' },
      { name: 'other-model', failure_code: null },
    ]);
    expect(second.calls.at(-1)?.authorization).to.equal('Bearer second-key');
    await settle();
  });

  for (const [what, step] of [
    ['429', modelStep.rateLimited()],
    ['a fault of the server', modelStep.serverError()],
    ['no JSON', modelStep.invalidJson()],
    ['a page instead of a stream', modelStep.page()],
    ['silence', modelStep.neverAnswers()],
    ['a refusal to stream', modelStep.failure(400, { message: 'stream is not supported', param: 'stream' })],
    ['nothing but a refusal', modelStep.refusal()],
  ] as const) {
    it(`asks the next one after ${what}`, async () => {
      first.script(step);
      second.script(modelStep.reply('From the other one.'));
      expect(textOf(await harness.ask(session, lead, `After ${what}?`))).to.equal('From the other one.');
      await settle();
    });
  }

  it('asks the same one for less when its window is too small', async () => {
    first.script(
      modelStep.failure(400, { code: 'context_length_exceeded', type: 'invalid_request_error' }),
      modelStep.reply('It fits now.'),
    );
    const events = await harness.ask(session, lead, 'Tell me everything about this lead.');
    expect(textOf(events)).to.equal('It fits now.');
    const lengths = first.calls.slice(-2).map(({ body }) => JSON.stringify(body).length);
    expect(lengths[1]).to.be.lessThan(lengths[0] ?? 0);
  });

  it('asks the next one when even the least does not fit, and records each reason', async () => {
    const tooLong = modelStep.failure(400, { code: 'context_length_exceeded' });
    let calls = 0;
    first.decideWith(() => {
      calls += 1;
      return tooLong;
    });
    second.script(modelStep.reply('A larger window.'));
    const events = await harness.ask(session, lead, 'Tell me everything about this lead.');
    first.decideWith(null);
    expect(textOf(events)).to.equal('A larger window.');
    const recorded = await steps(events[0]?.data.runId);
    expect(calls).to.be.greaterThan(1);
    expect(recorded).to.deep.equal([
      ...Array.from({ length: calls }, () => ({
        name: 'main-model',
        failure_code: 'model-context-too-long',
      })),
      { name: 'other-model', failure_code: null },
    ]);
  });

  it('keeps what a filter left of an answer', async () => {
    first.script(modelStep.refusal(['I may only say this much.']));
    expect(textOf(await harness.ask(session, lead, 'What now?'))).to.equal('I may only say this much.');
  });

  describe('of the agent’s own', () => {
    let token: string;
    async function call(method: string, path: string, body?: object) {
      const answer = await harness.fetch(token, path, {
        method,
        headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
      return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as any };
    }
    /** Answers with these models from now on. */
    async function publish(models: object[], caps: object = {}) {
      const [known] = (await call('GET', '/v1/agents')).body.agents;
      const definition = { instructions: 'Answer.', models, caps };
      const { id } = known ?? (await call('POST', '/v1/agents', { name: 'A', definition })).body;
      if (known) await call('PUT', `/v1/agents/${id}/draft`, { definition });
      expect((await call('POST', `/v1/agents/${id}/publish`, {})).body.state).to.equal('published');
    }
    const entries = () =>
      harness.app.db.withTenant(tenantId(), tx =>
        tx('usage_entries').orderBy('created_at').select('model', 'paid_by', 'state', 'cost_micros'),
      );
    before(async () => {
      token = await harness.adminToken(harness.accounts[0]);
      const ours = { kind: 'vllm', baseUrl: third.url, models: ['own-model'], key: 'sk-canary-third' };
      expect((await call('PUT', '/v1/model-providers/ours', ours)).status).to.equal(200);
    });

    it('begins with the account’s keys, is charged to the account, and goes on with the operator’s', async () => {
      const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110, cost: 0.0123 };
      third.script(modelStep.reply('On our key.', { usage }));
      expect(textOf(await harness.ask(session, lead, 'Whose key?'))).to.equal('On our key.');
      expect(third.calls.at(-1)?.authorization).to.equal('Bearer sk-canary-third');
      third.script(modelStep.failure(401, { code: 'invalid_api_key' }));
      first.script(modelStep.reply('On yours.'));
      expect(textOf(await harness.ask(session, lead, 'And now?'))).to.equal('On yours.');
      const paid = (await entries()).slice(-3).map(({ model, paid_by: by }) => [model, by]);
      expect(paid).to.deep.equal([
        ['own-model', 'account'],
        ['own-model', 'account'],
        ['main-model', 'operator'],
      ]);
      const [charged] = (await entries()).slice(-3);
      expect(Number(charged?.cost_micros), 'the ledger says what the provider said').to.equal(12_300);
      expect(harness.logs.join('\n')).not.to.include('sk-canary-third');
    });

    it('is what its published version names, in that order, and no other', async () => {
      await publish([
        { provider: 'operator', model: 'other-model' },
        { provider: 'ours', model: 'second-choice' },
      ]);
      second.script(modelStep.serverError());
      third.script(modelStep.reply('Second choice.'));
      const events = await harness.ask(session, lead, 'Who answers?');
      expect(textOf(events)).to.equal('Second choice.');
      expect(third.calls.at(-1)?.body).to.have.property('model', 'second-choice');
      expect(await steps(events[0]?.data.runId)).to.deep.equal([
        { name: 'other-model', failure_code: 'model-unavailable' },
        { name: 'second-choice', failure_code: null },
      ]);
      const asked = first.calls.length;
      second.script(modelStep.serverError());
      third.script(modelStep.serverError());
      expect((await harness.ask(session, lead, 'And if both fail?')).at(-1)?.data.code).to.equal(
        'model-unavailable',
      );
      expect(first.calls.length, 'one that it does not name').to.equal(asked);
    });

    it('degrades at its cap to the cheaper one it names, and then to quotes', async () => {
      const wanted = { provider: 'operator', model: 'main-model' };
      await publish([wanted, { provider: 'offline', model: 'quotes' }], { tokensPerRun: 10 });
      const events = await harness.ask(session, lead, 'What is the warranty?');
      expect(events.at(-1)?.type).to.equal('done');
      expect(events.at(-1)?.data.message.offline, 'the reader is told').to.equal(true);
      expect(await steps(events[0]?.data.runId)).to.deep.equal([
        { name: 'main-model', failure_code: 'cap-reached' },
        { name: 'offline', failure_code: null },
      ]);
      await publish([]);
    });

    it('tells of a provider that was removed, and is refused where it never was one', async () => {
      await publish([
        { provider: 'ours', model: 'x' },
        { provider: 'operator', model: 'main-model' },
      ]);
      expect((await call('DELETE', '/v1/model-providers/ours')).status).to.equal(204);
      first.script(modelStep.reply('Still there.'));
      const events = await harness.ask(session, lead, 'Are you there?');
      expect(textOf(events)).to.equal('Still there.');
      expect(await steps(events[0]?.data.runId)).to.deep.include({
        name: 'ours/x',
        failure_code: 'model-not-configured',
      });
      const definition = { instructions: 'Answer.', models: [{ provider: 'nobody', model: 'x' }] };
      const refused = await call('POST', '/v1/agents', { name: 'B', definition });
      expect([refused.status, refused.body.errors[0].path]).to.deep.equal([422, 'body.definition.models.0']);
      await publish([]);
    });
  });

  // Last, because it leaves the breakers open.
  describe('with one that keeps failing', () => {
    it('leaves it alone, and says what went wrong when all fail', async () => {
      for (let n = 0; n < 3; n += 1) {
        first.script(modelStep.serverError());
        second.script(modelStep.reply(`Answer ${n}.`));
        await harness.ask(session, lead, `Question ${n}?`);
      }
      const asked = first.calls.length;
      second.script(modelStep.reply('Without waiting.'));
      expect(textOf(await harness.ask(session, lead, 'And now?'))).to.equal('Without waiting.');
      expect(first.calls.length).to.equal(asked);
      second.script(modelStep.serverError());
      const failed = await harness.ask(session, lead, 'And if both fail?');
      expect(failed.at(-1)).to.deep.include({ type: 'error' });
      expect(failed.at(-1)?.data.code).to.equal('model-unavailable');
    });
  });
});
