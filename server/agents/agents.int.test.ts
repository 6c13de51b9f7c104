import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, type Session, startHarness, textOf, until } from '../testing/harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';

const lead = 18834645;

interface Offered {
  messages: { content: string }[];
  tools: { function: { name: string } }[];
}

describe('an agent', () => {
  let harness: Harness;
  let model: ModelServer;
  let admin: Session;
  let rep: Session;
  let token: string;
  let theirs: string;

  before(async function () {
    this.timeout(120_000);
    model = await startModelServer();
    harness = await startHarness({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'a-model' } });
    const [ours, others] = harness.accounts;
    admin = await harness.session(ours);
    rep = await harness.session(ours, 9100002);
    token = await harness.adminToken(ours);
    theirs = await harness.adminToken(others);
  });
  afterEach(() => model.expectDone());
  after(async () => {
    await harness.close();
    await model.close();
  });

  async function call(method: string, path: string, body?: object, who: Session | string | null = token) {
    const answer = await harness.fetch(who, path, {
      method,
      headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as any };
  }
  const create = async (definition: object, name = 'Iris') =>
    (await call('POST', '/v1/agents', { name, definition })).body.id as string;
  const draft = (id: string, definition: object, more: object = {}) =>
    call('PUT', `/v1/agents/${id}/draft`, { definition, ...more });
  const publish = (id: string) => call('POST', `/v1/agents/${id}/publish`, {});
  const system = () => {
    const { messages } = (model.calls.at(-1) ?? expect.fail()).body as Offered;
    return messages[0]?.content ?? '';
  };
  const tenantId = () =>
    JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString()).tid as never;
  const stepsOf = (runId: string) =>
    harness.app.db.withTenant(tenantId(), tx => tx('run_steps').where({ run_id: runId }).orderBy('ordinal'));

  it('that we bring answers until one is published, under our name', async () => {
    model.script(modelStep.reply('Hello.'));
    const events = await harness.ask(rep, lead, 'Who are you?');
    expect(events.at(-1)?.data.message.author.name).to.equal('Cardwise');
    expect(system()).to.match(/^You assist the sales team of /);
  });

  it('is refused with a clear sentence when it names a variable that does not exist, and nothing is lost', async () => {
    const made = await create({ instructions: 'For {{company}}.' });
    const refused = await draft(made, { instructions: 'For {{kompany}}.' });
    expect(refused.status).to.equal(422);
    expect(JSON.stringify(refused.body.errors)).to.include('there is no variable {{kompany}}');
    expect((await call('GET', `/v1/agents/${made}`)).body.draft.instructions).to.equal('For {{company}}.');
    expect((await call('DELETE', `/v1/agents/${made}`)).status).to.equal(204);
    expect((await call('GET', `/v1/agents/${made}`)).status).to.equal(404);
  });

  it('answers as published, at once, and its draft changes nothing until it is published', async () => {
    const id = await create({
      instructions: 'You are Iris of {{company}}; {{rep.name}} asks about {{lead.name}}.',
    });
    expect((await publish(id)).body).to.include({ state: 'published', version: 1 });
    expect((await call('GET', `/v1/agents/${id}`)).body).to.include({ isDefault: true, publishedVersion: 1 });
    model.script(modelStep.reply('First.'));
    const events = await harness.ask(rep, lead, 'Hello?');
    expect(events.at(-1)?.data.message.author.name).to.equal('Iris');
    expect(system()).to.match(/^You are Iris of .+; .+ asks about «.+»\./);
    expect((await draft(id, { instructions: 'Second text.' })).body.draftRevision).to.equal(2);
    model.script(modelStep.reply('Still the first.'));
    await harness.ask(rep, lead, 'And now?');
    expect(system()).to.match(/^You are Iris/);
    expect((await publish(id)).body).to.include({ state: 'published', version: 2 });
    model.script(modelStep.reply('The second.'));
    const { runId } = (await harness.ask(rep, lead, 'And now?'))[0]?.data ?? {};
    expect(system()).to.match(/^Second text\./);
    const run = await harness.app.db.withTenant(tenantId(), tx => tx('runs').where({ id: runId }).first());
    expect(run).to.include({ agent_id: id, agent_version: 2 });
  });

  it('shows how versions differ, goes back to one that answered before, and to no other', async () => {
    const [{ id }] = (await call('GET', '/v1/agents')).body.agents;
    const diff = await call('GET', `/v1/agents/${id}/diff?from=1&to=2`);
    expect(diff.body.changes.map((change: { path: string }) => change.path)).to.deep.equal(['instructions']);
    expect((await call('GET', `/v1/agents/${id}/diff?from=2&to=draft`)).body.changes).to.deep.equal([]);
    expect((await call('POST', `/v1/agents/${id}/roll-back`, { version: 1 })).status).to.equal(200);
    model.script(modelStep.reply('The first again.'));
    await harness.ask(rep, lead, 'And now?');
    expect(system()).to.match(/^You are Iris/);
    expect((await call('POST', `/v1/agents/${id}/roll-back`, { version: 9 })).status).to.equal(404);
    const versions = (await call('GET', `/v1/agents/${id}/versions`)).body.versions;
    expect(versions.map((version: { number: number }) => version.number)).to.deep.equal([2, 1]);
    // The same draft again is the same version.
    expect((await publish(id)).body.version).to.equal(2);
  });

  it('has versions that the application itself cannot change', async () => {
    const failure = await harness.app.db
      .withTenant(tenantId(), tx => tx('agent_versions').update({ definition: '{}' }))
      .catch(error => error);
    expect(String(failure)).to.match(/permission denied/);
  });

  it('does not let two editors overwrite each other', async () => {
    const [{ id }] = (await call('GET', '/v1/agents')).body.agents;
    const { draftRevision: revision, draft: now } = (await call('GET', `/v1/agents/${id}`)).body;
    expect((await draft(id, now, { revision })).status).to.equal(200);
    const late = await draft(id, now, { revision });
    expect(late).to.have.property('status', 409);
    expect(late.body).to.include({ code: 'draft-changed', revision: revision + 1 });
  });

  it('is made once however often the same request comes, and answers a foreign source as one nobody has', async () => {
    const body = JSON.stringify({ name: 'Once', template: 'support', locale: 'pt-BR' });
    const headers = { 'idempotency-key': randomUUID(), 'content-type': 'application/json' };
    const made = await Promise.all(
      [1, 2].map(async () =>
        (await harness.fetch(token, '/v1/agents', { method: 'POST', headers, body })).json(),
      ),
    );
    expect((made[0] as { id: string }).id).to.equal((made[1] as { id: string }).id);
    const knowledge = { sources: [randomUUID()] };
    const foreign = await call('POST', '/v1/agents', {
      name: 'X',
      definition: { instructions: 'A', knowledge },
    });
    expect(foreign.body.code).to.equal('source-not-found');
  });

  it('is for administrators of its account alone', async () => {
    const [{ id }] = (await call('GET', '/v1/agents')).body.agents;
    for (const [method, path, body] of [
      ['GET', `/v1/agents/${id}`],
      ['POST', `/v1/agents/${id}/kill`],
      ['POST', `/v1/agents/${id}/publish`, {}],
    ] as const) {
      expect((await call(method, path, body, null)).status).to.equal(401);
      expect((await call(method, path, body, rep)).status).to.equal(403);
      expect((await call(method, path, body, theirs)).status).to.equal(404);
    }
    expect((await call('POST', '/v1/agents', { name: 'A' })).status).to.equal(422);
  });

  describe('with a policy', () => {
    let id: string;
    before(async () => {
      [{ id }] = (await call('GET', '/v1/agents')).body.agents;
    });
    const withPolicy = async (policy: object, tools?: string[]) => {
      await draft(id, { instructions: 'Help.', policy, ...(tools ? { tools } : {}) });
      expect((await publish(id)).body.state).to.equal('published');
    };
    const proposals = (events: { type: string; data: unknown }[]) =>
      // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
      events.filter(({ type }) => type === 'proposal').map(({ data }) => data as any);

    it('does at once what it allows in the rep’s own words, and asks about what the model made up', async () => {
      await withPolicy({ note: { mode: 'auto' } });
      model.script(
        modelStep.calls([
          { name: 'prepare_note', arguments: { text: 'Prefers calls after five' } },
          { name: 'prepare_note', arguments: { text: 'Give them a discount of 40 %' } },
        ]),
        modelStep.reply('Noted.'),
      );
      const events = await harness.ask(rep, lead, 'Note: prefers calls after five.');
      expect(proposals(events).map(({ state }) => state)).to.deep.equal(['approved', 'open']);
      const [, first, second] = await stepsOf(events[0]?.data.runId);
      expect(first).to.include({ decision: 'auto', decision_reason: 'allowed' });
      expect(second).to.include({ decision: 'ask', decision_reason: 'tainted-argument' });
      const done = proposals(events)[0].id;
      await until(
        async () =>
          (await call('GET', `/v1/proposals/${done}`, undefined, rep)).body.effect?.state === 'done',
      );
      const audit = await harness.app.db.withTenant(tenantId(), tx =>
        tx('audit_events').where({ event: 'action.approved', target: done }).first(),
      );
      expect(audit).to.include({ actor_kind: 'system', actor_id: String(rep.userId) });
      expect(audit.details).to.include({ agentId: id });
    });

    it('proposes nothing that it forbids, does not offer the tool, and tells the rep who orders it', async () => {
      await withPolicy({ stage: { mode: 'never' } });
      model.script(
        modelStep.calls([{ name: 'prepare_stage', arguments: { stage: 'x' } }]),
        modelStep.reply('No.'),
      );
      const events = await harness.ask(rep, lead, 'Move it to x.');
      expect(proposals(events)).to.deep.equal([]);
      const { tools } = (model.calls.at(-2) ?? expect.fail()).body as Offered;
      expect(tools.map(tool => tool.function.name)).not.to.include('prepare_stage');
      const [stage] = (await call('GET', `/v1/leads/${lead}/choices`, undefined, rep)).body.stages;
      const ordered = await harness.ask(rep, lead, `/stage ${stage.status}`);
      expect(ordered.at(-1)?.data.code).to.equal('policy-forbids');
    });

    it('stays within its limits: a budget by per cent, and asks beyond', async () => {
      await withPolicy({ price: { mode: 'auto', limits: { priceChangePercentMax: 10 } } });
      const before = (await harness.state(harness.accounts[0])).leads.find(one => one.id === lead)
        .price as number;
      const small = Math.round(before * 1.05);
      const close = await harness.ask(rep, lead, `/price ${small}`);
      expect(proposals(close).map(({ state }) => state)).to.deep.equal(['approved']);
      await until(
        async () =>
          (await harness.state(harness.accounts[0])).leads.find(one => one.id === lead).price === small,
      );
      const far = await harness.ask(rep, lead, `/price ${before * 3}`);
      expect(proposals(far).map(({ state }) => state)).to.deep.equal(['open']);
    });
  });

  describe('that is switched off', () => {
    it('ends a run under way within a beat, also from another process, and begins none until it is on again', async () => {
      const [{ id }] = (await call('GET', '/v1/agents')).body.agents;
      let release: () => void = () => {};
      const held = new Promise<void>(resolve => {
        release = resolve;
      });
      model.script(modelStep.reply(['It begins ', held]));
      const asked = model.calls.length;
      let said: () => void = () => {};
      const begun = new Promise<void>(resolve => {
        said = resolve;
      });
      const running = harness.ask(rep, lead, 'Tell me a long story.', {
        onEvent: ({ type }) => (type === 'text.delta' ? said() : undefined),
      });
      const { abandoned } = await model.call(asked);
      await begun;
      // As another process would: only the row says so here.
      await harness.app.db.withTenant(tenantId(), tx =>
        tx('agents').where({ id }).update({ killed_at: new Date() }),
      );
      const events = await running;
      await abandoned;
      release();
      expect(events.at(-1)?.data.code).to.equal('agent-stopped');
      expect(textOf(events)).to.equal('It begins ');
      await call('POST', `/v1/agents/${id}/kill`);
      const refused = await call('POST', `/v1/leads/${lead}/messages`, { text: 'Hello?' }, rep);
      expect(refused.body.code).to.equal('agent-stopped');
      expect((await call('POST', `/v1/agents/${id}/revive`)).body.killedAt).to.equal(null);
      model.script(modelStep.reply('Back.'));
      expect(textOf(await harness.ask(rep, lead, 'Hello?'))).to.equal('Back.');
    });
  });
});
