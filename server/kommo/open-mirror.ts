import type { Db } from '../db/index.ts';
import type { Route } from '../http/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import { type Clock, type Logger, type TenantId, toError } from '../kernel/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import { freeLeases, type TenantDirectory } from '../tenants/index.ts';
import type { Account, KommoClient } from './client.ts';
import type { Grants } from './grants.ts';
import {
  checkEveryMs,
  ensureSubscribed,
  gatherMs,
  hookPaths,
  hookReceiver,
  hookRoutes,
  hooksSweep,
  readyToUnsubscribe,
  type SubscribeDeps,
  takePostsJob,
  workHooks,
} from './hooks/index.ts';
import {
  mirrorRoutes,
  mirrorSweep,
  type SyncJobDeps,
  syncJob,
  wantReconcile,
  workSync,
} from './mirror/index.ts';

export interface MirrorParts {
  db: Db;
  queue: Queue;
  directory: TenantDirectory;
  client: KommoClient;
  grants: Grants;
  secrets: TenantSecrets;
  publicUrl: string;
  fetch: typeof fetch;
  clock: Clock;
  log: Logger;
  /** False where an operator wants no copy of the accounts kept: then hooks are not asked for either. */
  enabled: boolean;
}

export interface Mirror {
  routes: Route[];
  /** The first sync of an account that was just connected. */
  startSync(tenantId: TenantId): Promise<void>;
  readyToUnsubscribe(account: Account): Promise<() => Promise<void>>;
  /** Begins to work jobs. */
  work(): Promise<void>;
  sweeps: Sweep[];
  close(): void;
}

/** Joins the mirror and the hooks that keep it fresh. */
export function openMirror(parts: MirrorParts): Mirror {
  const { db, queue, directory, clock, log, enabled } = parts;
  const listTenants = async () =>
    (await directory.all()).filter(({ active }) => active).map(({ tenantId }) => tenantId);
  const paths = hookPaths(db);
  const subscription: SubscribeDeps = { ...parts, paths };
  const startSync = async (tenantId: TenantId) => {
    if (!enabled) return;
    await queue
      .add(syncJob(tenantId))
      .catch(thrown => log.warn({ tenantId, err: toError(thrown) }, 'a sync waits for the sweep'));
  };
  const receiver = hookReceiver({
    db,
    clock,
    log,
    gatherMs,
    onPosts: tenantId => queue.add(takePostsJob(tenantId, clock)),
    onFlood: tenantId => wantReconcile(db, tenantId),
  });
  const sync: SyncJobDeps = {
    ...parts,
    ensureSubscribed: account => ensureSubscribed(subscription, account),
    listTenants,
    async isCheckDue(tenantId) {
      const row = await db.withTenant(tenantId, tx =>
        tx('hook_subscriptions').where({ tenant_id: tenantId }).first('checked_at'),
      );
      return !row?.checked_at || clock.now().getTime() - row.checked_at.getTime() > checkEveryMs;
    },
  };
  return {
    routes: [...hookRoutes({ paths, receiver }), ...mirrorRoutes({ db, startSync })],
    startSync,
    readyToUnsubscribe: account => readyToUnsubscribe(subscription, account),
    async work() {
      if (!enabled) return;
      if (db.kind === 'pglite') await catchUp(parts);
      await workHooks(queue, parts);
      await workSync(sync);
    },
    sweeps: enabled ? [hooksSweep({ db, queue, clock, listTenants }), mirrorSweep(sync)] : [],
    close: () => receiver.close(),
  };
}

/** A database that serves one process: while that was down nobody heard hooks, and whoever held leases is gone. */
async function catchUp({ db, directory }: MirrorParts): Promise<void> {
  for (const { tenantId } of await directory.all()) {
    await freeLeases(db, tenantId);
    await wantReconcile(db, tenantId);
  }
}
