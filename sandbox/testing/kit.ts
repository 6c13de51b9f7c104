import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { type Sandbox, type SandboxAccount, startSandbox } from '../index.ts';

export const clientId = '2fd9c91a-1c4e-5844-97b5-11fca8841c85';
export const clientSecret = 'sample-client-secret-not-real-0123456789abcdef0123456789abcdef01';

export type Json = Record<string, unknown>;

/** A running sandbox with an integration whose server is `hooks`; `close` leaves nothing behind. */
export interface Bench {
  first: SandboxAccount;
  second: SandboxAccount;
  hooks: Hooks;
  redirectUri: string;
  dataDir: string;
  /** Moves the sandbox's clock, which stands still otherwise. */
  advance(seconds: number): void;
  now(): number;
  restart(): Promise<void>;
  control(method: string, path: string, body?: unknown, account?: SandboxAccount): Promise<Response>;
  token(fields: Json, account?: SandboxAccount): Promise<Response>;
  grant(userId?: number, account?: SandboxAccount): Promise<{ accessToken: string; refreshToken: string }>;
  api(path: string, accessToken: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  const hooks = await openHooks();
  let nowMs = 1_767_693_600_000;
  const clock = () => nowMs;
  let sandbox: Sandbox = await startSandbox({ port: 0, dataDir, clock });
  const accountAt = (index: number) => {
    const account = sandbox.accounts[index];
    if (!account) throw new Error('No such demo account');
    return account;
  };

  const bench: Bench = {
    get first() {
      return accountAt(0);
    },
    get second() {
      return accountAt(1);
    },
    hooks,
    dataDir,
    redirectUri: `${hooks.origin}/kommo/oauth/callback`,
    advance: seconds => {
      nowMs += seconds * 1000;
    },
    now: () => nowMs / 1000,
    async restart() {
      await sandbox.close();
      sandbox = await startSandbox({ port: 0, dataDir, clock });
    },
    control: (method, path, body, account = accountAt(0)) =>
      fetch(`${account.origin}/control/${path}`, {
        method,
        headers: { 'X-Sandbox-Control': '1', 'Content-Type': 'application/json' },
        ...(body === undefined
          ? {}
          : { body: body instanceof Uint8Array ? body.slice() : JSON.stringify(body) }),
      }),
    token: (fields, account = accountAt(0)) =>
      fetch(`${account.origin}/oauth2/access_token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uri: bench.redirectUri,
          ...fields,
        }),
      }),
    async grant(userId, account = accountAt(0)) {
      const asked = await bench.control('POST', 'codes', { clientId, userId }, account);
      const { code } = (await asked.json()) as { code: string };
      const answer = await bench.token({ grant_type: 'authorization_code', code }, account);
      const pair = (await answer.json()) as { access_token: string; refresh_token: string };
      return { accessToken: pair.access_token, refreshToken: pair.refresh_token };
    },
    api: (path, accessToken, init = {}) =>
      fetch(`${accountAt(0).origin}/api/v4/${path}`, {
        ...init,
        headers: {
          Authorization: `Bearer ${accessToken}`,
          'Content-Type': 'application/json',
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
    async close() {
      await sandbox.close();
      await hooks.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await bench.control('PUT', `integrations/${clientId}`, {
    clientSecret,
    redirectUri: bench.redirectUri,
    disableUrl: `${hooks.origin}/kommo/uninstall`,
    name: 'Sample integration',
    widgetCode: 'sample',
    scopes: ['crm', 'notifications', 'external_chats_send', 'external_chats_history'],
  });
  return bench;
}

export interface Hooks {
  origin: string;
  received: {
    method: string;
    path: string;
    query: URLSearchParams;
    userAgent: string;
    headers: Record<string, string | string[] | undefined>;
    body: string;
  }[];
  /** What the server answers next: its status, or how. Afterwards 200 again. */
  answers: (number | 'never')[];
  close(): Promise<void>;
}

/** The integration's own server, as far as the platform calls it. */
async function openHooks(): Promise<Hooks> {
  const received: Hooks['received'] = [];
  const answers: Hooks['answers'] = [];
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    let body = '';
    req.setEncoding('utf8').on('data', part => {
      body += part;
    });
    req.on('end', () => {
      received.push({
        method: req.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        userAgent: req.headers['user-agent'] ?? '',
        headers: req.headers,
        body,
      });
      const answer = answers.shift();
      if (answer === 'never') return;
      if (answer !== undefined) res.statusCode = answer;
      res.end('ok');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Waits for a condition; what it asks of tells what is missing when it never comes. */
export async function until<T>(ask: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
  for (
    const end = Date.now() + 8000;
    Date.now() < end;
    await new Promise(resolve => setTimeout(resolve, 15))
  ) {
    const found = await ask();
    if (found) return found;
  }
  throw new Error(`This never came: ${what}`);
}

export async function jsonOf<T = Json>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

const onePixel = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

/** A widget archive of the smallest kind, changed by `files`; null leaves a file out. */
export function widgetZip(files: Record<string, string | null> = {}, locales = ['en', 'es']): Uint8Array {
  const manifest = {
    widget: {
      name: 'widget.name',
      description: 'widget.description',
      short_description: 'widget.short_description',
      version: '1.0.0',
      interface_version: 2,
      init_once: false,
      locale: locales,
      installation: true,
    },
    locations: ['lcard-1', 'settings'],
    settings: { api_key: { name: 'settings.api_key', type: 'text', required: false } },
  };
  const texts: Record<string, string | null> = {
    'manifest.json': JSON.stringify(manifest),
    'script.js': 'define([], function () { return function () { return this; }; });',
    ...Object.fromEntries(
      locales.map(lang => [`i18n/${lang}.json`, JSON.stringify({ widget: { name: `name ${lang}` } })]),
    ),
    ...files,
  };
  const entries: Record<string, Uint8Array> = {};
  for (const [name, text] of Object.entries(texts)) if (text !== null) entries[name] = strToU8(text);
  for (const logo of ['logo', 'logo_main', 'logo_medium', 'logo_min', 'logo_small']) {
    entries[`images/${logo}.png`] = onePixel;
  }
  return zipSync(entries);
}
