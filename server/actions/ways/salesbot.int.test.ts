import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { asTenantId } from '../../kernel/index.ts';
import { type Harness, type Session, startHarness, until } from '../../testing/harness.ts';
import type { SandboxAccount } from '../../testing/sandbox-process.ts';
import { en } from '../../texts/en.ts';
import { type ActionsKit, actionsKit, kommoPage, type Wire } from '../testing.ts';

const olga = 9100001;

describe('a Salesbot that waits for a message', () => {
  let harness: Harness;
  let account: SandboxAccount;
  let other: SandboxAccount;
  let kit: ActionsKit;
  let admin: Session;
  let talkId: number;
  let lead: number;
  let page: Awaited<ReturnType<typeof kommoPage>>;

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness({
      effects: { claimMs: 60_000, sendWithinMs: 1_000, settleMs: 2_000, retryMs: 50 },
    });
    [account, other] = harness.accounts;
    kit = actionsKit(harness);
    admin = await harness.session(account, olga);
    page = await kommoPage(harness.sandbox, account, olga);
    const { _embedded } = await page('GET', '/talks?filter[only_in_work]=1&limit=250');
    ({ talk_id: talkId, entity_id: lead } = _embedded.talks[0]);
    await harness.fetch(admin, '/v1/message-way', { method: 'PUT', body: '{"way":"salesbot"}' });
  });
  afterEach(async () => {
    for (const run of await runs()) if (isOpen(run)) await control('POST', `/bot-runs/${run.id}/stop`);
    await inTenant(tx => tx('bot_waits').delete());
  });
  after(() => harness?.close());

  const control = async (method: string, path: string, body?: unknown): Promise<Wire> => {
    const answer = await harness.sandbox.control(account, method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const isOpen = ({ state }: Wire) => ['running', 'waiting-answer', 'waiting-continue'].includes(state);
  const runs = async (): Promise<Wire[]> => (await control('GET', '/bot-runs')).runs;
  const inTenant = async (work: (tx: Wire) => Promise<Wire>) => {
    const routes = await harness.app.db.withoutTenant(tx =>
      tx('tenant_routes').where({ account_id: account.id, client_uuid: harness.clientId }),
    );
    return harness.app.db.withTenant(asTenantId(routes[0].tenant_id), work);
  };
  const waits = (): Promise<Wire[]> => inTenant(tx => tx('bot_waits').select());
  const said = async (): Promise<string[]> =>
    (await page('GET', `/talks/${talkId}/messages?limit=250`))._embedded.messages
      .filter((one: Wire) => one.author.type === 'bot')
      .sort((a: Wire, b: Wire) => a.created_at - b.created_at)
      .map((one: Wire) => one.text);
  const startBot = async (widget: object = {}, entity: object = {}) => {
    const step = {
      handler: 'widget_request',
      params: { url: `${harness.url}/kommo/salesbot`, data: { message: '{{message_text}}' } },
    };
    const { id } = await control('POST', '/bots', {
      name: 'Asks us',
      source: [{ question: [step] }],
      widget: { clientId: harness.clientId, ...widget },
    });
    const run = await control('POST', `/bots/${id}/run`, { entityId: lead, messageText: 'Hi', ...entity });
    await until(async () => (await waits()).length > 0);
    return run.id as number;
  };
  const wayNow = async () =>
    (await kit.post(admin, '/v1/message-way/check')).body.ways.find((one: Wire) => one.way === 'salesbot');

  const now = () => Date.now() / 1000;
  const claims = (overrides: object = {}) => ({
    iss: account.origin,
    aud: 'http://127.0.0.1',
    iat: now(),
    nbf: now(),
    exp: now() + 300,
    account_id: account.id,
    subdomain: account.subdomain,
    client_uuid: harness.clientId,
    entity_type: '2',
    entity_id: lead,
    bot_type: 'salesbot',
    ...overrides,
  });
  const sign = (payload: object, algorithm: jwt.Algorithm = 'HS512', key = harness.clientSecret) =>
    jwt.sign(JSON.stringify(payload), key, { algorithm, header: { typ: 'JWT', alg: algorithm } });
  const returnUrl = (origin = account.origin) => `${origin}/api/v4/salesbot/7/continue/${randomUUID()}`;
  const send = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${harness.url}/kommo/salesbot`, { method: 'POST', headers: { 'content-type': type }, body });
  const ask = async (token: string, url = returnUrl()) =>
    (await send(new URLSearchParams({ token, return_url: url, 'data[lead]': '1' }).toString())).status;

  for (const widget of [
    { encoding: 'form', algorithm: 'HS512' },
    { encoding: 'json', algorithm: 'HS256' },
  ]) {
    it(`says what was approved while it waited, asked by ${widget.encoding} and ${widget.algorithm}`, async () => {
      await startBot(widget);
      expect(await wayNow()).to.deep.include({ available: true, note: 'own-bot-run-only' });
      const sentences = [
        `Twelve seats are 4800 a year, by ${widget.encoding}.`,
        'The first month is free, and you can leave at the end of any month after it.',
      ];
      const done = await kit.perform(admin, lead, 'message', { text: sentences.join(' ') });
      expect(done.effect, JSON.stringify(done.effect)).to.include({ state: 'done' });
      await until(async () => (await said()).includes(sentences[1] ?? ''));
      expect((await said()).slice(-2)).to.deep.equal(sentences);
      await until(async () => !(await runs()).some(isOpen));
      expect(await wayNow()).to.include({ available: false, reason: 'no-waiting-bot' });
    });
  }

  it('ends a message honestly when the bot is gone, or never was, or cannot say so much', async () => {
    const run = await startBot();
    const long = await kit.perform(admin, lead, 'message', { text: 'word '.repeat(200).trim() });
    expect(long.effect).to.deep.include({ state: 'dead', result: null });
    expect(long.effect.error.code).to.equal('message-too-long');
    await control('POST', `/bot-runs/${run}/stop`);
    const before = await said();
    for (const why of ['The bot of this lead waits no more.', 'No bot of this lead waits']) {
      const view = await kit.perform(admin, lead, 'message', { text: `Too late: ${why}` });
      expect(view.effect).to.deep.include({ state: 'dead', result: null });
      expect(view.effect.error.code).to.equal('no-waiting-bot');
      expect(view.effect.error.detail).to.contain(why).and.to.contain('Nothing was sent.');
    }
    expect(await said()).to.deep.equal(before);
  });

  it('is told goodbye after ten minutes, and takes no message after that', async () => {
    await startBot();
    await harness.app.sweepNow();
    expect((await runs()).filter(isOpen)).to.have.length(1);
    await inTenant(tx => tx('bot_waits').update({ received_at: new Date(Date.now() - 10 * 60_000 - 1) }));
    expect(await wayNow()).to.include({ available: false, reason: 'no-waiting-bot' });
    await inTenant(tx => tx('bot_waits').update({ received_at: new Date(Date.now() - 12 * 60_000) }));
    await harness.app.sweepNow();
    await until(async () => !(await runs()).some(isOpen));
    expect((await said()).at(-1)).to.equal(en.actions.botApology);
    expect((await waits())[0].continued_at).to.be.instanceOf(Date);
    await harness.app.sweepNow();
    expect((await said()).filter(text => text === en.actions.botApology)).to.have.length(1);
  });

  it('goes on at once, without a word, where it runs on no lead', async () => {
    const { _embedded } = await page('GET', `/leads/${lead}?with=contacts`);
    const before = await said();
    await startBot({}, { entityId: _embedded.contacts[0].id, entityType: 'contacts' });
    await harness.app.sweepNow();
    await until(async () => !(await runs()).some(isOpen));
    expect(await said()).to.deep.equal(before);
  });

  it('is known once, however often it asks', async () => {
    const url = returnUrl();
    for (const algorithm of ['HS512', 'HS256', 'HS512'] as const)
      expect(await ask(sign(claims(), algorithm), url)).to.equal(200);
    expect((await waits()).map(one => one.return_url)).to.deep.equal([url]);
  });

  it('is known by every spelling that Kommo uses, within a minute of leeway', async () => {
    const spellings: object[] = [
      ...['lead', 'leads', '2', 2].map(entity_type => ({ entity_type })),
      { client_uuid: undefined, client_uid: harness.clientId },
      { entity_id: String(lead), account_id: String(account.id) },
      { exp: now() - 50 },
      { nbf: now() + 50, iat: now() + 50 },
      { iat: Math.floor(now()), nbf: Math.floor(now()), exp: Math.floor(now()) + 60 },
    ];
    for (const spelling of spellings)
      expect(await ask(sign(claims(spelling))), JSON.stringify(spelling)).to.equal(200);
    expect((await waits()).map(one => Number(one.lead_id))).to.deep.equal(spellings.map(() => lead));
    const json = JSON.stringify({ token: sign(claims()), data: {}, return_url: returnUrl() });
    expect((await send(json, 'application/json')).status).to.equal(200);
    expect(await ask(sign(claims()), returnUrl().replace('salesbot', 'marketingbot'))).to.equal(200);
  });

  it('is believed only with a token of its own account, made for us, now', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = jwt.sign(JSON.stringify(claims()), privateKey, { algorithm: 'RS256' });
    const [head, payload] = sign(claims()).split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const refused: Record<string, string> = {
      'alg none': `${none}.${payload}.`,
      RS256: rs256,
      HS384: sign(claims(), 'HS384'),
      'no signature': `${head}.${payload}.`,
      'another secret': sign(claims(), 'HS512', 'x'.repeat(64)),
      'another server': sign(claims({ aud: 'https://evil.example' })),
      expired: sign(claims({ exp: now() - 120 })),
      'no expiry': sign(claims({ exp: undefined })),
      'times as text': sign(claims({ exp: String(now() + 300) })),
      'not yet': sign(claims({ nbf: now() + 180 })),
      'an unknown account': sign(claims({ account_id: 1 })),
      'another issuer': sign(claims({ iss: other.origin })),
      'another account': sign(claims({ account_id: other.id })),
      'an unknown integration': sign(claims({ client_uuid: randomUUID() })),
      'no integration': sign(claims({ client_uuid: undefined })),
      'an unknown record': sign(claims({ entity_type: 'toString' })),
      nonsense: 'nonsense',
      empty: '',
    };
    const answers = new Set<string>();
    for (const [why, token] of Object.entries(refused)) {
      const form = new URLSearchParams({ token, return_url: returnUrl() });
      const answer = await send(form.toString());
      expect(answer.status, why).to.equal(401);
      const { code, detail } = (await answer.json()) as Wire;
      answers.add(`${code} ${detail}`);
    }
    expect([...answers]).to.have.length(1);
    for (const body of ['', '{', '[]', '{"token":7}', 'token[a]=1', '\u0000'])
      expect((await send(body)).status, body).to.equal(401);
    expect(await waits()).to.deep.equal([]);
  });

  it('is called back nowhere but at its own account', async () => {
    const host = new URL(account.origin).host;
    for (const url of [
      returnUrl('https://evil.example'),
      returnUrl(other.origin),
      returnUrl(account.origin.replace('http:', 'https:')),
      `http://${host}@evil.example/api/v4/salesbot/7/continue/8`,
      `http://user:pass@${host}/api/v4/salesbot/7/continue/8`,
      `${account.origin}.evil.example/api/v4/salesbot/7/continue/8`,
      `${account.origin}/api/v4/leads/7/continue/8`,
      `${account.origin}/api/v4/salesbot/7/continue/../../../leads`,
      `${account.origin}/api/v4/salesbot/7/continue/8?to=/leads`,
      `${account.origin}/api/v4/salesbot/7/continue/8#x`,
      'nonsense',
    ])
      expect(await ask(sign(claims()), url), url).to.equal(401);
    expect(await waits()).to.deep.equal([]);
  });
});
