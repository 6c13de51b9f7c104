import { expect } from 'chai';
import { newId } from '../../kernel/index.ts';
import { type Harness, type Session, startHarness, textOf, until } from '../../testing/harness.ts';
import {
  type ModelMessage,
  type ModelServer,
  modelStep,
  startModelServer,
} from '../../testing/model-server.ts';

const lead = 18834645;
const bounds = { keep: 4, most: 8 };
const phone = '+34 612 345 678';

describe('a conversation that grows long', () => {
  let model: ModelServer;
  let harness: Harness;
  let session: Session;
  let crash: string | null = null;

  before(async function () {
    this.timeout(120_000);
    model = await startModelServer();
    harness = await startHarness({
      env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-summary', MODEL_TIMEOUT_MS: '4000' },
      historyBounds: bounds,
      reach(point) {
        if (point !== crash) return;
        crash = null;
        throw new Error('the process is gone here');
      },
    });
    session = await harness.session(harness.accounts[0]);
  });
  afterEach(async () => {
    model.decideWith(null);
    model.expectDone();
    await db(async tx => {
      await tx('conversation_summaries').delete();
      await tx('runs').where({ model: 'planted' }).delete();
      await tx('messages').where({ author_name: 'Planted' }).delete();
    });
  });
  after(async () => {
    await harness.close();
    await model.close();
  });

  const tenantId = () =>
    JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid as never;
  // biome-ignore lint/suspicious/noExplicitAny: rows as they are stored
  const db = (work: (tx: any) => Promise<any>) => harness.app.db.withTenant(tenantId(), work);
  const row = () => db(tx => tx('conversation_summaries').first());
  const settled = () => until(async () => (await row())?.due_at === null);
  const isSummary = ([first]: ModelMessage[]) => first?.content?.startsWith('You keep the memory') ?? false;
  const prompts = () => model.calls.map(({ body }) => (body as { messages: ModelMessage[] }).messages);

  /** Messages as so many turns would have left them, of which the first names the client's number. */
  async function plant(count: number): Promise<void> {
    model.decideWith(() => modelStep.reply('Hello.'));
    await harness.ask(session, lead, 'Hello?');
    // What earlier tests asked may be due by this: it would be summed up while the messages are being planted.
    await until(async () => !(await row())?.due_at);
    await db(tx => tx('conversation_summaries').delete());
    const { id: conversation } = await db(tx => tx('conversations').where({ lead_id: lead }).first('id'));
    const rows = Array.from({ length: count }, (_, n) => {
      const [question, answer, run] = [newId(), newId(), newId()];
      const words =
        n === 0 ? `Her number is ${phone}.` : `The machine number ${n} ${'hums softly '.repeat(20)}`;
      const shared = { tenant_id: tenantId(), conversation_id: conversation };
      return {
        messages: [
          {
            ...shared,
            id: question,
            role: 'rep',
            author_user_id: 1,
            author_name: 'Planted',
            text: `What of ${n}?`,
          },
          { ...shared, id: answer, role: 'assistant', author_name: 'Planted', text: words, run_id: run },
        ],
        run: {
          ...shared,
          id: run,
          question_id: question,
          answer_id: answer,
          actor_user_id: 1,
          locale: 'en',
          model: 'planted',
          offline: false,
          process_id: newId(),
          state: 'done',
        },
      };
    });
    await db(async tx => {
      await tx('messages').insert(rows.flatMap(one => one.messages));
      await tx('runs').insert(rows.map(one => one.run));
    });
  }

  it('of 200 messages is answered by a model with a small window, which is given a summary instead of them', async () => {
    await plant(100);
    const window = 14_000;
    model.decideWith(messages => {
      const length = messages.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
      if (!isSummary(messages) && length > window)
        return modelStep.failure(400, { code: 'context_length_exceeded', type: 'invalid_request_error' });
      return modelStep.reply(
        isSummary(messages) ? 'They spoke of machines; her number is [[phone-1]] [2].' : 'It hums.',
      );
    });
    const first = await harness.ask(session, lead, 'Does it hum?');
    expect(first.at(-1)?.type).to.equal('done');
    await settled();
    const from = model.calls.length;
    const second = await harness.ask(session, lead, 'And now?');
    expect(textOf(second)).to.equal('It hums.');
    expect(prompts().slice(from)).to.have.length(1);
    const asked = prompts().at(-1) ?? [];
    const turn = asked.at(-1)?.content ?? '';
    const [, fence, summary] = /<<< summary (\w+)\n([\s\S]*?)\n>>> summary \1/.exec(turn) ?? [];
    expect(summary).to.match(/^They spoke of machines; her number is \[\[phone-\d\]\]\.$/);
    expect(turn).to.contain(`<<< source 1 ${fence}`);
    const whole = asked.map(({ content }) => content).join('\n');
    expect(whole).to.not.contain('What of 5?');
    expect(whole).to.contain('Does it hum?');
    expect(JSON.stringify(model.calls.map(({ body }) => body))).to.not.contain('612 345 678');
    // All was read, a piece at a time, each with what the one before it came to.
    const pieces = prompts().filter(isSummary);
    expect(pieces.length).to.be.greaterThan(1);
    expect(pieces.at(-1)?.at(-1)?.content).to.contain('They spoke of machines');
    const { sealed, made_by } = await row();
    expect(Buffer.from(sealed).includes('machines')).to.equal(false);
    expect(made_by).to.equal('model');
    const spent = await db(tx => tx('usage_entries').where({ purpose: 'summarise' }));
    expect(spent).to.have.length(pieces.length);
    expect(spent.every(({ state }: { state: string }) => state === 'settled')).to.equal(true);
  });

  for (const point of ['summary.after-claim', 'summary.before-store'])
    it(`is summed up although the process ends at ${point}, once`, async () => {
      await plant(6);
      model.decideWith(messages => modelStep.reply(isSummary(messages) ? 'The short of it.' : 'Yes.'));
      crash = point;
      await harness.ask(session, lead, 'Is it so?');
      await until(() => crash === null);
      expect((await row()).sealed).to.equal(null);
      expect((await row()).due_at).to.not.equal(null);
      // Its claim ends by itself; the sweep finds what nobody is at.
      await db(tx => tx('conversation_summaries').update({ claimed_until: new Date(0) }));
      await harness.app.sweepNow();
      await settled();
      expect((await row()).made_by).to.equal('model');
      await harness.ask(session, lead, 'And now?');
      expect(prompts().at(-1)?.at(-1)?.content).to.contain('The short of it.');
    });

  it('is summed up by rules where the model fails, and the next time by the model from there', async () => {
    await plant(6);
    model.decideWith(messages =>
      isSummary(messages) ? modelStep.serverError() : modelStep.reply('Yes. Indeed.'),
    );
    await harness.ask(session, lead, 'Is it so?');
    await settled();
    expect((await row()).made_by).to.equal('rules');
    await harness.ask(session, lead, 'And now?');
    expect(prompts().at(-1)?.at(-1)?.content).to.contain('Planted asked: What of 1?');
  });

  it('is not summed up again, nor sent, once its person was erased, also where that happens meanwhile', async () => {
    await plant(6);
    const admin = await harness.adminToken(harness.accounts[0]);
    const erase = async () => {
      const path = `/v1/people/${(await row()).person}/key`;
      expect((await harness.fetch(admin, path, { method: 'DELETE' })).status).to.equal(204);
    };
    let erased: Promise<void> | null = null;
    model.decideWith(messages => {
      if (!isSummary(messages)) return modelStep.reply('Yes.');
      erased = erase();
      return modelStep.reply([erased, 'The short of it.']);
    });
    await harness.ask(session, lead, 'Is it so?');
    await settled();
    await erased;
    expect((await row()).sealed).to.equal(null);
    await harness.ask(session, lead, 'And now?');
    const asked = JSON.stringify(prompts().at(-1));
    expect(asked).to.not.contain('What of 1?');
    expect(asked).to.not.contain('The short of it.');
    expect((await row()).due_at).to.equal(null);
  });
});
