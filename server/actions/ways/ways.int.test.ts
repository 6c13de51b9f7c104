import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { TenantId } from '../../kernel/index.ts';
import { type Harness, type Session, startHarness, until } from '../../testing/harness.ts';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { type ActionsKit, actionsKit, kommoPage, type Wire } from '../testing.ts';

const leadId = 18834645;
const olga = 9100001;

describe('ways to a client', () => {
  let harness: Harness;
  let kit: ActionsKit;
  let admin: Session;
  let mail: MailServer;
  let page: Awaited<ReturnType<typeof kommoPage>>;

  before(async function () {
    this.timeout(120_000);
    mail = await startMailServer();
    harness = await startHarness({
      effects: { claimMs: 60_000, sendWithinMs: 1_000, settleMs: 2_000, retryMs: 50 },
      env: { SMTP_PRIVATE_HOSTS: `127.0.0.1:${mail.port}` },
    });
    const [account] = harness.accounts;
    kit = actionsKit(harness);
    admin = await harness.session(account, olga);
    page = await kommoPage(harness.sandbox, account, olga);
  });
  beforeEach(() => {
    mail.mails = [];
    mail.silent = false;
  });
  afterEach(() => control('DELETE', '/faults'));
  after(async () => {
    await harness?.close();
    await mail?.close();
  });

  const control = async (method: string, path: string, body?: unknown): Promise<Wire> => {
    const answer = await harness.sandbox.control(harness.accounts[0], method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const choose = async (way: string, settings: object = {}) => {
    const answer = await put('/v1/message-way', { way, settings });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  };
  const put = async (path: string, body: object) => {
    const answer = await harness.fetch(admin, path, { method: 'PUT', body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Wire };
  };
  /** A lead whose client has an open talk. */
  const talkOf = async (): Promise<{ talkId: number; lead: number }> => {
    const { _embedded } = await page('GET', '/talks?filter[only_in_work]=1&limit=250');
    const talk = _embedded.talks[0];
    return { talkId: talk.talk_id, lead: talk.entity_id };
  };
  const said = async (talkId: number, text: string): Promise<Wire[]> =>
    (await page('GET', `/talks/${talkId}/messages?limit=250`))._embedded.messages.filter(
      (one: Wire) => one.type === 'outgoing' && one.text === text,
    );

  it('keeps a message as a draft note until a way is chosen', async () => {
    const done = await kit.perform(admin, leadId, 'message', { text: 'Shall I send the quote?' });
    expect(done.effect).to.deep.include({ state: 'done' });
    expect(done.effect.result).to.include({ record: 'note' });
    const note = await page('GET', `/leads/notes/${done.effect.result.recordId}`);
    expect(note.params.text).to.contain('Shall I send the quote?').and.to.contain('not sent yet');
  });

  it('sends through the talk once, also when the answer is lost', async () => {
    await choose('talk');
    const { talkId, lead } = await talkOf();
    for (const lost of [false, true]) {
      const text = `By the talk, ${lost}`;
      const match = { method: 'POST', path: `/api/v4/talks/${talkId}/send_message` };
      if (lost) await control('POST', '/faults', { kind: 'lost-response', match, times: 1 });
      const done = await kit.perform(admin, lead, 'message', { text });
      expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
      expect(done.target).to.include({ kind: 'client' });
      const messages = await said(talkId, text);
      expect(messages.map(one => one.id)).to.deep.equal([done.effect.result.recordId]);
    }
  });

  it('sends through a field and a bot that says what stands in it', async () => {
    const { talkId, lead } = await talkOf();
    const { fields } = await kit.get(admin, `/v1/leads/${lead}/choices`);
    const fieldId = fields.find((one: Wire) => one.type === 'text').id;
    const source = [
      { question: [{ handler: 'show', params: { type: 'text', value: `{{lead.cf.${fieldId}}}` } }] },
    ];
    const { id: botId } = await control('POST', '/bots', { name: 'Send agent reply', source });
    await choose('field-bot', { fieldId, botId });
    const done = await kit.perform(admin, lead, 'message', { text: 'By the field and the bot.' });
    expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
    await until(async () => (await said(talkId, 'By the field and the bot.')).length > 0);
    expect(await said(talkId, 'By the field and the bot.')).to.have.length(1);
  });

  it('runs the bot once when its answer is lost, though the bot says other words than the field', async () => {
    const { talkId, lead } = await talkOf();
    const { fields } = await kit.get(admin, `/v1/leads/${lead}/choices`);
    const fieldId = fields.find((one: Wire) => one.type === 'text').id;
    const value = `Good day! {{lead.cf.${fieldId}}}`;
    const source = [{ question: [{ handler: 'show', params: { type: 'text', value } }] }];
    const { id: botId } = await control('POST', '/bots', { name: 'Send politely', source });
    await choose('field-bot', { fieldId, botId });
    const match = { method: 'POST', path: `/api/v4/bots/${botId}/run` };
    await control('POST', '/faults', { kind: 'lost-response', match, times: 1 });
    const done = await kit.perform(admin, lead, 'message', { text: 'With other words.' });
    expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'unknown' });
    expect(await said(talkId, 'Good day! With other words.')).to.have.length(1);
  });

  it('goes to the client that was shown, or to nobody', async () => {
    await choose('talk');
    const { talkId, lead } = await talkOf();
    const before = (await page('GET', `/leads/${lead}?with=contacts`))._embedded.contacts;
    const theirs = (await page('GET', `/talks/${talkId}`)).contact_id;
    const { contacts } = (await page('GET', '/contacts?limit=250'))._embedded;
    const other = contacts.find((one: Wire) => !before.some(({ id }: Wire) => id === one.id));
    const link = (id: number, main: boolean) => ({
      to_entity_id: id,
      to_entity_type: 'contacts',
      metadata: { is_main: main },
    });
    await page('POST', `/leads/${lead}/link`, [link(other.id, true)]);
    const lost = await kit.perform(admin, lead, 'message', { text: 'For the new main contact.' });
    expect(lost.target).to.include({ kind: 'client', id: String(other.id) });
    expect(lost.effect.error).to.include({ code: 'no-open-talk' });
    expect(await said(talkId, 'For the new main contact.')).to.have.length(0);
    const named = await kit.perform(admin, lead, 'message', { text: 'For this talk.', talkId });
    expect(named.target).to.include({ kind: 'client', id: String(theirs) });
    expect(named.effect).to.include({ state: 'done' });
    expect(await said(talkId, 'For this talk.')).to.have.length(1);
    await page('POST', `/leads/${lead}/link`, [link(theirs, true)]);
    await page('POST', `/leads/${lead}/unlink`, [link(other.id, false)]);
    const foreign = (await page('GET', '/talks?limit=250'))._embedded.talks.find(
      (one: Wire) => one.entity_id !== lead,
    );
    const actions = [{ action: 'message', arguments: { text: 'x', talkId: foreign.talk_id } }];
    expect((await kit.post(admin, `/v1/leads/${lead}/proposals`, { actions })).status).to.equal(404);
  });

  it('sends through a channel of our own, signed, and finds the message again', async () => {
    const channel = await control('POST', '/channels', {
      name: 'Own',
      webhookUrl: `${harness.url}/kommo/chats/:scope_id`,
    });
    await choose('channel', { channelId: channel.id, channelBotId: channel.bot.id, secret: channel.secret });
    const read = await kit.get(admin, '/v1/message-way');
    expect(JSON.stringify(read)).not.to.contain(channel.secret);
    expect(read).to.deep.include({ way: 'channel', hasSecret: true });
    for (const lost of [false, true]) {
      const match = { method: 'POST', path: `/v2/origin/custom/${channel.id}_${channel.accountId}` };
      const text = `By the channel, ${lost}`;
      const proposal = await kit.propose(admin, leadId, 'message', { text });
      if (lost) await control('POST', '/faults', { kind: 'lost-response', match, times: 1 });
      await kit.approve(admin, proposal);
      const done = await kit.ended(admin, proposal.id, 'done', 'dead', 'unknown');
      expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
    }
  });

  it('writes through our channel to the client of the talk that is named, not to the main contact', async () => {
    const { talkId, lead } = await talkOf();
    const theirs = (await page('GET', `/talks/${talkId}`)).contact_id;
    const other = (await page('POST', '/contacts', [{ name: 'Newly main' }]))._embedded.contacts[0].id;
    const link = (id: number) => [
      { to_entity_id: id, to_entity_type: 'contacts', metadata: { is_main: true } },
    ];
    await page('POST', `/leads/${lead}/link`, link(other));
    const done = await kit.perform(admin, lead, 'message', { text: 'To you alone.', talkId });
    expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
    const { chats } = await control('GET', '/channels');
    const to = chats.filter((chat: Wire) => JSON.stringify(chat).includes(`cardwise-client-${other}`));
    expect(to, 'nobody made a chat with the main contact').to.have.length(0);
    expect(JSON.stringify(chats)).to.contain(`cardwise-${theirs}`);
    await page('POST', `/leads/${lead}/link`, link(theirs));
    await page('POST', `/leads/${lead}/unlink`, link(other));
  });

  it('keeps what was set when an older request with a key comes again', async () => {
    const before = (await kit.get(admin, '/v1/message-way')).way;
    const choose = (way: string, key: string) =>
      harness.fetch(admin, '/v1/message-way', {
        method: 'PUT',
        headers: { 'idempotency-key': key },
        body: JSON.stringify({ way }),
      });
    const [key, later] = [`way-${Date.now()}-1`, `way-${Date.now()}-2`];
    await choose('draft', key);
    await choose('talk', later);
    expect(await (await choose('draft', key)).json()).to.include({ way: 'talk' });
    expect((await choose('channel', key)).status).to.equal(422);
    await choose(before, `way-${Date.now()}-3`);
  });

  it('says which ways the account has, and why not the others', async () => {
    const { body } = await kit.post(admin, '/v1/message-way/check');
    const ways = Object.fromEntries(body.ways.map((one: Wire) => [one.way, one.reason]));
    expect(ways).to.deep.equal({
      talk: null,
      'field-bot': 'field-is-no-textarea',
      salesbot: 'no-waiting-bot',
      channel: null,
      draft: null,
    });
  });

  it('names what a way lacks', async () => {
    const [, theirs] = harness.accounts;
    const foreign = await harness.session(theirs);
    const answer = await harness.fetch(foreign, '/v1/message-way', {
      method: 'PUT',
      body: JSON.stringify({ way: 'channel', settings: {} }),
    });
    expect(answer.status).to.equal(422);
    expect(((await answer.json()) as Wire).errors.map((one: Wire) => one.path)).to.deep.equal([
      'body.settings.channelId',
      'body.settings.channelBotId',
      'body.settings.secret',
    ]);
  });

  it('are told among the choices without a write, in Kommo, in the chat service or with us', async () => {
    const [, theirs] = harness.accounts;
    const rep = await harness.session(theirs);
    const { tid } = JSON.parse(Buffer.from(rep.token.split('.')[1] ?? '', 'base64url').toString());
    // The way that a check connects, and that the choices only tell of.
    const settings = {
      channelId: randomUUID(),
      channelBotId: randomUUID(),
      secret: 'a secret of the channel',
    };
    const body = JSON.stringify({ way: 'channel', settings });
    expect((await harness.fetch(rep, '/v1/message-way', { method: 'PUT', body })).status).to.equal(200);
    const [{ id }] = (await harness.state(theirs)).leads;
    const callsSince = async (seq: number): Promise<Wire[]> =>
      ((await (await harness.sandbox.control(theirs, 'GET', `/calls?since=${seq}`)).json()) as Wire).calls;
    const { seq } = (await callsSince(0)).at(-1);
    const before = await contents(tid);
    const answer = await harness.fetch(rep, `/v1/leads/${id}/choices`);
    expect(answer.status).to.equal(200);
    const calls = await callsSince(seq);
    expect(calls.map(({ path }) => path)).to.include.members(['/api/v4/bots', '/api/v4/leads/pipelines']);
    expect(new Set(calls.map(({ method }) => method))).to.deep.equal(new Set(['GET']));
    expect(await contents(tid)).to.deep.equal(before);
  });

  /** What every table holds of the tenant, as a digest. */
  const contents = (tenantId: TenantId) =>
    harness.app.db.withTenant(tenantId, async tx => {
      const tables: { table_name: string }[] = await tx('information_schema.columns')
        .where({ table_schema: 'public', column_name: 'tenant_id' })
        .select('table_name');
      const found: Record<string, string> = {};
      for (const { table_name } of tables) {
        const { rows } = await tx.raw(
          'select md5(string_agg(t::text, chr(10) order by t::text)) as digest from ?? t',
          [table_name],
        );
        found[table_name] = rows[0].digest;
      }
      return found;
    });

  it('sends mail once, under an id that follows from the effect, and notes it on the lead', async () => {
    await useMail();
    expect((await kit.post(admin, '/v1/mail-account/check')).body).to.deep.equal({ ok: true, reason: null });
    const done = await kit.perform(admin, leadId, 'email', {
      to: 'dana@client.example',
      subject: 'Your quote',
      text: 'Twelve seats are 4800 a year.',
    });
    expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
    expect(mail.mails).to.have.length(1);
    expect(mail.mails[0]).to.deep.include({ from: 'sales@shop.example', to: ['dana@client.example'] });
    expect(mail.mails[0]?.raw).to.contain(`Message-ID: <${done.effect.id}@shop.example>`);
    await until(async () => {
      const notes = await page('GET', `/leads/${leadId}/notes?limit=250&order[id]=desc`);
      return notes._embedded.notes.some((note: Wire) => note.params.text?.includes('Your quote'));
    });
  });

  it('never sends a mail twice: a server that falls silent after taking it leaves it to a person', async () => {
    await useMail();
    mail.silent = true;
    const args = { to: 'dana@client.example', subject: 'Silence', text: 'Did you get it?' };
    const view = await kit.perform(admin, leadId, 'email', args);
    expect(view.effect).to.include({ state: 'unknown' });
    await harness.app.sweepNow();
    expect(mail.mails).to.have.length(1);
    const settle = `/v1/effects/${view.effect.id}/settle`;
    expect((await kit.post(admin, `/v1/effects/${view.effect.id}/replay`)).body).to.include({
      code: 'effect-not-stuck',
    });
    expect((await kit.post(admin, settle, { outcome: 'not-done' })).status).to.equal(200);
    mail.silent = false;
    expect((await kit.post(admin, `/v1/effects/${view.effect.id}/replay`)).status).to.equal(202);
    await kit.ended(admin, view.id, 'done');
    expect(mail.mails).to.have.length(2);
    expect(mail.mails[0]?.raw.match(/Message-ID: .*/)?.[0]).to.equal(
      mail.mails[1]?.raw.match(/Message-ID: .*/)?.[0],
    );
  });

  it('notes a mail on the lead that a person says was sent', async () => {
    await useMail();
    mail.silent = true;
    const args = { to: 'dana@client.example', subject: 'Settled as sent', text: 'Did you get it?' };
    const view = await kit.perform(admin, leadId, 'email', args);
    expect(view.effect).to.include({ state: 'unknown' });
    await kit.post(admin, `/v1/effects/${view.effect.id}/settle`, { outcome: 'done' });
    await until(async () => {
      const notes = await page('GET', `/leads/${leadId}/notes?limit=250&order[id]=desc`);
      return notes._embedded.notes.some((note: Wire) => note.params.text?.includes('Settled as sent'));
    });
  });

  it('reaches no mail server on a private network that the operator did not name', async () => {
    for (const host of ['127.0.0.1', 'localhost', '169.254.169.254', '::1', '10.0.0.1']) {
      const answer = await put('/v1/mail-account', {
        host,
        port: mail.port + 1,
        tls: 'none',
        from: 'sales@shop.example',
      });
      expect(answer.body, host).to.include({ status: 422, code: 'address-refused' });
    }
  });

  async function useMail(): Promise<void> {
    const answer = await put('/v1/mail-account', {
      host: '127.0.0.1',
      port: mail.port,
      tls: 'none',
      user: 'sales',
      password: 'right',
      from: 'sales@shop.example',
    });
    expect(answer.body.account).to.include({ hasPassword: true, host: '127.0.0.1' });
    expect(JSON.stringify(answer.body)).not.to.contain('right');
  }
});
