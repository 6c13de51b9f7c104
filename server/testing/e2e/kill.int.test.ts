import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readStream, textOf, until } from '../harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../model-server.ts';
import { type SandboxAccount, type SandboxProcess, startSandboxProcess } from '../sandbox-process.ts';
import { runServerProcess, type ServerProcess, startServerProcess } from '../server-process.ts';

describe('kill -9 on the embedded shape', () => {
  let dataDir: string;
  let model: ModelServer;
  let sandbox: SandboxProcess;
  let account: SandboxAccount;
  let env: Record<string, string> & { DATA_DIR: string };
  let server: ServerProcess;
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');

  before(async function () {
    this.timeout(180_000);
    dataDir = await mkdtemp(join(tmpdir(), 'cardwise-kill-'));
    [model, sandbox] = await Promise.all([startModelServer(), startSandboxProcess()]);
    const [first] = sandbox.accounts;
    if (!first) throw new Error('The sandbox has no account.');
    account = first;
    const port = String(await freePort());
    env = {
      DATA_DIR: dataDir,
      PORT: port,
      LOG_LEVEL: 'error',
      // The test looks as often as it can; the limit is not what it is about.
      RATE_LIMIT_PER_MINUTE: '100000',
      KOMMO_CLIENT_ID: clientId,
      KOMMO_CLIENT_SECRET: clientSecret,
      KOMMO_LOCAL_ORIGINS: account.origin,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'scripted',
    };
    server = await startServerProcess(env);
    await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
      clientSecret,
      redirectUri: `http://127.0.0.1:${port}/kommo/oauth/callback`,
      name: 'Cardwise',
      widgetCode: 'cardwise',
    });
    await sandbox.control(account, 'POST', '/installs', { clientId });
    await until(async () => {
      const { tenants } = await json(
        await fetch(`${server.url}/v1/operator/tenants`, { headers: operator() }),
      );
      return tenants[0]?.state === 'ready';
    });
  });
  after(async () => {
    await server?.stop();
    await sandbox?.close();
    await model?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const operator = () => ({ authorization: `Bearer ${server.operatorKey}` });

  async function signIn(): Promise<{ headers: Record<string, string>; leadId: number }> {
    const state = await json(await sandbox.control(account, 'GET', '/state'));
    const userId = state.users.find((user: { rights: { is_admin: boolean } }) => user.rights.is_admin).id;
    const { token: oneTime } = await json(
      await sandbox.control(account, 'POST', '/one-time-tokens', { clientId, userId }),
    );
    const headers = { origin: account.origin, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/session`, {
      method: 'POST',
      headers: { ...headers, 'x-auth-token': oneTime },
      body: '{}',
    });
    const { token } = await json(answer);
    return { headers: { ...headers, authorization: `Bearer ${token}` }, leadId: state.leads[0].id };
  }

  it('during an answer: the question and what was said are kept, and the answer can be asked for again', async function () {
    this.timeout(120_000);
    const { headers, leadId } = await signIn();
    model.script(
      modelStep.reply(['Said before the crash.', new Promise(() => {})]),
      modelStep.reply('Said in full after it.'),
    );
    const asking = fetch(`${server.url}/v1/leads/${leadId}/messages`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text: 'What if you are killed?', locale: 'en' }),
    }).then(answer => answer.text());
    asking.catch(() => undefined);
    const thread = async () => json(await fetch(`${server.url}/v1/leads/${leadId}/thread`, { headers }));
    await until(async () => (await thread()).messages.at(-1)?.text === 'Said before the crash.');
    await server.kill();
    server = await startServerProcess(env);
    await until(async () => (await thread()).messages.at(-1)?.run?.status === 'interrupted');
    const { messages } = await thread();
    expect(messages.map((message: { text: string }) => message.text)).to.deep.equal([
      'What if you are killed?',
      'Said before the crash.',
    ]);
    expect(messages[1].run.error).to.include({ code: 'run-interrupted', retryable: true });

    const retried = await fetch(`${server.url}/v1/runs/${messages[1].run.id}/retry`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': randomUUID() },
    });
    const events = await readStream(retried);
    expect(textOf(events)).to.equal('Said in full after it.');
    expect((await thread()).messages.map((message: { text: string }) => message.text)).to.deep.equal([
      'What if you are killed?',
      'Said in full after it.',
    ]);
    model.expectDone();
  });

  it('right after an upload was accepted: the document is finished by the sweep, once', async function () {
    this.timeout(120_000);
    const admin = async () => {
      const minted = await fetch(`${server.url}/v1/operator/tenants/${account.id}/tokens`, {
        method: 'POST',
        headers: operator(),
      });
      return { authorization: `Bearer ${(await json(minted)).token}` };
    };
    const form = new FormData();
    const text = 'Spare parts are kept in stock for eleven years after the last machine was sold.\n\n'.repeat(
      400,
    );
    form.append('file', new Blob([text], { type: 'text/markdown' }), 'parts.md');
    const accepted = await fetch(`${server.url}/v1/documents`, {
      method: 'POST',
      headers: await admin(),
      body: form,
    });
    expect(accepted.status).to.equal(202);
    const { id } = await json(accepted);
    await server.kill();
    server = await startServerProcess(env);
    const headers = await admin();
    const read = async () => json(await fetch(`${server.url}/v1/documents/${id}`, { headers }));
    await until(async () => (await read()).state === 'ready', 60_000);
    const found = await json(
      await fetch(`${server.url}/v1/knowledge/search?q=spare%20parts%20stock`, { headers }),
    );
    expect(JSON.stringify(found)).to.contain('eleven years');
    const { documents } = await json(await fetch(`${server.url}/v1/documents`, { headers }));
    expect(documents).to.have.length(1);
  });

  it('tells a second process on the same folder so in one sentence, with exit code 1', async () => {
    const { code, words } = await runServerProcess({ ...env, PORT: '0' });
    expect(code).to.equal(1);
    expect(words.trim().split('\n')).to.have.length(1);
    expect(words).to.contain('Another process is using the data folder').and.to.contain('DATA_DIR=');
  });
});

describe('a start that cannot work says what to do', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-start-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('when the port is taken', async function () {
    this.timeout(60_000);
    const other = createServer();
    await new Promise<void>(done => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const { code, words } = await runServerProcess({
      DATA_DIR: join(folder, 'port'),
      PORT: String(port),
      LOG_LEVEL: 'error',
    });
    other.close();
    expect(code).to.equal(1);
    expect(words).to.match(new RegExp(`^Port ${port} on 127.0.0.1 is taken\\..*PORT=<number>\\.\\n$`));
  });

  it('when the data folder cannot be written to', async () => {
    const { code, words } = await runServerProcess({
      DATA_DIR: '/dev/null/data',
      PORT: '0',
      LOG_LEVEL: 'error',
    });
    expect(code).to.equal(1);
    expect(words).to.match(
      /^The data folder \/dev\/null\/data cannot be written to\..*DATA_DIR=<folder>\.\n$/,
    );
  });

  it('when the settings contradict each other, all at once', async () => {
    const { code, words } = await runServerProcess({
      DATA_DIR: folder,
      PORT: 'many',
      KOMMO_CLIENT_ID: 'only-half',
      REDIS_URL: 'redis://127.0.0.1',
    });
    expect(code).to.equal(1);
    expect(words).to.contain('PORT').and.to.contain('KOMMO_CLIENT_SECRET').and.to.contain('REDIS_URL');
  });
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
