import { expect } from 'chai';
import { type Harness, type Session, startHarness, textOf } from '../testing/harness.ts';

describe('asking about a lead', () => {
  let harness: Harness;
  let session: Session;
  let leadId: number;

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness();
    session = await harness.session(harness.accounts[0]);
    leadId = (await harness.state(harness.accounts[0])).leads[0].id;
    const text =
      '# Warranty\n\nThe espresso machine AX-200 has a warranty of 27 months from the day of delivery.\n';
    await harness.addDocument(harness.accounts[0], 'warranty.md', text, 'text/markdown');
  });
  after(() => harness.close());

  it('streams an answer that cites the stored text byte for byte, and keeps it in the thread', async () => {
    const events = await harness.ask(session, leadId, 'How long is the warranty of the AX-200?');
    expect(events.map(event => event.type)).to.include.members([
      'run.started',
      'step',
      'text.delta',
      'citation',
      'usage',
      'done',
    ]);
    const done = events.at(-1);
    expect(done?.type).to.equal('done');
    expect(done?.data.message.text).to.equal(textOf(events)).and.to.contain('27 months');
    const citation = done?.data.message.citations.find(
      (candidate: { kind: string }) => candidate.kind === 'document',
    );
    const opened = (await (await harness.fetch(session, `/v1/citations/${citation.id}`)).json()) as Record<
      string,
      never
    >;
    const { text, textStart, start, end, quote } = opened as unknown as Record<string, string & number>;
    expect(String(text).slice(Number(start) - Number(textStart), Number(end) - Number(textStart))).to.equal(
      quote,
    );
    expect(quote).to.contain('27 months');
    const thread = (await (await harness.fetch(session, `/v1/leads/${leadId}/thread`)).json()) as {
      messages: { text: string }[];
    };
    expect(thread.messages.map(message => message.text)).to.deep.equal([
      'How long is the warranty of the AX-200?',
      done?.data.message.text,
    ]);
  });
});
