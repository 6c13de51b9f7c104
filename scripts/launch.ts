import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../server/db/folder-lock.ts';
import { addressesOf } from './addresses.ts';
import { seedKnowledge } from './seed-knowledge.ts';

/** What `npm start` does: a sandbox with two accounts, the server, and our widget installed in both. */

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dataDir = resolve(process.env.DATA_DIR || '.data');
const port = process.env.PORT || '3000';
const sandboxPort = Number(process.env.SANDBOX_PORT || 3001);
const host = process.env.HOST || '127.0.0.1';
const { apiUrl, publicUrl } = addressesOf(process.env);

interface SandboxAccount {
  id: number;
  subdomain: string;
  origin: string;
  leadCardUrl: string;
  lang: string;
}

class StartFailed extends Error {}

const children: ChildProcess[] = [];
let stopping = false;

async function main(): Promise<void> {
  await assertWritable();
  await takeFolder();
  const log = createWriteStream(join(dataDir, 'server.log'), { flags: 'a' });
  const demo = await readOrMakeIntegration();
  say('Starting the sandbox …');
  const accounts = await startSandbox();
  const archive = await readFile(join(root, 'dist/widget.zip'));
  const first = accounts[0];
  if (!first)
    throw new StartFailed(
      'The sandbox has no account. Remove its state and start again: rm -r ' + join(dataDir, 'sandbox'),
    );
  await control(first.origin, 'PUT', `/integrations/${demo.clientId}`, {
    clientSecret: demo.clientSecret,
    redirectUri: `${publicUrl}/kommo/oauth/callback`,
    disableUrl: `${publicUrl}/kommo/uninstall`,
    name: 'Cardwise',
    widgetCode: 'cardwise',
  });
  await control(first.origin, 'PUT', `/integrations/${demo.clientId}/archive`, archive);
  say('Starting the server …');
  await startServer(accounts, demo, log);
  const operatorKey = (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();
  for (const account of accounts) await installIn(account, demo.clientId, operatorKey);
  say('Reading the demo knowledge …');
  await seedKnowledge({
    apiUrl,
    operatorKey,
    accounts,
    folder: join(root, 'server/testing/fixtures/knowledge'),
  });
  const lines = accounts.map(account => `  ${account.leadCardUrl}   (${account.subdomain}, ${account.lang})`);
  say(
    `\nReady. Open a lead card:\n${lines.join('\n')}\n\nThe API is at ${apiUrl} (${apiUrl}/openapi.json), its log in ${join(dataDir, 'server.log')}.\nPress Ctrl-C to stop.`,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function assertWritable(): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    const probe = join(dataDir, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await (await import('node:fs/promises')).rm(probe);
  } catch {
    throw new StartFailed(
      `The data folder ${dataDir} cannot be written to. Give this user the right to write there, or choose another folder: DATA_DIR=<folder> npm start`,
    );
  }
}

/** The sandbox keeps its state here too, so a second start must not come as far as starting one. */
async function takeFolder(): Promise<void> {
  const taken = await lockFolder(join(dataDir, 'launcher')).catch((error: Error) => error);
  if (!(taken instanceof Error)) return;
  throw new StartFailed(
    `Cardwise is already running on the data folder ${dataDir}. Stop it, or start this one apart: DATA_DIR=<folder> PORT=<number> SANDBOX_PORT=<number> npm start`,
  );
}

/** The demo's integration: made once, so that tokens of an earlier start still fit. */
async function readOrMakeIntegration(): Promise<{ clientId: string; clientSecret: string }> {
  const path = join(dataDir, 'demo-integration.json');
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    const made = { clientId: randomUUID(), clientSecret: randomBytes(32).toString('hex') };
    await writeFile(`${path}.tmp`, JSON.stringify(made), { mode: 0o600 });
    await rename(`${path}.tmp`, path);
    return made;
  }
}

function startSandbox(): Promise<SandboxAccount[]> {
  const child = start('dist/sandbox/main.js', {
    SANDBOX_PORT: String(sandboxPort),
    DATA_DIR: dataDir,
    // As the platform does: who calls too often is refused.
    SANDBOX_LIMITS: 'on',
  });
  return new Promise((ready, failed) => {
    if (!child.stdout) throw new Error('no output');
    createInterface({ input: child.stdout }).on('line', line => {
      try {
        const said = JSON.parse(line);
        if (said.ready) ready(said.accounts);
      } catch {
        say(line);
      }
    });
    failWith(child, failed);
  });
}

function startServer(
  accounts: SandboxAccount[],
  demo: { clientId: string; clientSecret: string },
  log: WriteStream,
): Promise<void> {
  const origins = accounts.map(account => account.origin).join(',');
  const child = start('dist/server/main.js', {
    HOST: host,
    PORT: port,
    DATA_DIR: dataDir,
    PUBLIC_URL: publicUrl,
    KOMMO_CLIENT_ID: demo.clientId,
    KOMMO_CLIENT_SECRET: demo.clientSecret,
    KOMMO_LOCAL_ORIGINS: origins,
    KOMMO_OAUTH_URL: `${accounts[0]?.origin}/oauth`,
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', line => {
      log.write(`${line}\n`);
      if (/"level":"(error|fatal)"/.test(line)) process.stderr.write(`${line}\n`);
    });
  }
  return new Promise((ready, failed) => {
    child.on('message', message => {
      if (typeof message === 'object' && message !== null && 'ready' in message) ready();
    });
    failWith(child, failed);
  });
}

