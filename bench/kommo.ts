import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openPostgres } from '../server/db/index.ts';
import { startSandboxProcess } from '../server/testing/sandbox-process.ts';
import type { WorkerResult, WorkerTask } from './kommo-worker.ts';
import type { Row } from './report.ts';

const redirectUri = 'https://bench.example/kommo/oauth/callback';

/**
 * Mixed calls of several processes to many sandbox accounts with enforced limits, syncs running all the
 * time: how long reps wait, and whether Kommo ever refuses. Beside it the floor: one process, one call after
 * another, a seventh of a second asleep before each.
 */
export async function benchKommo({
  accounts = 50,
  processes = 4,
  calls = 10_000,
  seconds = 60,
}: {
  accounts?: number;
  processes?: number;
  calls?: number;
  seconds?: number;
} = {}): Promise<Row[]> {
  const { TEST_DATABASE_URL, TEST_DATABASE_MIGRATION_URL, TEST_REDIS_URL, BENCH_BUDGET } = process.env;
  if (!TEST_DATABASE_URL || !TEST_DATABASE_MIGRATION_URL) {
    console.log('Left out, for its processes share a database: scripts/with-services.sh npm run bench kommo');
    return [];
  }
  const owner = { url: TEST_DATABASE_URL, migrationUrl: TEST_DATABASE_MIGRATION_URL, poolMax: 2 };
  const db = await openPostgres(owner);
  await db.migrate();
  await db.close();
  const sandbox = await startSandboxProcess();
  try {
    const opened = await openAccounts(sandbox, accounts);
    const control = (origin: string, method: string, path: string, body?: unknown) =>
      sandbox.control({ origin, id: 0, subdomain: '', leadCardUrl: '', lang: '' }, method, path, body);
    for (const { origin } of opened)
      await control(origin, 'POST', '/limits', {
        enabled: true,
        perAccount: 7,
        perAddress: 600,
        banAfter: 30,
      });
    const share = (part: number) => Math.round((calls * part) / processes);
    const task: WorkerTask = {
      accounts: opened,
      store: {
        databaseUrl: TEST_DATABASE_URL,
        redisUrl: BENCH_BUDGET === 'postgres' ? null : (TEST_REDIS_URL ?? null),
      },
      calls: { rep: share(0.35), client: share(0.15), sync: share(0.5) },
      seconds,
      perAddress: 600,
      name: `bench-${randomUUID()}`,
    };
    const began = performance.now();
    const results = await Promise.all(Array.from({ length: processes }, () => runWorker(task)));
    const tookSeconds = (performance.now() - began) / 1000;
    let [refused, banned] = [0, 0];
    for (const { origin } of opened) {
      const seen = (await (await control(origin, 'GET', '/limits')).json()) as {
        account: { refused: number; banned: number };
        addresses: { banned: number }[];
      };
      refused += seen.account.refused;
      banned = Math.max(banned, ...seen.addresses.map(one => one.banned));
    }
    const floor = await serialFloor(opened[0] as Opened, {
      reps: Math.round((calls * 0.5) / accounts),
      syncs: Math.round((calls * 0.5) / accounts),
      seconds: seconds / 2,
    });
    return rowsOf({ results, refused, banned, tookSeconds, accounts, floor });
  } finally {
    await sandbox.close();
  }
}

interface Opened {
  origin: string;
  token: string;
}

