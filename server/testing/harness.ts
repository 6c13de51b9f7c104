import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { type App, compose, type Ports } from '../compose.ts';
import { type Config, readConfig } from '../config.ts';
import { openBullQueue, openEmbeddedQueue } from '../jobs/index.ts';
import { createLogger } from '../kernel/index.ts';
import { keysFrom } from '../secrets/index.ts';
import { builtProgram } from './built.ts';
import { testDatabase } from './database.ts';
import { type SandboxAccount, type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

export interface StreamedEvent {
  id: number;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
  data: any;
}

/** A person's browser as the API sees it: their token and their page's origin. */
export interface Session {
  token: string;
  account: SandboxAccount;
  userId: number;
  headers: Record<string, string>;
}

export interface Harness {
  app: App;
  /** What the server was composed from, so that a test can compose another process of it. */
  config: Config;
  url: string;
  sandbox: SandboxProcess;
  clientId: string;
  clientSecret: string;
  logs: string[];
  accounts: [SandboxAccount, SandboxAccount];
  state(account: SandboxAccount): Promise<SandboxState>;
  oneTimeToken(account: SandboxAccount, userId: number, overrides?: Record<string, unknown>): Promise<string>;
  session(account: SandboxAccount, userId?: number): Promise<Session>;
  adminToken(account: SandboxAccount): Promise<string>;
  fetch(session: Session | string | null, path: string, init?: RequestInit): Promise<Response>;
  /** Adds a document as the account's administrator and waits until it answers searches or failed. */
  addDocument(
    account: SandboxAccount,
    name: string,
    content: string | Uint8Array,
    type: string,
  ): Promise<string>;
  ask(session: Session, leadId: number, text: string, options?: AskOptions): Promise<StreamedEvent[]>;
  /** Cuts every open connection to the server, as a network would. */
  cutConnections(): void;
  close(): Promise<void>;
}

export interface AskOptions {
  key?: string;
  locale?: string;
  visibility?: 'shared' | 'private';
  signal?: AbortSignal;
  onEvent?: (event: StreamedEvent) => void;
}

export interface SandboxState {
  accountId: number;
  // biome-ignore lint/suspicious/noExplicitAny: the sandbox's own view of its records
  users: any[];
  // biome-ignore lint/suspicious/noExplicitAny: the sandbox's own view of its records
  leads: any[];
}

/**
 * The whole server on the test database, listening, beside a sandbox whose two accounts have installed
 * it through the real OAuth flow.
 */
export async function startHarness(
  given: Partial<Ports> & { env?: Record<string, string> } = {},
): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cardwise-test-'));
  const sandbox = await startSandboxProcess();
  let handler: RequestListener = (_req, res) => res.writeHead(503).end();
  const server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => handler(req, res));
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');
  const { env, ...ports } = given;
  const config = readConfig({
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'debug',
    KOMMO_CLIENT_ID: clientId,
    KOMMO_CLIENT_SECRET: clientSecret,
    KOMMO_LOCAL_ORIGINS: sandbox.accounts.map(account => account.origin).join(','),
    RATE_LIMIT_PER_MINUTE: '100000',
    // Tests of other things do not wait for Kommo's turn; each harness counts for itself.
    KOMMO_CALLS_PER_SECOND: '200',
    KOMMO_CALLS_PER_SECOND_ADDRESS: '1000',
    KOMMO_ADDRESS_NAME: clientId,
    // It calls Kommo by itself, where most suites count calls and plan faults; those of the mirror turn it on.
    MIRROR: 'off',
    ...env,
  });
  const logs: string[] = [];
  const log = createLogger('debug', { write: line => void logs.push(line) });
  // Each under names of its own: another harness on this database would do the job, and ask its own model.
  const redisUrl = process.env.TEST_REDIS_URL;
  const names = `test-${clientId}`;
  const queue = ports.queue
    ? null
    : redisUrl
      ? openBullQueue(redisUrl, log, names)
      : await openEmbeddedQueue(await testDatabase(), log, `${names}.`);
  const app = await compose(config, {
    db: await testDatabase(),
    log,
    ...(queue ? { queue } : {}),
    keys: keysFrom(randomBytes(32)),
    operatorKey: `cwo_${randomBytes(24).toString('base64url')}`,
    timing: { graceMs: 500, beatMs: 100, sweepMs: 3_600_000, kommoBlockMs: 200 },
    // A conversation that several suites share would have its model asked by a job, where they plan each call.
    historyBounds: { keep: 1_000_000, most: 1_000_000 },
    validateAnswers: true,
    // On the database that all suites share, one's sweep would have another's work done, and ask its own model.
    serves: ({ origin }) =>
      sandbox.accounts.some(account => new URL(account.origin).port === new URL(origin).port),
    extractorPath: builtProgram('reader', 'server/extract-process.js'),
    ...ports,
  });
  handler = app.http;
  const [first, second] = sandbox.accounts;
  if (!first || !second) throw new Error('The sandbox has two accounts.');

  const harness: Harness = {
    app,
    config,
    url,
    sandbox,
    clientId,
    clientSecret,
    logs,
    accounts: [first, second],
    async state(account) {
      return (await (await sandbox.control(account, 'GET', '/state')).json()) as SandboxState;
    },
    async oneTimeToken(account, userId, overrides) {
      const answer = await sandbox.control(account, 'POST', '/one-time-tokens', {
        clientId,
        userId,
        ...(overrides ? { overrides } : {}),
      });
      return ((await answer.json()) as { token: string }).token;
    },
    async session(account, userId) {
      const id = userId ?? (await harness.state(account)).users.find(user => user.rights.is_admin).id;
      const headers = { origin: account.origin, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/v1/session`, {
        method: 'POST',
        headers: { ...headers, 'x-auth-token': await harness.oneTimeToken(account, id) },
        body: JSON.stringify({ locale: 'en' }),
      });
      if (!answer.ok) throw new Error(`No session: ${await answer.text()}`);
      const { token } = (await answer.json()) as { token: string };
      return { token, account, userId: id, headers: { ...headers, authorization: `Bearer ${token}` } };
    },
    async adminToken(account) {
      const answer = await fetch(`${url}/v1/operator/tenants/${account.id}/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.operatorKey}` },
      });
      return ((await answer.json()) as { token: string }).token;
    },
    fetch(session, path, init = {}) {
      const headers =
        session === null
          ? {}
          : typeof session === 'string'
            ? { authorization: `Bearer ${session}` }
            : session.headers;
      return fetch(`${url}${path}`, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string>) },
      });
    },
    async addDocument(account, name, content, type) {
      const token = await harness.adminToken(account);
      const form = new FormData();
      form.append(
        'file',
        new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type }),
        name,
      );
      const added = await harness.fetch(token, '/v1/documents', { method: 'POST', body: form });
      const { id } = (await added.json()) as { id: string };
      if (!id) throw new Error(`The document was refused with ${added.status}.`);
      await until(async () => {
        const { state } = (await (await harness.fetch(token, `/v1/documents/${id}`)).json()) as {
          state: string;
        };
        return state === 'ready' || state === 'failed';
      });
      return id;
    },
    async ask(
      session,
      leadId,
      text,
      { key = randomUUID(), locale = 'en', visibility = 'shared', signal, onEvent } = {},
    ) {
      const answer = await harness.fetch(session, `/v1/leads/${leadId}/messages`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: JSON.stringify({ text, locale, visibility }),
        ...(signal ? { signal } : {}),
      });
      if (!answer.ok) throw new Error(`Asking failed: ${await answer.text()}`);
      return readStream(answer, onEvent);
    },
    cutConnections: () => server.closeAllConnections(),
    async close() {
      await app.stopTaking(0);
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
      // The sweeps of the next harness on this database have nothing to look for here.
      await app.db.withoutTenant(tx => tx('tenant_routes').where({ client_uuid: clientId }).delete());
      await app.close();
      await queue?.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  for (const account of harness.accounts) await install(harness, account);
  return harness;
}

async function install(
  { sandbox, clientId, clientSecret, url, app }: Harness,
  account: SandboxAccount,
): Promise<void> {
  await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
    clientSecret,
    redirectUri: `${url}/kommo/oauth/callback`,
    disableUrl: `${url}/kommo/uninstall`,
    name: 'Cardwise',
    widgetCode: 'cardwise',
  });
  await sandbox.control(account, 'POST', '/installs', { clientId });
  await until(async () => {
    const answer = await fetch(`${url}/v1/operator/tenants`, {
      headers: { authorization: `Bearer ${app.operatorKey}` },
    });
    const { tenants } = (await answer.json()) as {
      tenants: { accountId: number; state: string; origin: string }[];
    };
    return tenants.some(tenant => tenant.origin === account.origin && tenant.state === 'ready');
  });
}

/** Reads a stream of server-sent events to its end. */
export async function readStream(
  answer: Response,
  onEvent?: (event: StreamedEvent) => void,
): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  const parser = createParser({
    onEvent({ id, event, data }) {
      const read = { id: Number(id), type: event ?? 'message', data: JSON.parse(data) };
      events.push(read);
      onEvent?.(read);
    },
  });
  const decoder = new TextDecoder();
  if (answer.body)
    for await (const chunk of answer.body) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  return events;
}

/** The text a reader of these events would show. */
export function textOf(events: StreamedEvent[]): string {
  let text = '';
  for (const { type, data } of events)
    if (type === 'text.delta') text = text.slice(0, data.offset) + data.text;
  return text;
}

/** Waits for a condition, looking often, and fails after a bound. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  boundMs = 30_000,
  everyMs = 25,
): Promise<void> {
  for (const deadline = Date.now() + boundMs; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
  throw new Error(`A condition did not come true within ${boundMs} ms: ${condition}`);
}
