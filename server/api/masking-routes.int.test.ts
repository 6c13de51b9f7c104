import { expect } from 'chai';
import type { Session } from '../testing/harness.ts';
import { modelStep } from '../testing/model-server.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const lead = 18834645;

describe('the words that a company hides from models', () => {
  let harness: SharedHarness;
  let rep: Session;
  let admin: string;
  let foreign: string;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    rep = await harness.session(harness.accounts[0]);
    admin = await harness.adminToken(harness.accounts[0]);
    foreign = await harness.adminToken(harness.accounts[1]);
  });
  afterEach(async () => {
    await put(admin, { always: [], never: [] });
    harness.model.expectDone();
  });

  const get = (who: Session | string | null) => harness.fetch(who, '/v1/masking-terms');
  const put = (who: Session | string | null, body: object) =>
    harness.fetch(who, '/v1/masking-terms', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const prompt = () => JSON.stringify(harness.model.calls.at(-1)?.body);

  it('are kept as they were written, each once, and hold from the next turn on', async () => {
    const saved = await put(admin, {
      always: ['Project Falcon', 'project  falcon '],
      never: ['+44 20 7946 0999'],
    });
    expect(saved.status).to.equal(200);
    expect(await (await get(admin)).json()).to.deep.equal({
      always: ['project  falcon'],
      never: ['+44 20 7946 0999'],
    });
    harness.model.script(modelStep.reply(['It is [[ter', 'm-1]], call +44 20 7946 0999.']));
    let answer = '';
    const question = 'Is PROJECT FALCON on? Our number is +44 20 7946 0999, theirs +44 20 7946 0111.';
    await harness.ask(rep, lead, question, {
      onEvent: ({ type, data }) => {
        if (type === 'text.delta') answer = answer.slice(0, data.offset) + data.text;
      },
    });
    expect(answer).to.equal('It is PROJECT FALCON, call +44 20 7946 0999.');
    expect(prompt())
      .to.include('7946 0999')
      .and.not.match(/falcon|7946 0111/i);
  });

  it('refuses too short, too many and placeholders, and keeps what was there', async () => {
    await put(admin, { always: ['Kept'], never: [] });
    const many = Array.from({ length: 501 }, (_, index) => `term ${index}`);
    for (const always of [['a'], ['--'], many, ['[[phone-1]]'], 'Kept'])
      expect((await put(admin, { always, never: [] })).status).to.equal(422);
    expect(await (await get(admin)).json()).to.deep.equal({ always: ['Kept'], never: [] });
  });

  it('asks for a login', async () => {
    expect((await get(null)).status).to.equal(401);
    expect((await put(null, { always: [], never: [] })).status).to.equal(401);
  });

  it('are an administrator’s: a rep may neither read nor change them', async () => {
    const seller = await harness.session(harness.accounts[0], 9100002);
    expect((await get(seller)).status).to.equal(403);
    expect((await put(seller, { always: [], never: [] })).status).to.equal(403);
  });

  it('are each account’s own', async () => {
    await put(admin, { always: ['Ours'], never: [] });
    expect(await (await get(foreign)).json()).to.deep.equal({ always: [], never: [] });
    await put(foreign, { always: [], never: [] });
    expect(await (await get(admin)).json()).to.deep.equal({ always: ['Ours'], never: [] });
  });
});
