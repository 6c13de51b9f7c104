import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { kommoPage, type Wire, writesSince } from '../../actions/testing.ts';
import { until } from '../harness.ts';
import { type SandboxAccount, type SandboxProcess, startSandboxProcess } from '../sandbox-process.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

const leadId = 18834645;
const olga = 9100001;

/** Every named point from the approval to the end of an effect. */
const points: [point: string, options: { lost: boolean }][] = [
  ['approve.after-look', { lost: false }],
  ['approve.after-commit', { lost: false }],
  ['effect.after-claim', { lost: true }],
  ['effect.before-send', { lost: false }],
  ['effect.after-send', { lost: false }],
  ['effect.in-doubt', { lost: true }],
  ['effect.before-end', { lost: true }],
  ['effect.after-end', { lost: true }],
];

describe('an effect whose process is killed', () => {
  let dataDir: string;
  let crashFile: string;
  let sandbox: SandboxProcess;
  let account: SandboxAccount;
  let env: Record<string, string> & { DATA_DIR: string };
  let server: ServerProcess;
  let page: Awaited<ReturnType<typeof kommoPage>>;
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');

  before(async function () {
    this.timeout(180_000);
    dataDir = await mkdtemp(join(tmpdir(), 'cardwise-crash-'));
    crashFile = join(dataDir, 'crash-point');
    await writeFile(crashFile, '');
    sandbox = await startSandboxProcess();
    const [first] = sandbox.accounts;
    if (!first) throw new Error('The sandbox has no account.');
    account = first;
    const port = String(await freePort());
    env = {
      DATA_DIR: dataDir,
      PORT: port,
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_MINUTE: '100000',
      KOMMO_CLIENT_ID: clientId,
      KOMMO_CLIENT_SECRET: clientSecret,
      KOMMO_LOCAL_ORIGINS: account.origin,
      EFFECT_SETTLE_MS: '1500',
      CRASH_POINT_FILE: crashFile,
    };
    server = await startServerProcess(env);
    await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
      clientSecret,
      redirectUri: `http://127.0.0.1:${port}/kommo/oauth/callback`,
      name: 'Cardwise',
      widgetCode: 'cardwise',
    });
    await sandbox.control(account, 'POST', '/installs', { clientId });
    page = await kommoPage(sandbox, account, olga);
    await until(async () => {
      const answer = await fetch(`${server.url}/v1/operator/tenants`, {
        headers: { authorization: `Bearer ${server.operatorKey}` },
      });
      return (await json(answer)).tenants[0]?.state === 'ready';
    });
  });
  after(async () => {
    await server?.stop();
    await sandbox?.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  afterEach(async () => {
    await writeFile(crashFile, '');
    await sandbox.control(account, 'DELETE', '/faults');
  });

  async function signIn(): Promise<Record<string, string>> {
    const { token: oneTime } = await json(
      await sandbox.control(account, 'POST', '/one-time-tokens', { clientId, userId: olga }),
    );
    const headers = { origin: account.origin, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/session`, {
      method: 'POST',
      headers: { ...headers, 'x-auth-token': oneTime },
      body: '{}',
    });
    return { ...headers, authorization: `Bearer ${(await json(answer)).token}` };
  }

  async function call(headers: Record<string, string>, method: string, path: string, body?: object) {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...headers, 'idempotency-key': randomUUID() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  }

  /**
   * Approves a note, a task and a price together, is killed at the point, starts again and presses once more.
   * Answers how each ended and what Kommo was asked to write.
   */
  async function killAt(point: string, actions: { action: string; arguments: object }[]) {
    const headers = await signIn();
    const { body: made } = await call(headers, 'POST', `/v1/leads/${leadId}/proposals`, { actions });
    const digests = Object.fromEntries(made.proposals.map((one: Wire) => [one.id, one.digest]));
    const approve = (as: Record<string, string>) =>
      call(as, 'POST', `/v1/proposal-groups/${made.groupId}/approve`, { digests });
    const { last } = await writesSince(sandbox, account, 0);
    await writeFile(crashFile, point);
    const approving = approve(headers).catch(() => null);
    await server.ended;
    await approving;
    await writeFile(crashFile, '');
    server = await startServerProcess(env);
    const again = await signIn();
    await approve(again);
    const views: Wire[] = [];
    for (const { id } of made.proposals) {
      await until(async () => {
        const { body } = await call(again, 'GET', `/v1/proposals/${id}`);
        if (!['done', 'dead', 'unknown'].includes(body.effect?.state)) return false;
        views.push(body);
        return true;
      }, 60_000);
    }
    const [first] = made.proposals;
    const replayed = await call(again, 'POST', `/v1/proposals/${first.id}/approve`, { digest: first.digest });
    expect(replayed.body.code, 'replayed after the restart').to.equal('proposal-closed');
    const { writes } = await writesSince(sandbox, account, last);
    return { views, writes };
  }

  for (const [point, { lost }] of points) {
    const suffix = lost ? ', and the answer to the note is lost' : '';
    it(`at ${point}${suffix}: has made one note, one task and one change`, async function () {
      this.timeout(180_000);
      const text = `Killed at ${point}, ${randomUUID()}`;
      const { price } = await page('GET', `/leads/${leadId}`);
      const notesPath = `/leads/${leadId}/notes`;
      if (lost) {
        const match = { method: 'POST', path: `/api/v4${notesPath}` };
        await sandbox.control(account, 'POST', '/faults', { kind: 'lost-response', match, times: 1 });
      }
      const { views, writes } = await killAt(point, [
        { action: 'note', arguments: { text } },
        { action: 'task-create', arguments: { text, dueAt: '2027-03-01T10:00:00Z' } },
        { action: 'price', arguments: { price: price + 10 } },
      ]);
      expect(views.map(view => view.effect.state)).to.deep.equal(['done', 'done', 'done']);
      expect([...writes].sort()).to.deep.equal([
        `PATCH /leads/${leadId}`,
        `POST ${notesPath}`,
        'POST /tasks',
      ]);
      const notes = await page('GET', `${notesPath}?limit=250&order[id]=desc`);
      const ours = notes._embedded.notes.filter((note: Wire) => note.params.text === text);
      expect(ours.map((note: Wire) => String(note.id))).to.deep.equal([views[0].effect.result.recordId]);
      expect((await page('GET', `/leads/${leadId}`)).price).to.equal(price + 10);
    });
  }
});

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
async function json(answer: Response): Promise<any> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}
