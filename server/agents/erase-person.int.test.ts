import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Person, personKey, tenantSecrets } from '../secrets/index.ts';
import type { Session } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const lead = 18834645;

describe('erasing a person', () => {
  let harness: SharedHarness;
  let session: Session;
  let admin: string;
  let tenantId: never;
  let contact: Person;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    session = await harness.session(harness.accounts[0]);
    admin = await harness.adminToken(harness.accounts[0]);
    tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString())
      .tid as never;
    harness.model.script(modelStep.reply('Hello.'));
    const runId = (await harness.ask(session, lead, 'Hello?'))[0]?.data.runId;
    contact = (await db(tx => tx('run_traces').where({ run_id: runId }).first())).person;
  });
  afterEach(async () => {
    harness.model.expectDone();
    await db(tx => tx('memory_facts').delete());
  });

  // biome-ignore lint/suspicious/noExplicitAny: rows as they are stored
  const db = (work: (tx: any) => Promise<any>) => harness.app.db.withTenant(tenantId, work);
  const erase = async (person: string) => {
    const answer = await harness.fetch(admin, `/v1/people/${person}/key`, { method: 'DELETE' });
    expect(answer.status).to.equal(204);
  };
  const remember = (text: string) =>
    harness.fetch(session, `/v1/leads/${lead}/memory`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text }),
    });
  const keysOf = async () =>
    (await db(tx => tx('person_keys').whereIn('person', [contact, `lead-${lead}`]))).length;

  it('destroys what was kept under their lead while it had no contact, too, and under no other', async () => {
    expect((await remember('Of the contact')).status).to.equal(201);
    await db(tx => personKey(tx, tenantSecrets(harness.keys), tenantId, `lead-${lead}`));
    await db(tx => personKey(tx, tenantSecrets(harness.keys), tenantId, 'lead-999'));
    expect(await keysOf()).to.equal(2);
    await erase(contact);
    expect(await keysOf()).to.equal(0);
    expect(await db(tx => tx('person_keys').where({ person: 'lead-999' }))).to.have.length(1);
  });

  it('keeps neither the trace of a run that was under way nor what it wanted to remember', async () => {
    // By the time the call has arrived, the model was given everything.
    const erased = harness.model.call(harness.model.calls.length).then(() => erase(contact));
    harness.model.script(
      modelStep.reply(['Let me see. ', erased], {
        finish: 'tool_calls',
        calls: [
          {
            index: 0,
            id: 'call_0',
            type: 'function',
            function: {
              name: 'remember',
              arguments: JSON.stringify({ fact: 'Decides with her brother.', about: 'contact' }),
            },
          },
        ],
      }),
      modelStep.reply('Done.'),
    );
    const events = await harness.ask(session, lead, 'She decides with her brother.');
    await erased;
    expect(events.at(-1)?.type).to.equal('done');
    expect(await db(tx => tx('run_traces').where({ run_id: events[0]?.data.runId }))).to.deep.equal([]);
    expect(await db(tx => tx('memory_facts'))).to.deep.equal([]);
    harness.model.script(modelStep.reply('Hello.'));
    const later = (await harness.ask(session, lead, 'Hello?'))[0]?.data.runId;
    expect(await db(tx => tx('run_traces').where({ run_id: later }))).to.have.length(1);
  });
});
