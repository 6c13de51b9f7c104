import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { runReplay } from '../../cli/replay.ts';
import { createLogger } from '../../kernel/index.ts';
import { openSpans } from '../../telemetry/index.ts';
import { type Session, textOf, until } from '../../testing/harness.ts';
import { modelStep } from '../../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../../testing/shared-harness.ts';
import { replay } from './replay.ts';
import { spanOf } from './span-of.ts';
import { traceSweep } from './sweep.ts';
import type { Trace } from './trace.ts';

const lead = 18834645;
const never = new AbortController().signal;

/** The call of prepare_note; side by side, calls end in any order. */
function noteIn(trace: Trace) {
  const step = trace.steps.find(({ name }) => name === 'prepare_note');
  if (step?.kind !== 'tool') throw new Error('The run called no prepare_note.');
  return step;
}

describe('the trace of a run', () => {
  let harness: SharedHarness;
  let session: Session;
  let admin: string;
  let tenantId: never;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    session = await harness.session(harness.accounts[0]);
    admin = await harness.adminToken(harness.accounts[0]);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString())
      .tid as never;
  });
  afterEach(() => harness.model.expectDone());

  async function askForTwo(visibility: 'shared' | 'private' = 'shared') {
    harness.model.script(
      modelStep.calls(
        [
          { name: 'prepare_note', arguments: { text: 'Prefers mornings.' } },
          { name: 'prepare_nothing', arguments: {} },
        ],
        'A moment.',
      ),
      modelStep.reply('The note is prepared.'),
    );
    const events = await harness.ask(session, lead, 'Note: prefers mornings. My number is +34 600 123 456.', {
      visibility,
    });
    const { runId } = events.find(({ type }) => type === 'run.started')?.data ?? {};
    return { runId: runId as string, events };
  }

  async function read(runId: string, who: Session | string = admin) {
    const answer = await harness.fetch(who, `/v1/runs/${runId}/trace`);
    return {
      status: answer.status,
      body: (await answer.json()) as { trace: Trace; decisions: unknown[]; code: string },
    };
  }

  it('holds what the model was given, every call with its answer, and who decided on what was proposed', async () => {
    const { runId, events } = await askForTwo();
    const { status, body } = await read(runId);
    expect(status).to.equal(200);
    const { trace, decisions } = body;
    expect(trace).to.include({ runId, leadId: lead, userId: session.userId });
    expect(trace.steps.map(({ kind }) => kind)).to.deep.equal(['model', 'tool', 'tool', 'model']);
    expect(trace.steps.find(({ name }) => name === 'prepare_nothing')?.failureCode).to.equal('refused');
    const call = noteIn(trace);
    expect(call).to.include({ kind: 'tool', arguments: '{"text":"Prefers mornings."}' });
    expect(trace.request.sources.some(({ kind }) => kind === 'lead')).to.equal(true);
    expect(trace.end).to.deep.equal({ state: 'done', errorCode: null });
    const proposal = events.find(({ type }) => type === 'proposal')?.data;
    expect(decisions).to.have.length(1);
    expect(decisions[0]).to.include({
      proposalId: proposal.id,
      digest: proposal.digest,
      state: 'open',
      approvedBy: null,
    });
    expect(textOf(events)).to.equal('A moment.\n\nThe note is prepared.');
  });

  it('is masked as the model saw it, and sealed where it is stored', async () => {
    const { runId } = await askForTwo();
    const { trace } = (await read(runId)).body;
    expect(trace.request.question).to.not.contain('600 123 456');
    const row = await harness.app.db.withTenant(tenantId, tx =>
      tx('run_traces').where({ run_id: runId }).first(),
    );
    for (const word of ['mornings', 'prepare_note', 'instructions'])
      expect(Buffer.from(row.sealed).includes(word), word).to.equal(false);
  });

  it('is seen by administrators of the account alone, and that of a private thread by none', async () => {
    const { runId } = await askForTwo();
    const other = await harness.adminToken(harness.accounts[1]);
    expect((await read(runId, other)).status).to.equal(404);
    expect((await read('not-an-id')).status).to.equal(422);
    const hidden = (await askForTwo('private')).runId;
    expect((await read(hidden)).status).to.equal(404);
    const list = async (who: string, query = '') =>
      (
        (await (await harness.fetch(who, `/v1/runs${query}`)).json()) as {
          runs: { id: string; trace: string }[];
        }
      ).runs;
    const [first] = await list(admin, `?leadId=${lead}`);
    expect(first).to.include({ id: runId, trace: 'kept' });
    expect((await list(admin)).map(({ id }) => id)).to.not.include(hidden);
    expect((await list(other)).map(({ id }) => id)).to.not.include(runId);
    expect(await list(admin, `?cursor=${runId}`)).to.satisfy((runs: { id: string }[]) =>
      runs.every(run => run.id < runId),
    );
  });

  it('opens for nobody once the key of the person is destroyed; what comes later is kept under a new one', async () => {
    const before = (await askForTwo()).runId;
    const { person } = await harness.app.db.withTenant(tenantId, tx =>
      tx('run_traces').where({ run_id: before }).first(),
    );
    expect(person).to.match(/^contact-\d+$/);
    const erase = () => harness.fetch(admin, `/v1/people/${person}/key`, { method: 'DELETE' });
    expect((await erase()).status).to.equal(204);
    expect((await erase()).status).to.equal(204);
    expect((await harness.fetch(admin, '/v1/people/nobody/key', { method: 'DELETE' })).status).to.equal(422);
    expect(await read(before)).to.have.property('status', 410);
    const after = (await askForTwo()).runId;
    expect((await read(after)).status).to.equal(200);
    expect((await read(before)).body.code).to.equal('trace-erased');
  });

  it('is dropped after its days, while the run stays', async () => {
    const { runId } = await askForTwo();
    const sweep = traceSweep({
      db: harness.app.db,
      clock: { now: () => new Date(Date.now() + 91 * 24 * 60 * 60 * 1000) },
      log: createLogger('silent'),
      listTenants: async () => [tenantId],
      days: 90,
    });
    await sweep.run(never);
    expect((await read(runId)).status).to.equal(404);
    const runs = (await (await harness.fetch(admin, '/v1/runs')).json()) as {
      runs: { id: string; trace: string }[];
    };
    expect(runs.runs.find(({ id }) => id === runId)).to.include({ trace: 'none' });
  });

  describe('made again', () => {
    let trace: Trace;
    before(async () => {
      trace = (await read((await askForTwo()).runId)).body.trace;
    });

    it('makes the same calls, is told the same, and says the same', async () => {
      expect(await replay(trace, null, never)).to.deep.include({
        same: true,
        text: 'A moment.\n\nThe note is prepared.',
      });
    });

    it("tells a call that today's tools would refuse, one that was not recorded, and one that is missing", async () => {
      const changed: Trace = structuredClone(trace);
      const [model] = changed.steps;
      const note = noteIn(changed);
      if (model?.kind !== 'model' || !model.calls[0]) throw new Error('another trace was expected');
      model.calls[0].arguments = '{"words":1}';
      expect((await replay(changed, null, never)).calls.map(({ outcome }) => outcome)).to.deep.equal([
        'new',
        'same',
        'missing',
      ]);
      note.arguments = '{"words":1}';
      const replayed = await replay(changed, null, never);
      expect(replayed.calls[0]?.outcome).to.equal('refused-now');
      expect(replayed.same).to.equal(false);
    });

    it('asks another model what was asked, and answers its calls from the record', async () => {
      const asked: string[] = [];
      const replayed = await replay(
        trace,
        {
          kind: 'online',
          name: 'another',
          estimateCostMicros: () => 0,
          estimateTokens: () => 0,
          async *answer(request) {
            asked.push(request.question);
            const last = request.exchanges?.at(-1)?.results[0]?.content;
            const usage = { inputTokens: 0, outputTokens: 0, costMicros: 0, reported: true };
            if (last) yield { type: 'text', text: last };
            const calls = last
              ? []
              : [{ id: 'x', name: 'prepare_note', arguments: '{ "text": "Prefers mornings." }' }];
            yield { type: 'done', usage, finish: last ? 'stop' : 'tools', calls };
          },
        },
        never,
      );
      expect(asked).to.deep.equal([trace.request.question, trace.request.question]);
      expect(replayed.text).to.equal(noteIn(trace).content);
      expect(replayed.calls.map(({ outcome }) => outcome)).to.deep.equal(['same', 'missing']);
    });

    it('is a command that ends with 0 where nothing differs, and says what it did not find', async () => {
      const run = async (...argv: string[]) => {
        let words = '';
        const code = await runReplay({
          argv,
          dataDir: '/nonexistent',
          write: text => {
            words += text;
          },
          startTemporaryServer: async () => ({
            url: harness.url,
            operatorKey: harness.app.operatorKey,
            close: async () => {},
          }),
          openModel: () => null,
        });
        return { code, words };
      };
      const done = await run(trace.runId);
      expect(done.words)
        .to.contain('prepare_note {"text":"Prefers mornings."}')
        .and.contain('The same calls');
      expect(done.code).to.equal(0);
      expect((await run('019ab000-0000-7000-8000-000000000000')).words).to.contain(
        'No account has kept a run',
      );
      expect(await run('x')).to.deep.equal({ code: 1, words: '"x" is not the id of a run.\n' });
      expect((await run(trace.runId, '--model')).code).to.equal(2);
      expect((await run()).code).to.equal(2);
      expect(JSON.parse((await run(trace.runId, '--json')).words).trace.runId).to.equal(trace.runId);
    });

    it("goes to a collector as spans, with ids and numbers and nobody's words; one that is down costs nothing else", async () => {
      const taken: { path: string | undefined; key: string | string[] | undefined; body: string }[] = [];
      const server = createServer(async (req: IncomingMessage, res) => {
        const chunks: Buffer[] = [];
        for await (const chunk of req) chunks.push(chunk);
        taken.push({ path: req.url, key: req.headers['x-key'], body: Buffer.concat(chunks).toString() });
        res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
      await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const log = createLogger('silent');
      const options = {
        endpoint,
        headers: { 'x-key': 'k' },
        serviceName: 'cardwise',
        version: '1',
        fetch,
        log,
      };
      const spans = await openSpans(options);
      spans.record(spanOf(tenantId, trace));
      await spans.close();
      await until(() => taken.length > 0);
      expect(taken[0]).to.include({ path: '/v1/traces', key: 'k' });
      const [{ resourceSpans }] = taken.map(({ body }) => JSON.parse(body));
      const sent = resourceSpans[0].scopeSpans[0].spans as {
        name: string;
        spanId: string;
        parentSpanId?: string;
        startTimeUnixNano: string;
      }[];
      const root = sent.find(({ name }) => name === 'invoke_agent');
      expect(
        sent
          .filter(({ parentSpanId }) => parentSpanId === root?.spanId)
          .map(({ name }) => name.split(' ')[0]),
      ).to.deep.equal(['chat', 'execute_tool', 'execute_tool', 'chat']);
      expect(taken[0]?.body).to.contain(trace.runId).and.not.contain('mornings');
      await new Promise(closed => server.close(closed));
      const down = await openSpans(options);
      down.record(spanOf(tenantId, trace));
      await down.close();
    });
  });
});
