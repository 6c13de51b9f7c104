import { expect } from 'chai';
import { fixture } from '../testing/fixture.ts';
import { type Json, jsonOf, until } from '../testing/kit.ts';
import { openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('Hooks of conversations', () => {
  let bench: RestBench;
  let talkId: number;
  beforeEach(async () => {
    bench = await openRestBench();
    talkId = Number((await bench.firstOf('talks?filter[only_in_work]=1', 'talks'))['talk_id']);
    await bench.send('POST', 'webhooks', {
      destination: `${bench.hooks.origin}/account-hooks`,
      settings: ['add_message', 'add_outgoing_message', 'add_talk', 'update_talk'],
    });
  });
  afterEach(() => bench.close());

  /** The first hook of a kind, as the keys and values of its form. */
  const hookOf = (prefix: string) =>
    until(() => {
      const forms = bench.hooks.received
        .filter(({ path }) => path === '/account-hooks')
        .map(({ body }) => new URLSearchParams(body));
      return forms.find(form => [...form.keys()].some(key => key.startsWith(prefix)));
    }, prefix);
  const keysOf = (value: unknown, path = ''): string[] =>
    value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path === '' ? key : `${path}[${key}]`))
      : [path];

  it('tell of a message from a client, with the keys of the capture', async () => {
    const { id } = await jsonOf(
      bench.control('POST', `talks/${talkId}/incoming`, { text: 'How much for 12 seats?' }),
    );
    const form = await hookOf('message[add]');
    const wanted = keysOf(fixture<Json>('webhook_message_add.json')).filter(
      key => !key.includes('avatar_url'),
    );
    expect([...form.keys()]).to.have.members(wanted);
    expect(form.get('message[add][0][id]')).to.equal(id);
    expect(form.get('message[add][0][type]')).to.equal('incoming');
    expect(form.get('message[add][0][text]')).to.equal('How much for 12 seats?');
  });

  it('tell of a message to a client as outgoing_message', async () => {
    await bench.send('POST', `talks/${talkId}/send_message`, { text: 'Today.' });
    const form = await hookOf('outgoing_message[add]');
    expect(form.get('outgoing_message[add][0][type]')).to.equal('outgoing');
    expect(form.get('outgoing_message[add][0][author][type]')).to.equal('internal');
  });

  it('tell that a talk was answered, closed, and begun anew', async () => {
    await bench.send('POST', `talks/${talkId}/close`, {});
    const closed = await hookOf('talk[update]');
    expect([...closed.keys()]).to.have.members(keysOf(fixture<Json>('webhook_talk_update_closed.json')));
    expect(closed.get('talk[update][0][is_in_work]')).to.equal('0');
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'Hello again' });
    const begun = await hookOf('talk[add]');
    expect([...begun.keys()]).to.have.members(keysOf(fixture<Json>('webhook_talk_add.json')));
    expect(begun.get('talk[add][0][is_read]')).to.equal('0');
  });

  it('stand among the events too, by the message’s id and never with its text', async () => {
    const { id } = await jsonOf(bench.control('POST', `talks/${talkId}/incoming`, { text: 'A secret wish' }));
    const sent = await jsonOf(bench.send('POST', `talks/${talkId}/send_message`, { text: 'Granted' }));
    for (const [type, messageId] of [
      ['incoming_chat_message', id],
      ['outgoing_chat_message', sent['id']],
    ]) {
      const events = await bench.list(`events?filter[type][]=${type}`, 'events');
      expect(JSON.stringify(events)).to.contain(String(messageId));
      expect(JSON.stringify(events)).to.not.contain('secret wish');
    }
  });
});
