import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { type ChannelBench, channelSecret, openChannelBench } from '../testing/channel-kit.ts';
import { fixture } from '../testing/fixture.ts';
import { clientId, type Json, jsonOf, until } from '../testing/kit.ts';
import { nth, olga } from '../testing/rest-kit.ts';

describe('The Chats API', () => {
  let bench: ChannelBench;
  beforeEach(async () => {
    bench = await openChannelBench({ clientId });
    await bench.connect();
  });
  afterEach(() => bench.close());

  const talkOfChannel = async () => {
    const talks = await bench.list('talks?limit=250', 'talks');
    return talks.find(({ origin }) => String(origin).startsWith('amo.ext.'));
  };
  const hooks = () => bench.hooks.received.filter(({ path }) => path === `/chats/${bench.scopeId}`);
  const hook = (at: number) => until(() => hooks()[at], `hook ${at}`);
  const payload = (name: string) => fixture<{ event_type: string; payload: Json }>(name);

  it('connects a channel with the documented answer, as often as asked', async () => {
    for (const answer of [await bench.connect(), await bench.connect()]) {
      expect(answer.status).to.equal(200);
      expect(answer.body).to.deep.equal({
        ...fixture('chats_connect_response.json'),
        account_id: bench.accountId,
        scope_id: bench.scopeId,
      });
    }
    const body = { account_id: bench.accountId, hook_api_version: 'v1' };
    expect((await bench.call('POST', `${bench.channelId}/connect`, body)).status).to.equal(400);
    const elsewhere = { ...body, hook_api_version: 'v2', account_id: 'another' };
    expect((await bench.call('POST', `${bench.channelId}/connect`, elsewhere)).status).to.equal(404);
  });

  it('refuses with 403 whatever is not signed as documented, and does nothing', async () => {
    const before = (await bench.list('talks?limit=250', 'talks')).length;
    const body = payload('chats_new_message_incoming.json');
    const date = (seconds: number) => new Date((bench.now() + seconds) * 1000).toUTCString();
    for (const spoil of [
      { signature: 'f7b55a5a2b70b23aab556061892fb04f80e7ce4b' },
      { signature: '' },
      { secret: 'another-secret-altogether' },
      { md5: 'd41d8cd98f00b204e9800998ecf8427e' },
      { md5: '' },
      { date: date(-901) },
      { date: date(901) },
      { date: new Date(bench.now() * 1000).toISOString() },
      { date: 'today' },
      { contentType: 'text/plain' },
    ]) {
      const answer = await bench.call('POST', bench.scopeId, body, spoil);
      expect(answer.status, JSON.stringify(spoil)).to.equal(403);
    }
    expect((await bench.call('POST', 'no-such-channel_x', body)).status).to.equal(403);
    expect((await bench.list('talks?limit=250', 'talks')).length).to.equal(before);
    for (const seconds of [-899, 899]) {
      expect((await bench.call('POST', bench.scopeId, body, { date: date(seconds) })).status).to.equal(200);
    }
  });

  it('refuses upper-case hex, and does not sign the query', async () => {
    await bench.incoming();
    const path = `${bench.scopeId}/chats/acme-conv-9/history?limit=5&offset=0`;
    expect((await bench.call('GET', path)).status).to.equal(200);
    const answer = await bench.call('GET', path, undefined, { md5: 'D41D8CD98F00B204E9800998ECF8427E' });
    expect(answer.status).to.equal(403);
  });

  it('makes a contact, a lead among the incoming ones and a talk of a first message', async () => {
    const answer = await bench.incoming();
    const sample = fixture<Json>('chats_new_message_response.json');
    const made = answer.body['new_message'] as Json;
    expect(made).to.have.all.keys(Object.keys(sample['new_message'] as Json));
    expect(made).to.include({
      conversation_id: 'acme-conv-9',
      sender_id: 'acme-client-77',
      receiver_id: null,
      ref_id: 'acme-msg-1',
    });
    const talk = await talkOfChannel();
    expect(talk).to.include({ is_in_work: true, is_read: false });
    const contact = await jsonOf(bench.get(`contacts/${talk?.['contact_id']}`));
    expect(contact['name']).to.equal('Dana');
    expect(JSON.stringify(contact['custom_fields_values']))
      .to.contain('+15550102030')
      .and.contain('dana@example.com');
    const lead = await jsonOf(bench.get(`leads/${talk?.['entity_id']}?with=contacts`));
    const statuses = await jsonOf(bench.get(`leads/pipelines/${lead['pipeline_id']}/statuses`));
    const status = ((statuses['_embedded'] as Json)['statuses'] as Json[]).find(
      ({ id }) => id === lead['status_id'],
    );
    expect(status).to.include({ type: 1 });
    const messages = await bench.list(`talks/${talk?.['talk_id']}/messages`, 'messages');
    expect(nth(messages, 0)).to.include({
      text: 'Hi, how much for 12 seats?',
      type: 'incoming',
      id: made['msgid'],
    });
  });

  it('goes on in the same talk, and takes a repeated message once', async () => {
    await bench.incoming();
    const again = await bench.incoming();
    await bench.incoming({ message: { type: 'text', text: 'Hello?' } }, 'acme-msg-3');
    expect(again.status).to.equal(200);
    const talk = await talkOfChannel();
    const messages = await bench.list(`talks/${talk?.['talk_id']}/messages`, 'messages');
    expect(messages.map(({ text }) => text)).to.deep.equal(['Hi, how much for 12 seats?', 'Hello?']);
  });

  it('brings no lead with a silent message, and one with the next', async () => {
    const leads = async () => (await bench.list('leads?limit=250', 'leads')).length;
    const before = await leads();
    await bench.incoming({ silent: true });
    expect(await leads()).to.equal(before);
    await bench.incoming({}, 'acme-msg-2');
    expect(await leads()).to.equal(before + 1);
  });

  it('takes what a manager or the channel’s bot wrote elsewhere, and nobody else’s', async () => {
    await bench.incoming();
    const { event_type, payload: bot } = payload('chats_new_message_bot.json');
    const as = (refId: string, msgid: string) =>
      bench.call('POST', bench.scopeId, {
        event_type,
        payload: { ...bot, msgid, sender: { ...(bot['sender'] as Json), ref_id: refId } },
      });
    expect((await as(bench.botId, 'b1')).status).to.equal(200);
    const users = await bench.list('users?with=amojo_id', 'users');
    const manager = users.find(({ id }) => id === olga);
    expect((await as(String(manager?.['amojo_id']), 'b2')).status).to.equal(200);
    expect((await as('somebody', 'b3')).status).to.equal(400);
    const talk = await talkOfChannel();
    const messages = await bench.list(`talks/${talk?.['talk_id']}/messages`, 'messages');
    expect(messages.map(({ author }) => (author as Json)['type'])).to.have.members([
      'external',
      'bot',
      'internal',
    ]);
    expect(hooks()).to.have.lengthOf(0);
  });

  it('refuses with 400 what is no message', async () => {
    for (const change of [
      { timestamp: undefined },
      { msgid: '' },
      { sender: undefined },
      { conversation_id: undefined },
      { message: { type: 'text', text: '' } },
      { message: { type: 'hologram', text: 'x' } },
      { message: { type: 'picture', media: 'https://example.com/a.png' } },
    ]) {
      expect((await bench.incoming(change)).status, JSON.stringify(change)).to.equal(400);
    }
    expect((await bench.call('POST', bench.scopeId, '{broken')).status).to.equal(400);
    expect((await bench.call('POST', bench.scopeId, { event_type: 'other', payload: {} })).status).to.equal(
      400,
    );
  });

  it('edits a message, adds and takes back a reaction, hears of typing, and tells what was said', async () => {
    await bench.incoming({}, 'acme-msg-2');
    expect((await bench.call('POST', bench.scopeId, payload('chats_edit_message.json'))).status).to.equal(
      200,
    );
    expect(
      (await bench.call('POST', `${bench.scopeId}/typing`, fixture('chats_typing.json'))).status,
    ).to.equal(204);
    const react = fixture('chats_react.json');
    expect((await bench.call('POST', `${bench.scopeId}/react`, react)).status).to.equal(200);
    expect((await bench.call('POST', `${bench.scopeId}/react`, { ...react, msgid: 'none' })).status).to.equal(
      404,
    );
    const other = { ...payload('chats_edit_message.json') };
    other.payload = { ...other.payload, msgid: 'none' };
    expect((await bench.call('POST', bench.scopeId, other)).status).to.equal(404);
    const history = (await bench.call('GET', `${bench.scopeId}/chats/acme-conv-9/history`)).body;
    const sample = nth(fixture<{ messages: unknown }>('chats_history.json').messages, 0);
    const item = nth(history['messages'], 0);
    expect(item).to.have.all.keys(Object.keys(sample));
    expect(item['sender']).to.have.all.keys(Object.keys(sample['sender'] as Json));
    expect(item['message']).to.have.all.keys(Object.keys(sample['message'] as Json));
    expect((item['message'] as Json)['text']).to.equal('12 seats are 4800 USD a year.');
    const path = `${bench.scopeId}/chats/acme-conv-9/history`;
    expect((await bench.call('GET', `${path}?offset=10`)).status).to.equal(204);
    expect((await bench.call('GET', `${path}?limit=51`)).status).to.equal(400);
    expect((await bench.call('GET', `${bench.scopeId}/chats/none/history`)).status).to.equal(404);
  });

  it('carries an answer to the channel’s server, once, signed over the raw body, and moves its status', async () => {
    await bench.incoming();
    const talk = await talkOfChannel();
    const path = `talks/${talk?.['talk_id']}`;
    const { id } = await jsonOf(
      bench.send('POST', `${path}/send_message`, { text: 'The quote is on its way.' }),
    );
    const { body, headers } = await hook(0);
    const sent = JSON.parse(body) as {
      message: { message: Json; conversation: Json; receiver: Json; sender: Json };
    };
    const sample = fixture<typeof sent>('chats_hook_message_v2.json');
    expect(headers['x-signature']).to.equal(createHmac('sha1', channelSecret).update(body).digest('hex'));
    expect(sent).to.have.all.keys(Object.keys(sample));
    expect(sample.message).to.include.all.keys(Object.keys(sent.message));
    const plain = Object.keys(sample.message.message).filter(key => key !== 'markup');
    expect(sent.message.message).to.have.all.keys(plain);
    expect(sent.message.message['id']).to.equal(id);
    expect(sent.message.receiver).to.include({ client_id: 'acme-client-77' });
    expect(sent.message.conversation).to.include({ client_id: 'acme-conv-9' });
    const status = async () =>
      nth(
        (await bench.list(`${path}/messages`, 'messages')).filter(one => one['id'] === id),
        0,
      )['delivery_status'];
    const report = (given: Json, msgid = id) =>
      bench.call('POST', `${bench.scopeId}/${msgid}/delivery_status`, { msgid, ...given });
    expect(await status()).to.equal('sent');
    expect((await report({ status_code: 1 })).status).to.equal(200);
    expect(await status()).to.equal('delivered');
    await report({ status_code: 2, delivery_status: 2 });
    expect(await status()).to.equal('read');
    expect((await report({ status_code: 7 })).status).to.equal(400);
    expect((await report({})).status).to.equal(400);
    expect((await report({ status_code: 1 }, 'none')).status).to.equal(404);
    expect(hooks()).to.have.lengthOf(1);
  });

  it('fails a message that the channel’s server refused, without sending it again', async () => {
    await bench.incoming();
    const talk = await talkOfChannel();
    bench.hooks.answers.push(500);
    await bench.send('POST', `talks/${talk?.['talk_id']}/send_message`, { text: 'Hello' });
    const last = async () => (await bench.list(`talks/${talk?.['talk_id']}/messages`, 'messages')).at(-1);
    await until(async () => (await last())?.['delivery_status'] === 'error', 'an error');
    expect(hooks()).to.have.lengthOf(1);
  });

  it('sends a bot’s buttons, and lets it take its error branch when the channel reports a failure', async () => {
    await bench.incoming();
    const talk = await talkOfChannel();
    const { id: botId } = await jsonOf(
      bench.control('POST', 'bots', {
        name: 'Asker',
        source: {
          '0': {
            question: [
              { handler: 'show', params: { type: 'buttons', value: 'Well?', buttons: ['Yes', 'No'] } },
            ],
            answer: [{ handler: 'show', params: { type: 'text', value: 'never' } }],
          },
          error: [{ handler: 'action', params: { name: 'set_tag', params: { type: 2, value: 'lost' } } }],
        },
      }),
    );
    const body = { entity_id: talk?.['entity_id'], entity_type: 'leads' };
    await bench.send('POST', `bots/${botId}/run`, body);
    const sent = JSON.parse((await hook(0)).body) as { message: { message: Json } };
    expect(sent.message.message['markup']).to.deep.equal({
      mode: 'inline',
      buttons: [[{ text: 'Yes' }, { text: 'No' }]],
    });
    const failed = { ...fixture('chats_delivery_status.json'), msgid: sent.message.message['id'] };
    await bench.call('POST', `${bench.scopeId}/${sent.message.message['id']}/delivery_status`, failed);
    await until(
      async () => JSON.stringify(await jsonOf(bench.get(`leads/${talk?.['entity_id']}`))).includes('lost'),
      'the tag',
    );
  });

  it('tells the channel of typing and reactions, in the words of the captures', async () => {
    await bench.incoming();
    const talk = await talkOfChannel();
    await bench.control('POST', `talks/${talk?.['talk_id']}/typing`, { userId: olga });
    const messages = await bench.list(`talks/${talk?.['talk_id']}/messages`, 'messages');
    await bench.control('POST', `messages/${messages[0]?.['id']}/react`, { userId: olga, emoji: '👍' });
    for (const [at, name] of [
      [0, 'chats_hook_typing.json'],
      [1, 'chats_hook_reaction.json'],
    ] as const) {
      const sent = JSON.parse((await hook(at)).body) as { action: Record<string, Json> };
      const sample = fixture<typeof sent>(name);
      const kind = String(Object.keys(sample.action)[0]);
      expect(sent).to.have.all.keys(Object.keys(sample));
      expect(sent.action[kind]).to.have.all.keys(Object.keys(sample.action[kind] ?? {}));
    }
  });

  it('ties a chat of its own to a contact, and a conversation begun here to the channel’s name for it', async () => {
    const contact = await bench.firstOf('contacts', 'contacts');
    const made = await bench.call('POST', `${bench.scopeId}/chats`, {
      conversation_id: 'acme-conv-9',
      user: { id: 'acme-client-77', name: 'Dana', profile: { phone: '+15550102030' } },
    });
    expect(made.body).to.have.all.keys(Object.keys(fixture('chats_create_response.json')));
    const link = [{ contact_id: contact['id'], chat_id: made.body['id'] }];
    expect((await bench.get(`contacts/chats?contact_id=${contact['id']}`)).status).to.equal(204);
    const tied = await bench.send('POST', 'contacts/chats', link);
    expect(tied.status).to.equal(200);
    const chats = await bench.list(`contacts/chats?chat_id=${made.body['id']}`, 'chats');
    expect(nth(chats, 0)).to.include(nth(link, 0));
    for (const bad of [[{ contact_id: contact['id'] }], [{ contact_id: 1, chat_id: made.body['id'] }]]) {
      expect((await bench.send('POST', 'contacts/chats', bad)).status).to.equal(400);
    }
    await bench.incoming();
    expect((await talkOfChannel())?.['contact_id']).to.equal(contact['id']);

    const lead = await bench.firstOf('leads', 'leads');
    await bench.control('POST', `channels/${bench.channelId}/write-first`, {
      contactId: contact['id'],
      leadId: lead['id'],
      userId: olga,
      text: 'Good morning',
    });
    const first = JSON.parse((await hook(0)).body) as { message: { conversation: Json } };
    expect(first.message.conversation).to.have.all.keys('id');
    await bench.incoming(
      { conversation_id: 'acme-conv-10', conversation_ref_id: first.message.conversation['id'] },
      'acme-msg-8',
    );
    const history = await bench.call('GET', `${bench.scopeId}/chats/acme-conv-10/history`);
    expect((history.body['messages'] as Json[]).map(one => (one['message'] as Json)['text'])).to.deep.equal([
      'Hi, how much for 12 seats?',
      'Good morning',
    ]);
  });

  it('answers 404 once disconnected, also when its integration was taken out', async () => {
    const body = { account_id: bench.accountId };
    expect((await bench.call('DELETE', `${bench.channelId}/disconnect`, body)).status).to.equal(200);
    expect((await bench.call('DELETE', `${bench.channelId}/disconnect`, body)).status).to.equal(404);
    expect((await bench.incoming()).status).to.equal(404);
    await bench.connect();
    await bench.control('POST', 'installs', { clientId });
    await bench.control('DELETE', `installs/${clientId}`);
    expect((await bench.incoming()).status).to.equal(404);
  });
});
