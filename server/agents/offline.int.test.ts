import { expect } from 'chai';
import { type Harness, type Session, type StreamedEvent, startHarness, textOf } from '../testing/harness.ts';
import { movableClock } from '../testing/movable-clock.ts';

describe('without a model', () => {
  let harness: Harness;
  let session: Session;
  let lead: number;
  const clock = movableClock();

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness({ clock });
    const [account] = harness.accounts;
    session = await harness.session(account);
    // One that is not in the stage it is to be moved to.
    const { leads } = await harness.state(account);
    const shown = leads.find(({ id }) => account.leadCardUrl.endsWith(`/${id}`));
    lead = leads.find(one => one.pipeline_id === shown.pipeline_id && one.status_id !== shown.status_id).id;
    await harness.addDocument(
      account,
      'gaskets.md',
      '# Gaskets\n\nThe group gasket is replaced every eighteen months by a technician.\n',
      'text/markdown',
    );
  });
  after(() => harness.close());

  const ask = (text: string, locale = 'en') => harness.ask(session, lead, text, { locale });
  const proposed = (events: StreamedEvent[]) =>
    events.filter(({ type }) => type === 'proposal').map(({ data }) => data);

  it('a lead is summed up, its next step named, and a question answered from knowledge, each with its sources', async () => {
    for (const question of ['Summarise this lead for me.', 'What should I do next with this lead?']) {
      const events = await ask(question);
      expect(textOf(events)).to.match(/\[1\]/);
      expect(events.some(({ type, data }) => type === 'citation' && data.kind === 'lead')).to.equal(true);
    }
    const answer = await ask('How often is the group gasket replaced?');
    expect(textOf(answer)).to.contain('every eighteen months by a technician');
    expect(answer.some(({ type, data }) => type === 'citation' && data.kind === 'document')).to.equal(true);
    expect(textOf(await ask('/find gasket'))).to.contain('every eighteen months');
  });

  it('commands prepare a task at its time in the zone of the account, a note and a stage', async () => {
    const [task] = proposed(await ask('/task tomorrow 10:00 call'));
    expect(task).to.include({ action: 'task-create', state: 'open' });
    expect(task.arguments.text).to.equal('call');
    const at = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const tomorrow = new Date(clock.now().getTime() + 86_400_000);
    expect(at.format(new Date(task.arguments.dueAt))).to.equal(`${at.format(tomorrow).split(',')[0]}, 10:00`);
    expect(proposed(await ask('/note She prefers mornings'))[0].arguments.text).to.equal(
      'She prefers mornings',
    );
    const [stage] = proposed(await ask('/stage negotiation'));
    expect(stage.changes[0].after).to.match(/ · Negotiation$/);
  });

  for (const [locale, sentence, text] of [
    ['en', 'summarise, move to negotiation, call tomorrow at ten', 'call'],
    ['es', 'resume, pásalo a negociación y llama mañana a las diez', 'llama'],
    ['pt', 'resuma, mova para negociação e ligue amanhã às dez', 'ligue'],
    ['ru', 'подведи итог, переведи в переговоры и позвони завтра в десять', 'позвони'],
  ] as const)
    it(`three things asked for at once are a summary and two proposals (${locale})`, async () => {
      const events = await ask(sentence, locale);
      expect(textOf(events)).to.match(/^.+\n\n- \*\*/);
      expect(events.at(-1)?.data.message.citations.length).to.be.greaterThan(0);
      const [stage, task, ...more] = proposed(events);
      expect(more).to.deep.equal([]);
      expect(stage).to.include({ action: 'stage', state: 'open' });
      expect(stage.changes[0].after).to.match(/ · Negotiation$/);
      expect(task).to.include({ action: 'task-create', state: 'open', groupId: stage.groupId });
      expect(task.arguments.text).to.equal(text);
    });

  it('a sentence that names a stage nobody has says so, and prepares the rest', async () => {
    const events = await ask('move to paradise and call tomorrow at ten');
    expect(proposed(events).map(({ action }) => action)).to.deep.equal(['task-create']);
    expect(textOf(events)).to.contain('paradise');
  });
});
