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

/** People call when they like; syncs read page after page of every account, all the time. */
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
  const syncs = accounts.map(async account => {
    while (left > 0) {
      left -= 1;
      await client.get(account, '/leads?limit=50', { lane: 'sync' }).catch(count);
    }
  });
  await Promise.all([...people, ...syncs]);
  await pacing.close();
  outbound.close();
  await db.close();
  return { waits, outcomes, failed };
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
