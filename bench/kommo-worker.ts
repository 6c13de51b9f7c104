import { openDatabase } from '../server/db/index.ts';
import { createLogger, newTenantId } from '../server/kernel/index.ts';
import {
  type Account,
  type KommoClient,
  kommoClient,
  type Lane,
  openBudget,
  openPacing,
} from '../server/kommo/index.ts';
import { openOutbound } from '../server/outbound/index.ts';

/** What one of the processes under measurement is told. */
export interface WorkerTask {
  accounts: { origin: string; token: string }[];
  store: { databaseUrl: string; redisUrl: string | null };
  /** Calls of each lane, and over how long those of people come. */
  calls: Record<Lane, number>;
  seconds: number;
  perAddress: number;
  name: string;
}

export interface WorkerResult {
  waits: Record<Lane, number[]>;
  outcomes: Record<string, number>;
  failed: Record<string, number>;
}

/** People call when they like; syncs walk through all lists of every account, page after page, all the time. */
async function work(task: WorkerTask): Promise<WorkerResult> {
  const waits: WorkerResult['waits'] = { rep: [], client: [], sync: [] };
  const outcomes: Record<string, number> = {};
  const failed: Record<string, number> = {};
  const log = createLogger('silent');
  const { databaseUrl: url, redisUrl } = task.store;
  const db = await openDatabase({ kind: 'postgres', url, migrationUrl: null, poolMax: 10 });
  const limits = { perAccount: 7, perAddress: task.perAddress, address: task.name, blockMs: 60_000 };
  const outbound = openOutbound({ privateOrigins: task.accounts.map(({ origin }) => origin) });
  const pacing = openPacing({
    budget: openBudget({ db, redisUrl, limits, log, prefix: task.name }),
    fetch: outbound.trustedFetch,
    log,
    watch: {
      waited: (lane, ms) => waits[lane].push(ms),
      ended(outcome) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      },
    },
  });
  const accounts = task.accounts.map(({ origin, token }) => ({ tenantId: newTenantId(), origin, token }));
  const tokens = new Map<string, string>(accounts.map(({ tenantId, token }) => [tenantId, token]));
  const client = kommoClient({
    grants: {
      accessToken: async tenantId => tokens.get(tenantId) ?? '',
      replaceAccessToken: () => Promise.reject(new Error('a token was refused')),
      store: async () => undefined,
      forget: () => {},
    },
    pacing,
    fetch: outbound.trustedFetch,
    log,
  });
  const count = (error: unknown) => {
    const name = error instanceof Error ? error.name : 'unknown';
    failed[name] = (failed[name] ?? 0) + 1;
  };
  const people = (['rep', 'client'] as const).flatMap(lane =>
    Array.from({ length: task.calls[lane] }, async () => {
      await new Promise(resolve => setTimeout(resolve, Math.random() * task.seconds * 1000));
      const account = accounts[Math.floor(Math.random() * accounts.length)] as Account;
      await oneCall(client, account, lane).catch(count);
    }),
  );
  let left = task.calls.sync;
  const mayCall = () => {
    left -= 1;
    return left >= 0;
  };
  const syncs = accounts.map(account => walkOverAndOver(client, account, mayCall, count));
  await Promise.all([...people, ...syncs]);
  await pacing.close();
  outbound.close();
  await db.close();
  return { waits, outcomes, failed };
}

/** What a walk of the mirror reads, in its order. Its pages are of 250; here of fewer, so that there are several. */
const lists = [
  { path: '/leads?with=contacts,loss_reason,source_id', embedded: 'leads' },
  { path: '/contacts', embedded: 'contacts' },
  { path: '/companies', embedded: 'companies' },
  { path: '/tasks', embedded: 'tasks' },
  { path: '/leads/notes', embedded: 'notes' },
  { path: '/contacts/notes', embedded: 'notes' },
];
const pageSize = 25;

/** Reads every list of an account from its first page to its last, and then again: the sync of an account. */
async function walkOverAndOver(
  client: KommoClient,
  account: Account,
  mayCall: () => boolean,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let n = 0; ; n += 1) {
    const { path, embedded } = lists[n % lists.length] as (typeof lists)[number];
    const query = `${path.includes('?') ? '&' : '?'}limit=${pageSize}&order[id]=asc`;
    for (let page = 1; ; page += 1) {
      if (!mayCall()) return;
      const read = client.get(account, `${path}${query}&page=${page}`, { lane: 'sync' });
      const items = await read.then(
        body => itemsOf(body, embedded),
        error => {
          failed(error);
          return 0;
        },
      );
      if (items < pageSize) break;
    }
  }
}

function itemsOf(body: unknown, embedded: string): number {
  const page = body as { _embedded?: Record<string, unknown[]> } | null;
  return page?._embedded?.[embedded]?.length ?? 0;
}

/** Nine reads to a write, as in the lead card. */
async function oneCall(client: KommoClient, account: Account, lane: Lane): Promise<void> {
  if (Math.random() > 0.1) await client.get(account, '/leads/pipelines', { lane });
  else await client.write(account, 'POST', '/leads', [{ name: 'From the bench' }], { lane });
}

process.on('message', (task: WorkerTask) => {
  work(task).then(
    result => process.send?.(result, () => process.exit(0)),
    error => {
      console.error(error);
      process.exit(1);
    },
  );
});
