import { z } from 'zod';
import type { Db } from '../../db/index.ts';
import type { Clock, Logger, TenantId } from '../../kernel/index.ts';
import type { TenantSecrets } from '../../secrets/index.ts';
import type { Account, KommoClient } from '../client.ts';
import { KommoForbidden, KommoNotFound, KommoRejected, KommoUnpaid } from '../errors.ts';
import type { Grants } from '../grants.ts';
import { wantReconcile } from '../mirror/index.ts';
import { type HookPaths, newPath } from './paths.ts';

export interface SubscribeDeps {
  db: Db;
  client: KommoClient;
  grants: Grants;
  secrets: TenantSecrets;
  paths: HookPaths;
  /** Where Kommo reaches us. */
  publicUrl: string;
  fetch: typeof fetch;
  clock: Clock;
  log: Logger;
}

const perEntity = ['add', 'update', 'delete', 'restore', 'responsible', 'note'].flatMap(action =>
  ['lead', 'contact', 'company'].map(entity => `${action}_${entity}`),
);
const settings = [
  ...perEntity,
  'status_lead',
  'add_task',
  'update_task',
  'delete_task',
  'responsible_task',
  'add_talk',
  'update_talk',
  'add_message',
  'add_unsorted',
  'update_unsorted',
  'delete_unsorted',
];
/** Only in Kommo's changelog: asked for, and done without where an account does not know it. */
const optional = ['add_outgoing_message'];

const Webhooks = z.object({
  _embedded: z.object({
    webhooks: z.array(
      z.object({
        destination: z.string(),
        disabled: z.boolean().catch(false),
        settings: z.array(z.string()).catch([]),
      }),
    ),
  }),
});
type Webhook = z.output<typeof Webhooks>['_embedded']['webhooks'][number];

export const checkEveryMs = 15 * 60_000;

/** The address that Kommo posts this tenant's hooks to, without its secret part. */
export const hooksPath = '/kommo/hooks/';

/**
 * Sees to it that Kommo posts this account's hooks to us: subscribes where that is missing, disabled after
 * too many failures, or leads to where this server no longer is. Where the account's plan or grant forbids
 * it, that is written down, and the mirror compares more often instead.
 *
 * @throws KommoUnavailable, ReconnectNeeded
 */
export async function ensureSubscribed(deps: SubscribeDeps, account: Account): Promise<void> {
  const { db, clock, log } = deps;
  const { tenantId } = account;
  const { path, state } = await pathOf(deps, tenantId);
  const destination = `${deps.publicUrl}${hooksPath}${path}`;
  let problem: string | null = null;
  try {
    const found = await listWebhooks(deps, account);
    const own = found.find(webhook => webhook.destination === destination);
    if (!own || own.disabled || settings.some(name => !own.settings.includes(name))) {
      // One that Kommo disabled stays so, whatever is posted: only a new one is posted to again.
      if (own?.disabled) await remove(deps, account, destination);
      await subscribe(deps, account, destination);
      if (!(await isHeard(deps, account, destination))) throw new NotSubscribed();
      // What happened while nobody was told is found by comparing.
      if (state === 'subscribed') await wantReconcile(db, tenantId);
      log.info({ tenantId, was: own ? 'disabled or incomplete' : 'missing' }, 'hooks were subscribed');
    }
    for (const webhook of found)
      if (await isStale(deps, webhook, destination)) await remove(deps, account, webhook.destination);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    problem = error.code;
    log.warn({ tenantId, code: problem }, 'Kommo does not let us subscribe to hooks');
  }
  await db.withTenant(tenantId, tx =>
    tx('hook_subscriptions')
      .where({ tenant_id: tenantId })
      .update({ state: problem === null ? 'subscribed' : 'refused', problem, checked_at: clock.now() }),
  );
}

/** Kommo took the subscription, and does not list it as one it posts to. */
class NotSubscribed extends Error {
  readonly code = 'not-subscribed';
}

const refusals = [KommoForbidden, KommoUnpaid, KommoRejected, KommoNotFound, NotSubscribed] as const;

