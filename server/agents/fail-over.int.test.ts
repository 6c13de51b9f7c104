import { expect } from 'chai';
import { type Harness, type Session, startHarness, textOf } from '../testing/harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';

const lead = 18834645;

describe('a chain of models', () => {
  let first: ModelServer;
  let second: ModelServer;
  let harness: Harness;
  let session: Session;

  before(async function () {
    this.timeout(120_000);
    first = await startModelServer();
    second = await startModelServer();
    harness = await startHarness({
      env: {
        OPENAI_BASE_URL: first.url,
        OPENAI_API_KEY: 'first-key',
        OPENAI_MODEL: 'main-model',
        FALLBACK_OPENAI_BASE_URL: second.url,
        FALLBACK_OPENAI_API_KEY: 'second-key',
        FALLBACK_OPENAI_MODEL: 'other-model',
        MODEL_TIMEOUT_MS: '2000',
      },
    });
    session = await harness.session(harness.accounts[0]);
  });
  afterEach(() => {
    first.expectDone();
    second.expectDone();
  });
  after(async () => {
    await harness.close();
    await first.close();
    await second.close();
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

  it('leaves one that keeps failing alone, and says what went wrong when all fail', async () => {
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
