import { expect } from 'chai';
import { fixture } from '../testing/fixture.ts';
import { clientId, type Json, jsonOf, until } from '../testing/kit.ts';
import { as, type List, nth, openRestBench, type RestBench, sam } from '../testing/rest-kit.ts';

describe('Talk messages', () => {
  let bench: RestBench;
  let talkId: number;
  beforeEach(async () => {
    bench = await openRestBench();
    talkId = Number((await bench.firstOf('talks?filter[only_in_work]=1', 'talks'))['talk_id']);
  });
  afterEach(() => bench.close());

  const send = (text: unknown, id = talkId) => bench.send('POST', `talks/${id}/send_message`, { text });
  const messages = (query = '') => bench.list(`talks/${talkId}/messages${query}`, 'messages');
  const status = async (id: unknown) => (await messages()).find(one => one['id'] === id)?.['delivery_status'];

  it('are sent with 202 and an id, stand in the talk at once and are delivered by and by', async () => {
    const answer = await send('A colleague will send the quote today.');
    expect(answer.status).to.equal(202);
    const { id, ...rest } = await jsonOf(answer);
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(rest).to.deep.equal({});
    const message = (await messages()).at(-1);
    expect(message).to.include({ id, type: 'outgoing', text: 'A colleague will send the quote today.' });
    expect(message).to.have.all.keys(Object.keys(nth(fixtureMessages(), 1)));
    await until(async () => (await status(id)) === 'delivered', 'delivered');
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'Thanks' });
    expect(await status(id)).to.equal('read');
  });

  it('are as the documentation shows them, the incoming without a delivery status', async () => {
    const list = await jsonOf<List>(bench.get(`talks/${talkId}/messages?limit=2`));
    const sample = fixture<List>('talk_messages.json');
    expect(list).to.have.all.keys(...Object.keys(sample));
    const incoming = nth(await messages(), 0);
    expect(incoming).to.have.all.keys(Object.keys(nth(fixtureMessages(), 0)));
    expect(incoming['author']).to.have.all.keys('id', 'type', 'name');
    expect(incoming['delivery_status']).to.equal(null);
  });

  it('come oldest first, in pages, between two times, and with 204 when there are none', async () => {
    bench.advance(100);
    const from = bench.now();
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'one' });
    bench.advance(100);
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'two' });
    const texts = async (query: string) => (await messages(query)).map(({ text }) => text);
    expect(await texts(`?filter[created_at][from]=${from}`)).to.deep.equal(['one', 'two']);
    expect(await texts(`?filter[created_at][from]=${from}&filter[created_at][to]=${from + 1}`)).to.deep.equal(
      ['one'],
    );
    expect(await texts(`?filter[created_at][from]=${from}&limit=1&page=2`)).to.deep.equal(['two']);
    const later = await bench.get(`talks/${talkId}/messages?filter[created_at][from]=${from + 1000}`);
    expect(later.status).to.equal(204);
    expect((await bench.get(`talks/${talkId}/messages?limit=251`)).status).to.equal(400);
  });

  it('are refused without the scope that the grant has to carry', async () => {
    await bench.control('PUT', `integrations/${clientId}`, {
      clientSecret: 'sample-client-secret-not-real-0123456789abcdef0123456789abcdef01',
      redirectUri: bench.redirectUri,
      name: 'Sample integration',
      widgetCode: 'sample',
      scopes: ['crm'],
    });
    const { accessToken } = await bench.grant();
    for (const [path, method] of [
      [`talks/${talkId}/messages`, 'GET'],
      [`talks/${talkId}/send_message`, 'POST'],
    ] as const) {
      const answer = await bench.api(
        path,
        accessToken,
        method === 'POST' ? { method, body: '{"text":"x"}' } : {},
      );
      expect(answer.status).to.equal(403);
      expect(await jsonOf(answer)).to.deep.equal(fixture('error_403_scope.json'));
    }
  });

  it('are refused with 400 for a body that is none, empty, of another type or too long', async () => {
    for (const [text, code] of [
      [undefined, 'FieldMissing'],
      [null, 'FieldMissing'],
      ['  ', 'NotBlank'],
      [7, 'InvalidType'],
      ['x'.repeat(4097), 'TooLong'],
    ] as const) {
      const answer = await send(text);
      expect(answer.status, String(code)).to.equal(400);
      const fault = nth(nth((await jsonOf(answer))['validation-errors'], 0)['errors'], 0);
      expect(fault).to.include({ code, path: 'text' });
    }
    expect((await bench.send('POST', `talks/${talkId}/send_message`, ['x'])).status).to.equal(400);
  });

  it('are refused with 402 on a plan without them and when the month is spent, until the next month', async () => {
    await bench.control('POST', 'chat-quota', { available: false });
    const without = await send('Hello');
    expect(without.status).to.equal(402);
    expect(await jsonOf(without)).to.include({ detail: 'Endpoint not available for current account tariff' });
    await bench.control('POST', 'chat-quota', { available: true, limit: 1, used: 0 });
    expect((await send('Hello')).status).to.equal(202);
    const spent = await send('Hello');
    expect(spent.status).to.equal(402);
    expect(await jsonOf(spent)).to.include({ title: 'Payment Required', detail: 'Over chat API limit' });
    expect((await messages()).filter(({ text }) => text === 'Hello')).to.have.lengthOf(1);
    bench.advance(32 * 86_400);
    await bench.control('POST', 'clock', { skewSeconds: 0 });
    const { accessToken } = await bench.grant();
    const next = await bench.api(`talks/${talkId}/send_message`, accessToken, {
      method: 'POST',
      body: '{"text":"Hello"}',
    });
    expect(next.status).to.equal(202);
  });

  it('are refused with 404 for an unknown talk and for one whose lead the user may not see', async () => {
    const hidden = await bench.list('talks', 'talks');
    const seen = new Set((await bench.list('talks', 'talks', as(sam))).map(({ talk_id }) => talk_id));
    const other = hidden.find(({ talk_id }) => !seen.has(talk_id));
    expect((await send('Hello', 1)).status).to.equal(404);
    for (const path of ['messages', 'send_message', 'close']) {
      const answer = await bench.api(
        `talks/${other?.['talk_id']}/${path}`,
        (await bench.grant(sam)).accessToken,
        {
          ...(path === 'messages' ? {} : { method: 'POST', body: '{"text":"x"}' }),
        },
      );
      expect(answer.status, path).to.equal(404);
    }
  });

  it('are refused with 422 once the talk is closed, as is closing it again', async () => {
    expect((await bench.send('POST', `talks/${talkId}/close`, { force_close: true })).status).to.equal(202);
    const closed = await jsonOf(bench.get(`talks/${talkId}`));
    expect(closed).to.include({ is_in_work: false });
    for (const answer of [await send('Hello'), await bench.send('POST', `talks/${talkId}/close`, {})]) {
      expect(answer.status).to.equal(422);
      expect(await jsonOf(answer)).to.deep.equal(fixture('error_422.json'));
    }
    const before = (await messages()).length;
    const written = await jsonOf(bench.control('POST', `talks/${talkId}/incoming`, { text: 'Still there?' }));
    expect(written['talkId']).to.not.equal(talkId);
    expect((await messages()).length).to.equal(before);
    const next = await jsonOf(bench.get(`talks/${written['talkId']}`));
    expect(next).to.include({ chat_id: closed['chat_id'], entity_id: closed['entity_id'], is_in_work: true });
  });

  it('stay merely sent, or fail, where the client cannot be reached', async () => {
    await bench.control('POST', `talks/${talkId}/delivery`, { mode: 'hold' });
    const held = (await jsonOf(send('One')))['id'];
    await bench.control('POST', `talks/${talkId}/delivery`, { mode: 'refuse' });
    const refused = (await jsonOf(send('Two')))['id'];
    await until(async () => (await status(refused)) === 'error', 'an error');
    expect(await status(held)).to.equal('sent');
    await bench.control('POST', `messages/${held}/delivery`, { status: 'read' });
    expect(await status(held)).to.equal('read');
  });
});

function fixtureMessages(): unknown {
  return (fixture('talk_messages.json')['_embedded'] as Json)['messages'];
}
