import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { Unauthenticated } from '../http/index.ts';
import type { Clock, TenantId } from '../kernel/index.ts';
import type { TenantDirectory, TenantRoute } from '../tenants/index.ts';
import type { Grants } from './grants.ts';
import type { Integrations } from './integrations.ts';

export interface UninstallDeps {
  db: Db;
  directory: TenantDirectory;
  grants: Grants;
  /** Remembers what taking back the subscription to hooks needs. Neither it nor what it returns ever fails. */
  readyToUnsubscribe(account: { tenantId: TenantId; origin: string }): Promise<() => Promise<void>>;
  integrations: Pick<Integrations, 'find'>;
  clock: Clock;
}

/**
 * What Kommo calls when an account disables the integration: sessions end, tokens are dropped, the data
 * stays for the retention time. A repeated hook changes nothing more.
 *
 * @throws Unauthenticated unless the signature is ours
 * @see Kommo's disable hook: hex HMAC-SHA256 of "client_uuid|account_id" under the client secret
 */
export async function uninstall(
  deps: UninstallDeps,
  { accountId, clientUuid, signature }: { accountId: string; clientUuid: string; signature: string },
): Promise<void> {
  const integration = await deps.integrations.find(clientUuid);
  // A stranger's id is compared all the same, so that the time tells nothing.
  const expected = createHmac('sha256', integration?.clientSecret ?? randomBytes(32))
    .update(`${clientUuid}|${accountId}`)
    .digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : '', 'hex');
  const matches = given.length === expected.length && timingSafeEqual(given, expected);
  if (!matches || integration === null)
    throw new Unauthenticated('signature-invalid', 'The signature of this call is not valid.');
  const route = await deps.directory.byAccount(clientUuid, Number(accountId));
  if (route === null) return;
  const unsubscribe = route.active ? await deps.readyToUnsubscribe(route) : null;
  // First: sessions end now, whatever Kommo takes its time for.
  await disconnect(deps, route);
  await unsubscribe?.();
}

/** Ends what a tenant may do. Its data and its route stay, so that a new install finds them again. */
export async function disconnect(
  { db, directory, grants, clock }: Omit<UninstallDeps, 'integrations' | 'readyToUnsubscribe'>,
  { tenantId, accountId }: Pick<TenantRoute, 'tenantId' | 'accountId'>,
): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    const changed = await tx('tenants')
      .where({ tenant_id: tenantId })
      .whereNot({ state: 'uninstalled' })
      .update({ state: 'uninstalled', uninstalled_at: clock.now(), sessions_valid_from: clock.now() });
    await tx('kommo_grants').where({ tenant_id: tenantId }).delete();
    await tx('tenant_routes').where({ tenant_id: tenantId }).update({ active: false });
    // A new install gets a new address.
    await tx('hook_paths').where({ tenant_id: tenantId }).delete();
    await tx('hook_subscriptions').where({ tenant_id: tenantId }).delete();
    await tx('hook_posts').where({ tenant_id: tenantId }).delete();
    await tx('hook_hints').where({ tenant_id: tenantId }).delete();
    if (changed > 0) {
      await recordAudit(tx, tenantId, {
        event: 'kommo.account-disconnected',
        actor: { kind: 'system', id: null },
        target: String(accountId),
      });
    }
  });
  directory.forget();
  grants.forget(tenantId);
}
