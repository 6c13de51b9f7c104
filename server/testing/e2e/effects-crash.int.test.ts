import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { kommoPage, type Wire, writesSince } from '../../actions/testing.ts';
import { freePort } from '../free-port.ts';
import { until } from '../harness.ts';
import { type MailServer, startMailServer } from '../mail-server.ts';
import { type SandboxAccount, type SandboxProcess, startSandboxProcess } from '../sandbox-process.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { type Order, orderEveryKind, type Stand } from './every-kind.ts';

const [olga, lucia] = [9100001, 9200001];

/**
 * Every named point from the approval to the end of an effect; at those with `lost`, the answer of every
 * write is lost as well. `mail` is what becomes of a mail, which nobody can look for.
 */
const points: { point: string; lost: boolean; mail: { state: string; sent: number } }[] = [
  { point: 'approve.after-look', lost: false, mail: { state: 'done', sent: 1 } },
  { point: 'approve.after-commit', lost: false, mail: { state: 'done', sent: 1 } },
  { point: 'effect.after-claim', lost: true, mail: { state: 'unknown', sent: 1 } },
  { point: 'effect.before-send', lost: false, mail: { state: 'unknown', sent: 0 } },
  { point: 'effect.after-send', lost: false, mail: { state: 'unknown', sent: 1 } },
  { point: 'effect.in-doubt', lost: true, mail: { state: 'unknown', sent: 1 } },
  { point: 'effect.before-end', lost: true, mail: { state: 'unknown', sent: 1 } },
  { point: 'effect.after-end', lost: true, mail: { state: 'unknown', sent: 1 } },
];

