import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type App, compose } from '../compose.ts';
import { type Listening, listen } from '../http/index.ts';
import { createLogger } from '../kernel/index.ts';
import { keysFrom } from '../secrets/index.ts';
import { type Harness, readStream, type Session, startHarness, textOf, until } from '../testing/harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';

describe('a run and more than one process', () => {
  let model: ModelServer;
  let harness: Harness;
  let other: App;
  let elsewhere: Listening;
  let session: Session;
  let leadId: number;
  const timing = { graceMs: 400, beatMs: 50, sweepMs: 3_600_000 };

  before(async function () {
    this.timeout(120_000);
    const keys = keysFrom(randomBytes(32));
    model = await startModelServer();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'scripted' };
    harness = await startHarness({ keys, timing, env });
    const { db } = harness.app;
    const log = createLogger('silent');
    const config = { ...harness.config, role: 'api' as const };
    other = await compose(config, { db, keys, timing, log, operatorKey: 'cwo_other' });
    elsewhere = await listen(other.http, { host: '127.0.0.1', port: 0 });
    session = await harness.session(harness.accounts[0]);
    leadId = (await harness.state(harness.accounts[0])).leads[0].id;
  });
  after(async () => {
    await elsewhere?.close(0);
    await other?.close();
    await harness?.close();
    await model?.close();
  });
  afterEach(() => model.expectDone());

  /** Asks in the first process and resolves once the model was called. */
  async function ask(
    text: string,
    signal?: AbortSignal,
  ): Promise<{ runId: string; answer: Promise<Response> }> {
    const calls = model.calls.length;
    const answer = harness.fetch(session, `/v1/leads/${leadId}/messages`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text, locale: 'en' }),
      ...(signal ? { signal } : {}),
    });
    answer.catch(() => undefined);
    await model.call(calls);
    const thread = (await (await harness.fetch(session, `/v1/leads/${leadId}/thread`)).json()) as {
      activeRunId: string;
    };
    return { runId: thread.activeRunId, answer };
  }

  it('goes on for a reader who comes back to another process, and to the first one again', async () => {
    let release = () => {};
    const gate = new Promise<void>(open => {
      release = open;
    });
    model.script(modelStep.reply(['Before. ', gate, 'After.']));
    const leaving = new AbortController();
    const { runId } = await ask('Survive a change of process.', leaving.signal);
    leaving.abort();
    const seen: string[] = [];
    const follow = async (url: string, last: number) =>
      fetch(`${url}/v1/runs/${runId}/events`, {
        headers: { ...session.headers, 'last-event-id': String(last) },
      });
    const there = await follow(`http://127.0.0.1:${elsewhere.port}`, 2);
    const reading = readStream(there, event => seen.push(event.type));
    await until(() => seen.includes('text.delta'));
    // Longer than the grace: only the follower elsewhere keeps the run alive.
    const kept = Date.now() + 3 * timing.graceMs;
    await until(() => Date.now() > kept);
    const back = await follow(harness.url, 1_000_000_003);
    release();
    const [fromOther, fromFirst] = await Promise.all([reading, readStream(back)]);
    for (const events of [fromOther, fromFirst]) {
      expect(events.at(-1)?.type).to.equal('done');
      expect(textOf(events)).to.equal('Before. After.');
    }
  });

  it('is stopped from another process within a second', async () => {
    const calls = model.calls.length;
    model.script(modelStep.reply(['Talking. ', new Promise(() => {})]));
    const { runId, answer } = await ask('Be stopped from afar.');
    const asked = Date.now();
    await fetch(`http://127.0.0.1:${elsewhere.port}/v1/runs/${runId}/cancel`, {
      method: 'POST',
      headers: session.headers,
    });
    await model.calls[calls]?.abandoned;
    expect(Date.now() - asked).to.be.lessThan(1000);
    expect((await readStream(await answer)).at(-1)?.data.code).to.equal('run-cancelled');
  });

  it('is answered once, however many ask for it again at the same time', async () => {
    model.script(modelStep.serverError(), modelStep.reply('Once.'));
    const failed = await readStream(await (await ask('Fail, then be retried by six.')).answer);
    const runId = failed.at(-1)?.data.message.run.id;
    const urls = [harness.url, `http://127.0.0.1:${elsewhere.port}`];
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        fetch(`${urls[at % 2]}/v1/runs/${runId}/retry`, {
          method: 'POST',
          headers: { ...session.headers, 'idempotency-key': randomUUID() },
        }).then(async answer => ({ status: answer.status, text: await answer.text() })),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 409)).to.have.length(5);
  });

  it('is cancelled after the grace when its reader left before the stream was open', async () => {
    const calls = model.calls.length;
    model.script(modelStep.reply(['To nobody. ', new Promise(() => {})]));
    const { db } = harness.app;
    let free = () => {};
    const busy = new Promise<void>(done => {
      free = done;
    });
    // The only connection of the embedded database is held, so that the request waits before its stream.
    const held = db.kind === 'pglite' ? db.withoutTenant(() => busy) : busy;
    const leaving = new AbortController();
    const asking = harness
      .fetch(session, `/v1/leads/${leadId}/messages`, {
        method: 'POST',
        headers: { 'idempotency-key': randomUUID() },
        body: JSON.stringify({ text: 'Leave early.', locale: 'en' }),
        signal: leaving.signal,
      })
      .catch(() => undefined);
    const arrived = Date.now() + 100;
    await until(() => Date.now() > arrived);
    leaving.abort();
    await asking;
    free();
    await held;
    await (await model.call(calls)).abandoned;
  });

  it('loses its open stream when the session is revoked', async function () {
    this.timeout(20_000);
    model.script(modelStep.reply(['Still here. ', new Promise(() => {})]));
    const { answer } = await ask('Outlive your session.');
    const stream = readStream(await answer);
    const { db } = harness.app;
    const { tenantId } = (await tenantOf(db, harness.accounts[0].origin)) ?? {};
    await db.withTenant(tenantId as never, tx => tx('sessions').update({ revoked_at: new Date() }));
    const events = await stream;
    expect(events.at(-1)?.type).to.equal('text.delta');
    await db.withTenant(tenantId as never, tx => tx('sessions').update({ revoked_at: null }));
  });

  it('is not begun by a process that is stopping', async function () {
    this.timeout(20_000);
    await other.stopTaking(0);
    const answer = await fetch(`http://127.0.0.1:${elsewhere.port}/v1/leads/${leadId}/messages`, {
      method: 'POST',
      headers: { ...session.headers, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text: 'Too late.', locale: 'en' }),
    });
    expect(answer.status).to.equal(503);
    expect(((await answer.json()) as { code: string }).code).to.equal('server-stopping');
  });
});

async function tenantOf(db: App['db'], origin: string): Promise<{ tenantId: string } | null> {
  const row = await db.withoutTenant(tx => tx('tenant_routes').where({ origin }).first());
  return row ? { tenantId: row.tenant_id } : null;
}
