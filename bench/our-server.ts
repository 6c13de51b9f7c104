import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signInToKommo } from '../server/testing/kommo-person.ts';
import { startSandboxProcess } from '../server/testing/sandbox-process.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';

export interface Ours {
  process: MeasuredProcess;
  shape: 'embedded' | 'PostgreSQL';
  headers: Record<string, string>;
  /** Of an administrator, for what a rep may not. */
  adminHeaders: Record<string, string>;
  leadIds: number[];
  accountId: number;
  /** Where the account's hooks go, as soon as they are subscribed. */
  hookAddress(): Promise<string>;
  close(): Promise<void>;
}

const bundle = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));
const port = 3950;

/**
 * The built server with one account installed, a document in its knowledge and a rep signed in. On the
 * PostgreSQL of TEST_DATABASE_URL (and TEST_DATABASE_MIGRATION_URL, TEST_REDIS_URL) where given, as
 * scripts/with-services.sh gives them, else embedded.
 */
export async function startOurs({
  modelUrl,
  env = {},
}: {
  modelUrl: string;
  env?: Record<string, string>;
}): Promise<Ours> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cardwise-bench-'));
  const sandbox = await startSandboxProcess();
  const account = sandbox.accounts[0];
  if (!account) throw new Error('The sandbox has no account.');
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');
  const {
    TEST_DATABASE_URL: database,
    TEST_DATABASE_MIGRATION_URL: migration,
    TEST_REDIS_URL: redis,
  } = process.env;
  const url = `http://127.0.0.1:${port}`;
  const server = await startMeasured(bundle, {
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      KOMMO_CLIENT_ID: clientId,
      KOMMO_CLIENT_SECRET: clientSecret,
      KOMMO_LOCAL_ORIGINS: sandbox.accounts.map(({ origin }) => origin).join(','),
      OPENAI_BASE_URL: modelUrl,
      OPENAI_API_KEY: 'scripted',
      RATE_LIMIT_PER_MINUTE: '10000000',
      DAILY_CAP_MICROS: '1000000000000',
      ...(database ? { DATABASE_URL: database, MASTER_KEY: randomBytes(32).toString('base64') } : {}),
      ...(migration ? { DATABASE_MIGRATION_URL: migration } : {}),
      ...(redis ? { REDIS_URL: redis } : {}),
      ...env,
    },
  });
  await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
    clientSecret,
    redirectUri: `${url}/kommo/oauth/callback`,
    name: 'Bench',
    widgetCode: 'bench',
  });
  await sandbox.control(account, 'POST', '/installs', { clientId });
  const key = (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();
  const operator = { authorization: `Bearer ${key}` };
  await until(async () => {
    const { tenants } = (await (await fetch(`${url}/v1/operator/tenants`, { headers: operator })).json()) as {
      tenants: { origin: string; state: string }[];
    };
    return tenants.some(tenant => tenant.origin === account.origin && tenant.state === 'ready');
  });
  const { token: admin } = (await (
    await fetch(`${url}/v1/operator/tenants/${account.id}/tokens`, { method: 'POST', headers: operator })
  ).json()) as { token: string };
  const form = new FormData();
  const text =
    'The warranty of every machine runs for twenty-four months from the day of delivery.\n\n'.repeat(40);
  form.append('file', new Blob([text], { type: 'text/markdown' }), 'warranty.md');
  const adminHeaders = { authorization: `Bearer ${admin}` };
  const { id } = (await (
    await fetch(`${url}/v1/documents`, { method: 'POST', headers: adminHeaders, body: form })
  ).json()) as { id: string };
  await until(
    async () =>
      (
        (await (await fetch(`${url}/v1/documents/${id}`, { headers: adminHeaders })).json()) as {
          state: string;
        }
      ).state === 'ready',
  );
  const state = (await (await sandbox.control(account, 'GET', '/state')).json()) as {
    users: { id: number; rights: { is_admin: boolean } }[];
    leads: { id: number }[];
  };
  const userId = state.users.find(user => user.rights.is_admin)?.id;
  const { token: oneTime } = (await (
    await sandbox.control(account, 'POST', '/one-time-tokens', { clientId, userId })
  ).json()) as { token: string };
  const session = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { origin: account.origin, 'x-auth-token': oneTime, 'content-type': 'application/json' },
    body: '{}',
  });
  const { token } = (await session.json()) as { token: string };
  return {
    process: server,
    shape: database ? 'PostgreSQL' : 'embedded',
    headers: { authorization: `Bearer ${token}`, origin: account.origin },
    adminHeaders,
    leadIds: state.leads.map(lead => lead.id),
    accountId: account.id,
    async hookAddress() {
      const person = await signInToKommo(sandbox, account, userId ?? 0);
      let address = '';
      await until(async () => {
        address = String((await person.all('/webhooks', 'webhooks'))[0]?.['destination'] ?? '');
        return address !== '';
      });
      return address;
    },
    async close() {
      await server.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('The server did not get ready in time.');
}