describe('an effect whose process is killed', () => {
  let dataDir: string;
  let crashFile: string;
  let sandbox: SandboxProcess;
  let mail: MailServer;
  let accounts: [SandboxAccount, SandboxAccount];
  let env: Record<string, string> & { DATA_DIR: string };
  let server: ServerProcess;
  let stand: Stand;
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');

  before(async function () {
    this.timeout(180_000);
    dataDir = await mkdtemp(join(tmpdir(), 'cardwise-crash-'));
    crashFile = join(dataDir, 'crash-point');
    await writeFile(crashFile, '');
    sandbox = await startSandboxProcess();
    mail = await startMailServer();
    const [first, second] = sandbox.accounts;
    if (!first || !second) throw new Error('The sandbox has two accounts.');
    accounts = [first, second];
    const port = String(await freePort());
    env = {
      DATA_DIR: dataDir,
      PORT: port,
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_MINUTE: '100000',
      KOMMO_CLIENT_ID: clientId,
      KOMMO_CLIENT_SECRET: clientSecret,
      KOMMO_LOCAL_ORIGINS: accounts.map(({ origin }) => origin).join(','),
      KOMMO_CALLS_PER_SECOND: '200',
      KOMMO_CALLS_PER_SECOND_ADDRESS: '1000',
      SMTP_PRIVATE_HOSTS: `127.0.0.1:${mail.port}`,
      MIRROR: 'off',
      // Time enough for a crowd to gather at a point, and little to wait for a write that never was.
      EFFECT_SETTLE_MS: '6000',
      EFFECTS_AT_ONCE: '13',
      CRASH_POINT_FILE: crashFile,
    };
    server = await startServerProcess(env);
    for (const account of accounts) {
      await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
        clientSecret,
        redirectUri: `http://127.0.0.1:${port}/kommo/oauth/callback`,
        name: 'Cardwise',
        widgetCode: 'cardwise',
      });
      await sandbox.control(account, 'POST', '/installs', { clientId });
    }
    await until(async () => {
      const answer = await fetch(`${server.url}/v1/operator/tenants`, {
        headers: { authorization: `Bearer ${server.operatorKey}` },
      });
      const { tenants } = await json(answer);
      return tenants.length === 2 && tenants.every((one: Wire) => one.state === 'ready');
    });
    stand = await prepare();
  });
  after(async () => {
    await server?.stop();
    await mail?.close();
    await sandbox?.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  afterEach(async () => {
    await writeFile(crashFile, '');
    mail.silent = false;
    for (const account of accounts) await sandbox.control(account, 'DELETE', '/faults');
  });

  async function prepare(): Promise<Stand> {
    const [first, second] = accounts;
    const page = await kommoPage(sandbox, first, olga);
    const theirs = await kommoPage(sandbox, second, lucia);
    const openTalk = async (asked: typeof page) => {
      const { talk_id, entity_id } = (await asked('GET', '/talks?filter[only_in_work]=1&limit=1'))._embedded
        .talks[0];
      return { talkId: talk_id, leadId: entity_id };
    };
    const ours = await signIn(first, olga);
    const choices = (await call(ours, 'GET', `/v1/leads/${(await openTalk(page)).leadId}/choices`)).body;
    const [{ pipelineId }] = choices.stages;
    await put(ours, '/v1/message-way', { way: 'talk', settings: {} });
    await put(ours, '/v1/mail-account', {
      host: '127.0.0.1',
      port: mail.port,
      tls: 'none',
      from: 'sales@shop.example',
    });
    const field = { name: 'What the bot says', type: 'textarea' };
    const fieldId = (await theirs('POST', '/leads/custom_fields', [field]))._embedded.custom_fields[0].id;
    const params = { type: 'text', value: `{{lead.cf.${fieldId}}}` };
    const source = [{ question: [{ handler: 'show', params }] }];
    const bot = await json(
      await sandbox.control(second, 'POST', '/bots', { name: 'Says what stands there', source }),
    );
    await put(await signIn(second, lucia), '/v1/message-way', {
      way: 'field-bot',
      settings: { fieldId, botId: bot.id },
    });
    return {
      page,
      mail,
      talk: await openTalk(page),
      bot: { page: theirs, botId: bot.id, fieldId, ...(await openTalk(theirs)) },
      fieldId: choices.fields.find((one: Wire) => one.type === 'text').id,
      stages: choices.stages.filter((one: Wire) => one.pipelineId === pipelineId),
      users: choices.users.map((one: Wire) => one.id),
    };
  }

  async function signIn(account: SandboxAccount, userId: number): Promise<Record<string, string>> {
    const { token: oneTime } = await json(
      await sandbox.control(account, 'POST', '/one-time-tokens', { clientId, userId }),
    );
    const headers = { origin: account.origin, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/session`, {
      method: 'POST',
      headers: { ...headers, 'x-auth-token': oneTime },
      body: '{}',
    });
    return { ...headers, authorization: `Bearer ${(await json(answer)).token}` };
  }
  const signInBoth = () => Promise.all([signIn(accounts[0], olga), signIn(accounts[1], lucia)]);

  async function call(headers: Record<string, string>, method: string, path: string, body?: object) {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...headers, 'idempotency-key': randomUUID() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  }
  async function put(headers: Record<string, string>, path: string, body: object): Promise<void> {
    const { status, body: said } = await call(headers, 'PUT', path, body);
    expect(status, JSON.stringify(said)).to.equal(200);
  }

  /** Kills the server once `crowd` stand at the point, starts it again and waits until it answers. */
  async function killAt(point: string, crowd: number, approving: () => Promise<unknown>): Promise<void> {
    await writeFile(crashFile, `${point} ${crowd}`);
    const asked = approving().catch(() => null);
    await server.ended;
    await asked;
    await writeFile(crashFile, '');
    server = await startServerProcess(env);
  }

  async function ended(headers: Record<string, string>, proposalId: string): Promise<Wire> {
    let view: Wire;
    const isOver = async () => {
      view = (await call(headers, 'GET', `/v1/proposals/${proposalId}`)).body;
      return ['done', 'dead', 'unknown'].includes(view.effect?.state);
    };
    await until(isOver, 60_000, 250);
    return view;
  }

  for (const { point, lost, mail: expected } of points) {
    const suffix = lost ? ', and every answer is lost' : '';
    it(`at ${point}${suffix}: every kind has happened once, or nobody can tell`, async function () {
      this.timeout(240_000);
      const { first, second } = await orderEveryKind(stand);
      const orders = [...first.map(order => ({ order, of: 0 })), ...second.map(order => ({ order, of: 1 }))];
      const sessions = await signInBoth();
      const made = await Promise.all(
        orders.map(async ({ order, of }) => {
          const actions = [{ action: order.action, arguments: order.arguments }];
          const path = `/v1/leads/${order.leadId}/proposals`;
          const { status, body } = await call(sessions[of] ?? {}, 'POST', path, { actions });
          expect(status, `${order.kind}: ${JSON.stringify(body)}`).to.equal(201);
          return { order, of, proposal: body.proposals[0] };
        }),
      );
      const marks = await Promise.all(accounts.map(account => writesSince(sandbox, account, 0)));
      if (lost) await loseAnswers(made);
      const approve = (as: Record<string, string>[]) =>
        Promise.all(
          made.map(({ of, proposal: { id, digest } }) =>
            call(as[of] ?? {}, 'POST', `/v1/proposals/${id}/approve`, { digest }),
          ),
        );
      await killAt(point, made.length, () => approve(sessions));
      const again = await signInBoth();
      // Whoever saw nothing happen presses once more.
      await approve(again);
      for (const { order, of, proposal } of made) {
        const view = await ended(again[of] ?? {}, proposal.id);
        const what = `${order.kind}: ${JSON.stringify(view.effect)}`;
        const { state } = view.effect;
        if (order.action === 'email') expect(state, what).to.equal(expected.state);
        else if (order.blind) expect(state, what).to.be.oneOf(['done', 'unknown']);
        else expect(state, what).to.equal('done');
        const happened = order.blind && point === 'effect.before-send' ? 0 : 1;
        await until(async () => (await order.count()) >= happened, 30_000, 250).catch(cause => {
          throw new Error(`${what} was never counted ${happened} times.`, { cause });
        });
        expect(await order.count(), what).to.equal(order.action === 'email' ? expected.sent : happened);
        const path = `/v1/proposals/${proposal.id}/approve`;
        const replayed = await call(again[of] ?? {}, 'POST', path, { digest: proposal.digest });
        expect(replayed.body.code, `${order.kind}, replayed after the restart`).to.equal('proposal-closed');
      }
      for (const [of, account] of accounts.entries()) {
        const { writes } = await writesSince(sandbox, account, marks[of]?.last ?? 0);
        const wanted = made.filter(
          one => one.of === of && !(one.order.blind && point === 'effect.before-send'),
        );
        const record = of === 0 && expected.state === 'done' ? await recordOfMail(first) : [];
        expect([...writes].sort(), account.subdomain).to.deep.equal(
          [...wanted.flatMap(({ order }) => order.writes), ...record].sort(),
        );
      }
    });
  }

  it('in the middle of a group: those that were approved happen once, the others when approved again', async function () {
    this.timeout(240_000);
    const { first } = await orderEveryKind(stand);
    const [{ leadId }] = first as [Order];
    const text = `In a group, ${randomUUID()}`;
    const [headers] = await signInBoth();
    const { body: group } = await call(headers, 'POST', `/v1/leads/${leadId}/proposals`, {
      actions: [
        { action: 'note', arguments: { text } },
        { action: 'task-create', arguments: { text, dueAt: '2027-03-01T10:00:00Z' } },
        { action: 'price', arguments: { price: 4300 } },
      ],
    });
    const digests = Object.fromEntries(group.proposals.map((one: Wire) => [one.id, one.digest]));
    const path = `/v1/proposal-groups/${group.groupId}/approve`;
    const { last } = await writesSince(sandbox, accounts[0], 0);
    await killAt('approve.after-commit', 1, () => call(headers, 'POST', path, { digests }));
    const [again] = await signInBoth();
    await call(again, 'POST', path, { digests });
    for (const { id } of group.proposals) expect((await ended(again, id)).effect.state).to.equal('done');
    const { writes } = await writesSince(sandbox, accounts[0], last);
    expect([...writes].sort()).to.deep.equal([
      `PATCH /leads/${leadId}`,
      `POST /leads/${leadId}/notes`,
      'POST /tasks',
    ]);
  });

  async function loseAnswers(made: { order: Order; of: number }[]): Promise<void> {
    mail.silent = true;
    for (const { order, of } of made) {
      const account = accounts[of];
      if (!order.write || !account) continue;
      const match = { method: order.write.method, path: `/api/v4${order.write.path}` };
      await sandbox.control(account, 'POST', '/faults', { kind: 'lost-response', match, times: 1 });
    }
  }

  /** A mail that was sent is noted on its lead, by an effect of its own. */
  async function recordOfMail(orders: Order[]): Promise<string[]> {
    const { leadId } = orders.find(({ action }) => action === 'email') as Order;
    const noted = async () => (await stand.page('GET', `/leads/${leadId}/notes?limit=250`)) !== null;
    await until(noted, 30_000, 250);
    return [`POST /leads/${leadId}/notes`];
  }
});

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
async function json(answer: Response): Promise<any> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
