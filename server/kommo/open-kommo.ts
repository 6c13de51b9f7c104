import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { Db } from '../db/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Clock, Logger } from '../kernel/index.ts';
import type { Keys, TenantSecrets } from '../secrets/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import { blockMsDefault } from './budget/budget.ts';
import { openBudget } from './budget/open-budget.ts';
import { openPacing } from './budget/pacing.ts';
import { kommoClient } from './client.ts';
import { openGrants } from './grants.ts';
import { kommoHosts } from './hosts.ts';
import type { InstallDeps } from './install.ts';
import { openIntegrations } from './integrations.ts';
import { leadReader } from './lead-reader.ts';
import { kommoMetrics } from './metrics.ts';
import { openMirror } from './open-mirror.ts';
import { tokenMint } from './session-tokens.ts';
import { openSessions } from './sessions.ts';
import type { UninstallDeps } from './uninstall.ts';

export interface KommoParts {
  db: Db;
  queue: Queue;
  directory: TenantDirectory;
  keys: Keys;
  secrets: TenantSecrets;
  config: Config['kommo'];
  publicUrl: string;
  /** Null where processes share their budget through the database. */
  redisUrl: string | null;
  /** How long a refused address stays silent, where a test shortens it. */
  blockMs: number | undefined;
  fetch: typeof fetch;
  registry: Registry;
  clock: Clock;
  log: Logger;
}

/** Joins what speaks with Kommo: every call passes the one budget of its account. */
export function openKommo(parts: KommoParts) {
  const { db, queue, directory, keys, secrets, config, publicUrl, clock, log } = parts;
  const mint = tokenMint(keys.derive('session-tokens'), clock);
  const hosts = kommoHosts(config);
  const key = keys.derive('integration-secrets');
  const integrations = openIntegrations({ db, own: config.integration, publicUrl, key });
  const limits = { ...config.rate, blockMs: parts.blockMs ?? blockMsDefault };
  const budget = openBudget({ db, redisUrl: parts.redisUrl, limits, log });
  const watch = kommoMetrics(parts.registry, () => budget.blockedForMs());
  const pacing = openPacing({ budget, fetch: parts.fetch, log, watch });
  const grants = openGrants({ db, secrets, integrations, fetch: pacing.fetch('rep'), clock, log });
  const client = kommoClient({ grants, pacing, fetch: parts.fetch, log });
  const leads = leadReader({ db, client, clock, mirrored: config.mirror });
  const mirror = openMirror({
    db,
    queue,
    directory,
    client,
    grants,
    secrets,
    publicUrl,
    fetch: pacing.fetch('sync'),
    clock,
    log,
    enabled: config.mirror,
  });
  const sessions = openSessions({ db, directory, client, integrations, mint, clock });
  const install: InstallDeps = {
    db,
    directory,
    client,
    grants,
    hosts,
    onConnected: mirror.startSync,
    integrations,
    installKey: keys.derive('install-codes'),
    fetch: pacing.fetch('rep'),
    clock,
    log,
  };
  const uninstall: UninstallDeps = {
    db,
    directory,
    grants,
    integrations,
    readyToUnsubscribe: mirror.readyToUnsubscribe,
    clock,
  };
  return {
    mint,
    hosts,
    integrations,
    client,
    leads,
    mirror,
    sessions,
    install,
    uninstall,
    async close() {
      mirror.close();
      await pacing.close();
    },
  };
}