function isRefusal(error: unknown): error is InstanceType<(typeof refusals)[number]> {
  return refusals.some(kind => error instanceof kind);
}

async function isHeard(deps: SubscribeDeps, account: Account, destination: string): Promise<boolean> {
  return (await listWebhooks(deps, account)).some(one => one.destination === destination && !one.disabled);
}

/** The secret part of the address, made once for each tenant; the routing table has only its hash. */
async function pathOf(
  { db, secrets, paths, publicUrl }: SubscribeDeps,
  tenantId: TenantId,
): Promise<{ path: string; state: string }> {
  return db.withTenant(tenantId, async tx => {
    const row = await tx('hook_subscriptions').where({ tenant_id: tenantId }).forUpdate().first();
    if (row) {
      const path = await secrets.unseal(tx, tenantId, 'hook-path', row.sealed_path);
      if (row.base_url !== publicUrl)
        await tx('hook_subscriptions').where({ tenant_id: tenantId }).update({ base_url: publicUrl });
      return { path, state: row.state };
    }
    const path = newPath();
    await tx('hook_subscriptions').insert({
      tenant_id: tenantId,
      sealed_path: await secrets.seal(tx, tenantId, 'hook-path', path),
      base_url: publicUrl,
    });
    await paths.set(tx, tenantId, path);
    return { path, state: 'wanted' };
  });
}

async function listWebhooks({ client }: SubscribeDeps, account: Account): Promise<Webhook[]> {
  const body = await client.get(account, '/webhooks', { lane: 'sync' });
  const parsed = Webhooks.safeParse(body);
  return parsed.success ? parsed.data._embedded.webhooks : [];
}

async function subscribe({ client }: SubscribeDeps, account: Account, destination: string): Promise<void> {
  const post = (names: string[]) =>
    client.write(account, 'POST', '/webhooks', { destination, settings: names, sort: 10 }, { lane: 'sync' });
  try {
    await post([...settings, ...optional]);
  } catch (error) {
    if (!(error instanceof KommoRejected)) throw error;
    await post(settings);
  }
}

/** One of ours from before a reinstall, whose address no longer leads anywhere. */
async function isStale(
  { paths, publicUrl }: SubscribeDeps,
  { destination }: Webhook,
  own: string,
): Promise<boolean> {
  const prefix = `${publicUrl}${hooksPath}`;
  if (destination === own || !destination.startsWith(prefix)) return false;
  return !(await paths.isInUse(destination.slice(prefix.length)));
}

async function remove({ client }: SubscribeDeps, account: Account, destination: string): Promise<void> {
  await client.write(account, 'DELETE', '/webhooks', { destination }, { lane: 'sync' });
}

/**
 * Makes ready to take the subscription back when an account leaves: what that needs goes with the account's
 * connection, which ends first. One try with the stored token and no refresh: mostly Kommo has ended the grant
 * before it tells us. Neither step ever fails.
 */
export async function readyToUnsubscribe(
  { db, secrets, publicUrl, fetch: fetcher }: SubscribeDeps,
  { tenantId, origin }: Account,
): Promise<() => Promise<void>> {
  const nothing = async () => undefined;
  const known = await db
    .withTenant(tenantId, async tx => {
      const row = await tx('hook_subscriptions').where({ tenant_id: tenantId, state: 'subscribed' }).first();
      const grant = await tx('kommo_grants').where({ tenant_id: tenantId }).first('sealed_access_token');
      if (!row || !grant) return null;
      return {
        path: await secrets.unseal(tx, tenantId, 'hook-path', row.sealed_path),
        token: await secrets.unseal(tx, tenantId, 'kommo-access-token', grant.sealed_access_token),
      };
    })
    .catch(() => null);
  if (known === null) return nothing;
  return async () => {
    try {
      const answer = await fetcher(`${origin}/api/v4/webhooks`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${known.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ destination: `${publicUrl}${hooksPath}${known.path}` }),
        signal: AbortSignal.timeout(1_500),
      });
      await answer.body?.cancel();
    } catch {
      // Nobody answers at the address any more, so Kommo gives the subscription up by itself.
    }
  };
}
