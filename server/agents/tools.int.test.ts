import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { readStream, type Session, type StreamedEvent, textOf } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const lead = 18834645;

interface Call {
  messages: { role: string; content: string | null; tool_call_id?: string }[];
  tools?: { function: { name: string } }[];
}

describe('a run with tools', () => {
  let harness: SharedHarness;
  let session: Session;
  let tenantId: string;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    session = await harness.session(harness.accounts[0]);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
  });
  afterEach(() => harness.model.expectDone());

  const calls = () => harness.model.calls.slice(-2).map(({ body }) => body as Call);
  const of = (events: StreamedEvent[], type: string) =>
    events.filter(event => event.type === type).map(({ data }) => data);
  const steps = (runId: string) =>
    harness.app.db.withTenant(tenantId as never, tx =>
      tx('run_steps').where({ run_id: runId }).orderBy('ordinal').select('kind', 'name', 'failure_code'),
    );
  const leadNow = async () =>
    (await harness.state(harness.accounts[0])).leads.find(({ id }: { id: number }) => id === lead);

  it('prepares what was asked for at once as one group, tells the model, and changes nothing', async () => {
    const before = await leadNow();
    harness.model.script(
      modelStep.calls(
        [
          { name: 'prepare_task', arguments: { text: 'Call', due: '2040-01-09T10:00' } },
          { name: 'prepare_note', arguments: { text: 'Prefers mornings.' } },
        ],
        'A moment.',
      ),
      modelStep.reply('Both are prepared.'),
    );
    const events = await harness.ask(session, lead, 'Call on 9 January 2040 and note: prefers mornings.');
    expect(textOf(events)).to.equal('A moment.\n\nBoth are prepared.');
    const proposals = of(events, 'proposal');
    expect(proposals.map(({ action }) => action)).to.deep.equal(['task-create', 'note']);
    expect(new Set(proposals.map(({ groupId }) => groupId)).size).to.equal(1);
    const started = of(events, 'run.started')[0];
    for (const proposal of proposals)
      expect(proposal).to.include({
        state: 'open',
        leadId: lead,
        runId: started.runId,
        messageId: started.answerId,
      });
    const [, second] = calls();
    expect(second?.messages.slice(-3).map(({ role }) => role)).to.deep.equal(['assistant', 'tool', 'tool']);
    expect(second?.messages.at(-1)?.content).to.include('prepared');
    expect(await leadNow()).to.deep.equal(before);
    expect(await steps(started.runId)).to.deep.equal([
      {
        kind: 'model',
        name: harness.config.llm.kind === 'openai' ? harness.config.llm.model : '',
        failure_code: null,
      },
      { kind: 'tool', name: 'prepare_task', failure_code: null },
      { kind: 'tool', name: 'prepare_note', failure_code: null },
      {
        kind: 'model',
        name: harness.config.llm.kind === 'openai' ? harness.config.llm.model : '',
        failure_code: null,
      },
    ]);
  });

  it('tells the model why a call was refused, and keeps the others', async () => {
    harness.model.script(
      modelStep.calls([
        { name: 'prepare_stage', arguments: { stage: 'no such stage' } },
        { name: 'prepare_note', arguments: { text: 'Kept.' } },
      ]),
      modelStep.reply('One of them.'),
    );
    const events = await harness.ask(session, lead, 'Move it and note it.');
    expect(of(events, 'proposal').map(({ action }) => action)).to.deep.equal(['note']);
    const [, second] = calls();
    expect(second?.messages.at(-2)?.content).to.include('No stage has this name');
  });

  it('is asked without tools at last, so that a model that never stops calling has to answer', async () => {
    const wild = modelStep.calls([{ name: 'search_knowledge', arguments: { query: 'anything' } }]);
    harness.model.script(wild, wild, wild, wild, wild, modelStep.reply('Enough.'));
    const events = await harness.ask(session, lead, 'Search for ever.');
    expect(textOf(events)).to.equal('Enough.');
    const [before, last] = calls();
    expect(last?.tools).to.equal(undefined);
    expect(before?.tools?.length).to.be.greaterThan(5);
  });

  it('gives a tool the hidden values back and never sends them to the model', async () => {
    const phone = '+44 20 7946 0123';
    harness.model.script(
      modelStep.calls([{ name: 'prepare_note', arguments: { text: 'Call [[phone-1]] at noon' } }]),
      modelStep.reply('Noted for [[phone-1]].'),
    );
    const events = await harness.ask(session, lead, `Note: call ${phone} at noon`);
    const [proposal] = of(events, 'proposal');
    const text = String(proposal.arguments.text);
    expect(text)
      .to.match(/^Call .+ at noon$/)
      .and.not.to.include('[[');
    expect(JSON.stringify(calls())).not.to.include('7946 0123');
  });

  it('takes open proposals over when the question is tried again, and when the model repeats itself', async () => {
    const prepare = modelStep.calls([
      { name: 'prepare_note', arguments: { text: 'Tried twice.' } },
      { name: 'prepare_price', arguments: { price: 777 } },
    ]);
    harness.model.script(prepare, modelStep.failure(400, { code: 'invalid_request' }));
    const failed = await harness.ask(session, lead, 'Note and price, please.');
    expect(failed.at(-1)?.type).to.equal('error');
    const made = of(failed, 'proposal').map(({ id }) => id);
    expect(made).to.have.length(2);
    harness.model.script(prepare, prepare, modelStep.reply('Both wait for you.'));
    const { runId } = of(failed, 'run.started')[0];
    const answer = await harness.fetch(session, `/v1/runs/${runId}/retry`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
    });
    const again = await readStream(answer);
    expect(again.at(-1)?.type).to.equal('done');
    const proposals = of(again, 'proposal');
    expect([...new Set(proposals.map(({ id }) => id))]).to.have.members(made);
    expect(proposals[0]).to.include({ messageId: of(again, 'run.started')[0].answerId });
    const listed = await harness.fetch(session, `/v1/leads/${lead}/proposals`);
    const open = ((await listed.json()) as { proposals: { arguments: { text?: string } }[] }).proposals;
    expect(open.filter(one => one.arguments.text === 'Tried twice.')).to.have.length(1);
  });

  it('shows the same proposals to who comes back to a run that has ended', async () => {
    harness.model.script(
      modelStep.calls([{ name: 'prepare_note', arguments: { text: 'Again.' } }]),
      modelStep.reply('Prepared.'),
    );
    const events = await harness.ask(session, lead, 'Note: again.');
    const { runId } = of(events, 'run.started')[0];
    const again = await harness.fetch(session, `/v1/runs/${runId}/events`);
    expect(await again.text()).to.include(of(events, 'proposal')[0].id);
  });

  describe('ordered with a slash', () => {
    it('asks no model: a task and a note', async () => {
      const ordered: [text: string, action: string][] = [
        ['/task tomorrow 10:00 call the client', 'task-create'],
        ['/note Wants a demo first.', 'note'],
      ];
      for (const [text, action] of ordered) {
        const events = await harness.ask(session, lead, text);
        expect(of(events, 'proposal').map(proposal => proposal.action)).to.deep.equal([action]);
        expect(textOf(events)).to.equal('This is ready for you to approve.');
        expect(events.at(-1)?.data.message).to.include({ offline: true });
      }
    });

    it('sets a field, ties a contact and writes to the client, and says what cannot be', async () => {
      const ordered: [text: string, action: string, args: object][] = [
        ['/field Delivery date: 2040-01-31', 'field', { value: '2040-01-31' }],
        ['/campo water tested = sí', 'field', { value: true }],
        ['/message The quote is ready.', 'message', { text: 'The quote is ready.' }],
      ];
      for (const [text, action, args] of ordered) {
        const events = await harness.ask(session, lead, text);
        expect(
          of(events, 'proposal').map(one => one.action),
          text,
        ).to.deep.equal([action]);
        expect(of(events, 'proposal')[0].arguments).to.include(args);
      }
      const contacts = await harness.sandbox.control(harness.accounts[0], 'GET', '/records/contacts');
      const { contacts: all } = (await contacts.json()) as { contacts: { id: number; name: string }[] };
      const alone = all.find(({ name }) => all.filter(one => one.name.startsWith(name)).length === 1);
      const tied = await harness.ask(session, lead, `/contact ${alone?.name}`);
      expect(of(tied, 'proposal').map(one => one.arguments.contactId)).to.deep.equal([alone?.id]);
      const refusals: [text: string, why: string][] = [
        ['/field Delivery date: soon', 'must be a day'],
        ['/field colour: red', 'Water tested'],
        ['/contact Nobody Of That Name', 'No contact'],
        ['/email dana@client.example Your quote: twelve seats', 'no mail server is set'],
        ['/email somebody', 'Write the address'],
      ];
      for (const [text, why] of refusals) {
        const events = await harness.ask(session, lead, text);
        expect(of(events, 'proposal'), text).to.deep.equal([]);
        expect(textOf(events), text).to.include(why);
      }
    });

    it('moves to a stage by its name, and names the stages where it cannot', async () => {
      const unknown = await harness.ask(session, lead, '/stage no such stage');
      expect(of(unknown, 'proposal')).to.deep.equal([]);
      const named = /The stages here are: ([^,]+), ([^,.]+)/.exec(textOf(unknown));
      const moved = await harness.ask(session, lead, `/stage ${named?.[2]}`);
      const other = await harness.ask(session, lead, `/stage ${named?.[1]}`);
      const all = [...of(moved, 'proposal'), ...of(other, 'proposal')].map(({ action }) => action);
      expect(all).to.include('stage');
    });

    it('speaks the rep’s language and explains itself', async () => {
      const events = await harness.ask(session, lead, '/tarea', { locale: 'es' });
      expect(textOf(events)).to.include('Di qué hay que hacer');
      expect(textOf(await harness.ask(session, lead, '/help'))).to.include('/find');
    });

    it('finds in the knowledge without a model', async () => {
      const text = '# Zanzibar tariff\n\nThe Zanzibar tariff costs 19 euros a month.\n';
      await harness.addDocument(harness.accounts[0], 'zanzibar.md', text, 'text/markdown');
      const events = await harness.ask(session, lead, '/find Zanzibar tariff');
      expect(textOf(events)).to.include('19 euros');
      expect(of(events, 'citation')[0]).to.include({ kind: 'document' });
    });
  });
});