async function openAccounts(
  sandbox: Awaited<ReturnType<typeof startSandboxProcess>>,
  count: number,
): Promise<Opened[]> {
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');
  const [first] = sandbox.accounts;
  if (!first) throw new Error('The sandbox has no account.');
  await sandbox.control(first, 'PUT', `/integrations/${clientId}`, {
    clientSecret,
    redirectUri,
    name: 'Bench',
    widgetCode: 'bench',
  });
  const opened: Opened[] = [];
  for (let index = 0; index < count; index += 1) {
    const made = (await (
      await sandbox.control(first, 'POST', '/accounts', { subdomain: `bench-${index}`, leads: 60 })
    ).json()) as { origin: string };
    const account = { ...first, origin: made.origin };
    const { users } = (await (await sandbox.control(account, 'GET', '/state')).json()) as {
      users: { id: number; rights: { is_admin: boolean } }[];
    };
    const userId = users.find(user => user.rights.is_admin)?.id;
    const { code } = (await (
      await sandbox.control(account, 'POST', '/codes', { clientId, userId })
    ).json()) as { code: string };
    const answer = await fetch(`${made.origin}/oauth2/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: redirectUri,
        code,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    opened.push({ origin: made.origin, token });
  }
  return opened;
}

function runWorker(task: WorkerTask): Promise<WorkerResult> {
  const child = fork(fileURLToPath(new URL('./kommo-worker.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', result => resolve(result as WorkerResult));
    child.once('exit', code => reject(new Error(`A worker ended with ${code}`)));
    child.send(task);
  });
}

interface Floor {
  perSecond: number;
  repWaits: number[];
}

/** The same mix for one account by a caller without lanes: one call after another, a seventh of a second asleep before each. */
async function serialFloor(
  { origin, token }: Opened,
  { reps, syncs, seconds }: { reps: number; syncs: number; seconds: number },
): Promise<Floor> {
  const repWaits: number[] = [];
  const began = performance.now();
  let last: Promise<unknown> = Promise.resolve();
  const enqueue = (waited: (ms: number) => void) => {
    const since = performance.now();
    last = last.then(async () => {
      await new Promise(resolve => setTimeout(resolve, 1000 / 7));
      waited(performance.now() - since);
      const headers = { authorization: `Bearer ${token}` };
      await (await fetch(`${origin}/api/v4/leads?limit=50`, { headers })).text();
    });
    return last;
  };
  await Promise.all([
    ...Array.from({ length: syncs }, () => enqueue(() => {})),
    ...Array.from({ length: reps }, async () => {
      await new Promise(resolve => setTimeout(resolve, Math.random() * seconds * 1000));
      await enqueue(ms => repWaits.push(ms));
    }),
  ]);
  const tookSeconds = (performance.now() - began) / 1000;
  return { perSecond: (reps + syncs) / tookSeconds, repWaits: repWaits.sort((x, y) => x - y) };
}

const at = (sorted: number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? 0;

function rowsOf(run: {
  results: WorkerResult[];
  refused: number;
  banned: number;
  tookSeconds: number;
  accounts: number;
  floor: Floor;
}): Row[] {
  const { results, refused, banned, tookSeconds, accounts, floor } = run;
  const of = (lane: 'rep' | 'client' | 'sync') =>
    results.flatMap(({ waits }) => waits[lane]).sort((x, y) => x - y);
  const [reps, clients, syncs] = [of('rep'), of('client'), of('sync')];
  const total = reps.length + clients.length + syncs.length;
  const failures = results.flatMap(({ failed }) => Object.entries(failed));
  if (failures.length > 0) console.log('calls that failed:', JSON.stringify(failures));
  const failed = failures.reduce((sum, [, count]) => sum + count, 0);
  return [
    { what: 'calls to Kommo that had their turn', unit: '', ours: total, budget: '' },
    {
      what: 'calls a second of one account',
      unit: '/s',
      ours: total / tookSeconds / accounts,
      floor: floor.perSecond,
      budget: '',
    },
    { what: 'refused with 429', unit: '', ours: refused, budget: '0' },
    { what: 'met a block', unit: '', ours: banned, budget: '0' },
    { what: 'failed otherwise', unit: '', ours: failed, budget: '0' },
    { what: 'a rep waits, p50', unit: 'ms', ours: at(reps, 0.5), floor: at(floor.repWaits, 0.5), budget: '' },
    {
      what: 'a rep waits, p95',
      unit: 'ms',
      ours: at(reps, 0.95),
      floor: at(floor.repWaits, 0.95),
      budget: '500 ms',
    },
    { what: 'a client waits, p95', unit: 'ms', ours: at(clients, 0.95), budget: '' },
    { what: 'a sync call waits, p95', unit: 'ms', ours: at(syncs, 0.95), budget: '' },
  ];
}