function start(entry: string, env: Record<string, string>): ChildProcess {
  const child = fork(join(root, entry), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: root,
  });
  children.push(child);
  return child;
}

/** A child that ends before we stop takes everything down, with its own words as the reason. */
function failWith(child: ChildProcess, failed: (error: Error) => void): void {
  let words = '';
  child.stderr?.on('data', chunk => {
    words = (words + chunk).slice(-4000);
  });
  child.on('exit', code => {
    if (stopping) return;
    const error = new StartFailed(words.trim() || `A process ended with code ${code}.`);
    failed(error);
    void stop(1, error.message);
  });
}

async function control(origin: string, method: string, path: string, body: unknown): Promise<void> {
  const raw = body instanceof Uint8Array;
  const answer = await fetch(`${origin}/control${path}`, {
    method,
    headers: { 'x-sandbox-control': '1', 'content-type': raw ? 'application/zip' : 'application/json' },
    body: raw ? new Uint8Array(body) : JSON.stringify(body),
  });
  if (!answer.ok) throw new StartFailed(`The sandbox refused ${method} ${path}: ${await answer.text()}`);
}

/** Presses Install in the account, as its administrator would, unless it is connected already. */
async function installIn(account: SandboxAccount, clientId: string, operatorKey: string): Promise<void> {
  if (await isConnected(account, operatorKey)) return;
  say(`Installing the widget in ${account.subdomain} …`);
  await control(account.origin, 'POST', '/installs', { clientId });
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (await isConnected(account, operatorKey)) return;
    await new Promise(done => setTimeout(done, 200));
  }
  throw new StartFailed(
    `The widget could not be installed in ${account.subdomain}; the server's log says why: ${join(dataDir, 'server.log')}`,
  );
}

async function isConnected({ id, origin }: SandboxAccount, operatorKey: string): Promise<boolean> {
  const answer = await fetch(`${apiUrl}/v1/operator/tenants`, {
    headers: { authorization: `Bearer ${operatorKey}` },
  });
  const { tenants } = (await answer.json()) as {
    tenants: { accountId: number; origin: string; state: string }[];
  };
  return tenants.some(
    tenant => tenant.accountId === id && tenant.origin === origin && tenant.state === 'ready',
  );
}

async function stop(code: number, why?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (why) process.stderr.write(`${why}\n`);
  // The server first: it may still be talking to the sandbox.
  for (const child of [...children].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise(done => child.once('exit', done));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(late);
  }
  process.exit(code);
}

process.on('SIGINT', () => {
  say('Stopping …');
  void stop(0);
});
process.on('SIGTERM', () => void stop(0));
main().catch(error => stop(1, error instanceof StartFailed ? error.message : String(error?.stack ?? error)));
