import { expect } from 'chai';
import { kommoPage, type Wire } from '../actions/testing.ts';
import { newId } from '../kernel/index.ts';
import {
  countryCodes,
  type IdentifiedPerson,
  identifiedPeople,
} from '../testing/fixtures/identified-people.ts';
import { type Session, textOf } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const people = identifiedPeople(40);
const placeholders = /\[\[[a-z]+-\d+\]\]/g;

describe(`turns about ${people.length} leads of ${countryCodes.length} countries, over the wire`, () => {
  let harness: SharedHarness;
  let session: Session;
  let leads: number[];

  before(async function () {
    this.timeout(180_000);
    harness = await sharedHarness();
    session = await harness.session(harness.accounts[0]);
    leads = await openLeads();
    await knowAsClients(people.flatMap(({ name, otherName }) => [name, otherName]));
  });
  after(() => harness.model.decideWith(null));

  /** Each with a contact, a note and a task that tell everything. */
  async function openLeads(): Promise<number[]> {
    const page = await kommoPage(harness.sandbox, harness.accounts[0], session.userId);
    const ids = async (path: string, kind: string, items: object[]): Promise<number[]> => {
      const found: number[] = [];
      for (let at = 0; at < items.length; at += 40) {
        const { _embedded } = await page('POST', path, items.slice(at, at + 40));
        found.push(..._embedded[kind].map(({ id }: Wire) => id));
      }
      return found;
    };
    const field = (code: string, value: string) => ({
      field_code: code,
      values: [{ value, enum_code: 'WORK' }],
    });
    const contacts = await ids(
      '/contacts',
      'contacts',
      people.map(({ name, phone, email }) => ({
        name,
        custom_fields_values: [field('PHONE', phone), field('EMAIL', email)],
      })),
    );
    const opened = await ids(
      '/leads',
      'leads',
      people.map(({ name }, index) => ({
        name: `Lead of ${name}`,
        _embedded: { contacts: [{ id: contacts[index] }] },
      })),
    );
    await ids(
      '/leads/notes',
      'notes',
      people.map(({ text }, index) => ({
        entity_id: opened[index],
        note_type: 'common',
        params: { text },
      })),
    );
    await ids(
      '/tasks',
      'tasks',
      people.map(({ phone, otherName }, index) => ({
        entity_id: opened[index],
        entity_type: 'leads',
        text: `Call ${phone} about ${otherName}`,
        complete_till: 2_000_000_000,
        task_type_id: 1,
      })),
    );
    return opened;
  }

  /** The mirror holds them, as it does once it is synced. */
  async function knowAsClients(names: string[]): Promise<void> {
    const tenantId = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()).tid;
    await harness.app.db.withTenant(tenantId, async tx => {
      await tx('mirror_records').insert(
        names.map(name => ({
          tenant_id: tenantId,
          kind: 'contacts',
          id: newId(),
          read_at: new Date(),
          seen_at: new Date(),
          body: JSON.stringify({ name }),
        })),
      );
    });
  }

  it('show the provider no identifier, and give every one back in the answer and in what is proposed', async function () {
    this.timeout(300_000);
    harness.model.decideWith(messages => {
      const given = messages.at(-1)?.role === 'tool' ? messages.at(-3) : messages.at(-1);
      const hidden = [...new Set((given?.content ?? '').match(placeholders))];
      if (messages.at(-1)?.role !== 'tool')
        return modelStep.calls([{ name: 'prepare_note', arguments: { text: hidden.join('\n') } }]);
      return modelStep.reply(
        (messages.findLast(({ role }) => role === 'user')?.content ?? '').match(/[^\n]{1,5}|\n/g) ?? [],
      );
    });
    const shown: string[] = [];
    const lost: string[] = [];
    for (const [index, person] of people.entries()) {
      const { text, secrets, name, country } = person;
      const from = harness.model.calls.length;
      const events = await harness.ask(
        session,
        leads[index] ?? 0,
        `What does ${name} want? They said: ${text}`,
      );
      const calls = harness.model.calls.slice(from).map(({ body }) => JSON.stringify(body));
      const answer = textOf(events);
      const proposed = events
        .filter(({ type }) => type === 'proposal')
        .map(({ data }) => data.arguments.text)
        .join('\n');
      for (const { kind, written } of secrets) {
        if (calls.some(call => call.includes(JSON.stringify(written).slice(1, -1))))
          shown.push(`${country} ${kind}: ${written}`);
        if (!answer.includes(written)) lost.push(`answer ${country} ${kind}: ${written}`);
        if (!proposed.includes(written)) lost.push(`proposal ${country} ${kind}: ${written}`);
      }
      expect(calls.join()).to.include(JSON.stringify(name).slice(1, -1));
      expect(answer.match(placeholders)).to.equal(null);
      expect(answer).to.include(text);
      noteHarmless(person, calls);
    }
    expect(shown).to.deep.equal([]);
    expect(lost).to.deep.equal([]);
  });

  function noteHarmless({ harmless, country }: IdentifiedPerson, calls: string[]): void {
    for (const piece of harmless)
      expect(calls[0], `${country}: ${piece}`).to.include(JSON.stringify(piece).slice(1, -1));
  }
});
