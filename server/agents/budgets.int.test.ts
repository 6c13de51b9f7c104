import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, type Session, type StreamedEvent, startHarness } from '../testing/harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';

const lead = 18834645;
const cap = 400_000;

describe('a budget', () => {
  let harness: Harness;
  let model: ModelServer;
  let admin: Session;
  let rep: Session;
  let token: string;

  before(async function () {
    this.timeout(240_000);
    model = await startModelServer();
    // What is tried is our own ledger: 64 runs must not wait for their turn at Kommo.
    const fast = { KOMMO_CALLS_PER_SECOND: '20000', KOMMO_CALLS_PER_SECOND_ADDRESS: '20000' };
    harness = await startHarness({
      env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'unpriced-model', ...fast },
    });
    admin = await harness.session(harness.accounts[0]);
    rep = await harness.session(harness.accounts[0], 9100002);
    token = await harness.adminToken(harness.accounts[0]);
  });
  after(async () => {
    await harness.close();
    await model.close();
  });

  const tenantId = () =>
    JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString()).tid as never;
  const inTenant = <T>(work: Parameters<typeof harness.app.db.withTenant<T>>[1]) =>
    harness.app.db.withTenant(tenantId(), work);
  async function call(method: string, path: string, body?: object, who: Session | string | null = token) {
    const answer = await harness.fetch(who, path, {
      method,
      headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
    return { status: answer.status, body: (await answer.json()) as any };
  }
  const setBudgets = (settings: object) => call('PUT', '/v1/budgets', { settings });
  const isOffline = (events: StreamedEvent[]) => events.at(-1)?.data.message.offline as boolean;
  async function publish(caps: object) {
    const [known] = (await call('GET', '/v1/agents')).body.agents;
    const definition = { instructions: 'Answer.', caps };
    const { id } = known ?? (await call('POST', '/v1/agents', { name: 'A', definition })).body;
    if (known) await call('PUT', `/v1/agents/${id}/draft`, { definition });
    expect((await call('POST', `/v1/agents/${id}/publish`, {})).body.state).to.equal('published');
  }

  it('holds against 64 runs at once; the ledger says what the provider counted; the rest is answered offline', async function () {
    this.timeout(240_000);
    await setBudgets({ tenant: { microsPerDay: cap } });
    model.always('An answer of a few words.', { chunks: 3, delayMs: 5 });
    const runs = await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        harness.ask(n % 2 ? admin : rep, lead, `Question number ${n}?`, { visibility: 'private' }),
      ),
    );
    for (const events of runs) expect(events.at(-1)?.type).to.equal('done');
    const online = runs.filter(events => !isOffline(events)).length;
    expect(online).to.be.within(1, 63);
    const [day] = await inTenant(tx => tx('usage_days'));
    expect(Number(day.settled_micros)).to.be.within(1, cap);
    expect(Number(day.reserved_micros)).to.equal(0);
    const entries = await inTenant(tx => tx('usage_entries').where({ purpose: 'answer', state: 'settled' }));
    expect(entries).to.have.length(model.served.length);
    const sum = (values: number[]) => values.reduce((total, value) => total + Number(value), 0);
    expect(sum(entries.map(entry => entry.input_tokens))).to.equal(
      sum(model.served.map(one => one.prompt_tokens)),
    );
    expect(sum(entries.map(entry => entry.output_tokens))).to.equal(
      sum(model.served.map(one => one.completion_tokens)),
    );
    expect(sum(entries.map(entry => entry.cost_micros))).to.equal(Number(day.settled_micros));
    const { alerts } = (await call('GET', '/v1/budgets/alerts')).body;
    const said = alerts.map((alert: { percent: number; scope: string }) => `${alert.scope} ${alert.percent}`);
    expect(said).to.include('tenant 100');
    expect(new Set(said).size, 'each said once').to.equal(said.length);
  });

  it('of each rep and of each lead holds, in money and in tokens, and is gone once it is taken away', async () => {
    await setBudgets({ rep: { tokensPerDay: 1 } });
    const calls = model.calls.length;
    expect(isOffline(await harness.ask(rep, lead, 'Hello?'))).to.equal(true);
    await setBudgets({ lead: { microsPerDay: 1_000 } });
    expect(isOffline(await harness.ask(rep, lead, 'Hello?')), 'this lead').to.equal(true);
    expect(model.calls.length).to.equal(calls);
    expect(isOffline(await harness.ask(admin, 18834647, 'Hello?')), 'another lead').to.equal(true);
    await setBudgets({});
    expect(isOffline(await harness.ask(rep, lead, 'Hello?')), 'no cap').to.equal(false);
    const { spent, settings } = (await call('GET', '/v1/budgets')).body;
    expect(settings.rep).to.deep.equal({ microsPerDay: null, tokensPerDay: null });
    expect(spent[0]).to.include({ scope: 'tenant', reservedMicros: 0 });
  });

  it('of an agent stops it where it says so, and for one run leaves the others alone', async () => {
    await publish({ microsPerDay: 1, whenReached: 'stop' });
    const stopped = await harness.ask(rep, lead, 'Hello?');
    expect(stopped.at(-1)?.data.code).to.equal('cap-reached');
    await publish({ tokensPerRun: 10 });
    expect(isOffline(await harness.ask(rep, lead, 'Hello?'))).to.equal(true);
    await publish({ stepsPerRun: 1 });
    model.script(modelStep.reply('Without tools.'));
    await harness.ask(rep, lead, 'Note this.');
    expect(model.calls.at(-1)?.body).not.to.have.property('tools');
  });

  it('is for administrators of the account, and says what is wrong with one', async () => {
    expect((await call('GET', '/v1/budgets', undefined, null)).status).to.equal(401);
    expect((await call('GET', '/v1/budgets', undefined, rep)).status).to.equal(403);
    expect((await call('PUT', '/v1/budgets', { settings: { rep: { microsPerDay: -1 } } })).status).to.equal(
      422,
    );
    const other = await harness.adminToken(harness.accounts[1]);
    expect((await call('GET', '/v1/budgets/alerts', undefined, other)).body.alerts).to.deep.equal([]);
  });
});
