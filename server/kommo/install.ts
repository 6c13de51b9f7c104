import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import {
  asTenantId,
  type Clock,
  type Logger,
  newId,
  newTenantId,
  type TenantId,
  toError,
} from '../kernel/index.ts';
import { seal, unseal } from '../secrets/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import type { KommoClient } from './client.ts';
import { InstallRefused, IntegrationRefused, KommoUnavailable } from './errors.ts';
import type { Grants } from './grants.ts';
import type { KommoHosts } from './hosts.ts';
import type { Integrations } from './integrations.ts';
import { GrantRefused, requestTokens, type TokenPair } from './oauth.ts';
import { disconnect } from './uninstall.ts';
import { syncUsers } from './users.ts';

export interface InstallDeps {
  db: Db;
  directory: TenantDirectory;
  client: KommoClient;
  grants: Grants;
  hosts: KommoHosts;
  /** Called with every account that was connected, or connected again. */
  onConnected(tenantId: TenantId): Promise<void>;
  integrations: Integrations;
  /** Seals codes until they are exchanged, when no tenant has a key yet. */
  installKey: Buffer;
  fetch: typeof fetch;
  clock: Clock;
  log: Logger;
}

const codeLifetimeMs = 20 * 60_000;

/**
 * Stores a code that Kommo sent, before anything else is done with it: it is sent once and never again.
 *
 * @returns the id of the pending install
 * @throws InstallRefused if the account is not one of Kommo's, or the code is for an integration that is not ours
 */
export async function keepInstallCode(
  deps: InstallDeps,
  { code, referer, clientId }: { code: string; referer: string; clientId: string | null },
): Promise<string> {
  const origin = deps.hosts.originOf(referer);
  if (origin === null) throw new InstallRefused('the address it came from is not a Kommo account');
  const integration =
    clientId === null ? await deps.integrations.main() : await deps.integrations.find(clientId);
  if (integration === null) throw new InstallRefused('the code is for another integration');
  const id = newId();
  await deps.db.withoutTenant(tx =>
    tx('pending_installs').insert({
      id,
      origin,
      client_uuid: integration.clientId,
      sealed_code: seal(deps.installKey, Buffer.from(code), `install-code:${id}`),
      expires_at: new Date(deps.clock.now().getTime() + codeLifetimeMs),
    }),
  );
  return id;
}

const Account = z.object({
  id: z.int().positive(),
  name: z.string().catch(''),
  subdomain: z.string(),
  country: z.string().nullish(),
  current_user_id: z.int().nullish(),
  _embedded: z
    .object({ datetime_settings: z.object({ timezone: z.string() }).partial().optional() })
    .optional(),
});

/**
 * Exchanges a stored code and makes the tenant. Safe to run twice and to be killed midway: the tokens are
 * stored as soon as the code is spent. Whatever step fails, and however, it ends after a day.
 *
 * @throws KommoUnavailable when it is worth another try
 */
export async function completeInstall(deps: InstallDeps, installId: string): Promise<void> {
  const pending = await claim(deps, installId);
  if (pending === null) return;
  // Asked here and not after a failure, so that an attempt that kills its process counts too.
  const ageMs = deps.clock.now().getTime() - pending.created_at.getTime();
  if (pending.attempts > 1 && ageMs > triedForMs) {
    return finish(deps, installId, `${pending.attempts - 1} attempts in a day did not complete it`);
  }
  try {
    await completeClaimed(deps, installId, pending);
  } catch (error) {
    await deps.db.withoutTenant(tx =>
      tx('pending_installs').where({ id: installId }).update({ claimed_until: null }),
    );
    throw error;
  }
}

/** Longer than the two calls of an exchange may take. */
const claimSeconds = 60;
const triedForMs = 24 * 60 * 60_000;

/** Takes the install for this worker; null if it is finished, or another one has it. */
async function claim(deps: InstallDeps, installId: string): Promise<PendingInstall | null> {
  const { rows } = await deps.db.withoutTenant(tx =>
    tx.raw(
      `update pending_installs
       set claimed_until = now() + make_interval(secs => :claimSeconds), attempts = attempts + 1
       where id = :installId and state = 'waiting' and (claimed_until is null or claimed_until < now())
       returning *`,
      { installId, claimSeconds },
    ),
  );
  return rows[0] ?? null;
}

async function completeClaimed(deps: InstallDeps, installId: string, pending: PendingInstall): Promise<void> {
  let tokens: TokenPair;
  try {
    tokens = await tokensOf(deps, installId, pending);
  } catch (error) {
    const expired = pending.expires_at.getTime() < deps.clock.now().getTime();
    if (error instanceof GrantRefused || expired) {
      const reason = error instanceof GrantRefused || error instanceof IntegrationRefused ? error.hint : null;
      return finish(deps, installId, reason ?? 'the code expired');
    }
    throw error;
  }
  const account = await readAccount(deps.fetch, pending.origin, tokens.accessToken);
  const tenantId = await saveTenant(deps, pending.origin, pending.client_uuid, account, tokens);
  await finish(deps, installId, null);
  deps.directory.forget();
  deps.grants.forget(tenantId);
  try {
    await syncUsers(deps, { tenantId, origin: pending.origin }, 'rep');
  } catch (error) {
    // The next session or sweep reads them again.
    deps.log.warn({ tenantId, err: toError(error) }, 'users could not be read at install');
  }
  await deps.onConnected(tenantId);
}

interface PendingInstall {
  origin: string;
  client_uuid: string;
  attempts: number;
  created_at: Date;
  expires_at: Date;
  sealed_code: Buffer;
  sealed_tokens: Buffer | null;
}

async function tokensOf(deps: InstallDeps, installId: string, pending: PendingInstall): Promise<TokenPair> {
  const place = `install-tokens:${installId}`;
  if (pending.sealed_tokens)
    return JSON.parse(unseal(deps.installKey, pending.sealed_tokens, place).toString());
  const code = unseal(deps.installKey, pending.sealed_code, `install-code:${installId}`).toString();
  const integration = await deps.integrations.find(pending.client_uuid);
  if (integration === null) throw new GrantRefused('the integration was removed meanwhile');
  const tokens = await requestTokens(deps.fetch, pending.origin, integration, {
    grant_type: 'authorization_code',
    code,
  });
  const sealed = seal(deps.installKey, Buffer.from(JSON.stringify(tokens)), place);
  await deps.db.withoutTenant(tx =>
    tx('pending_installs').where({ id: installId }).update({ sealed_tokens: sealed }),
  );
  return tokens;
}

async function finish(deps: InstallDeps, installId: string, failure: string | null): Promise<void> {
  if (failure !== null) deps.log.warn({ installId, failure }, 'an install failed');
  await deps.db.withoutTenant(tx =>
    tx('pending_installs')
      .where({ id: installId })
      .update({
        state: failure === null ? 'done' : 'failed',
        failure,
        sealed_code: Buffer.alloc(0),
        sealed_tokens: null,
      }),
  );
}

async function readAccount(
  fetcher: typeof fetch,
  origin: string,
  token: string,
): Promise<z.output<typeof Account>> {
  let answer: Response;
  try {
    answer = await fetcher(`${origin}/api/v4/account?with=datetime_settings`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(12_000),
    });
    if (!answer.ok) throw new Error(`account answered ${answer.status}`);
    return Account.parse(await answer.json());
  } catch (thrown) {
    throw thrown instanceof KommoUnavailable ? thrown : new KommoUnavailable(toError(thrown));
  }
}

/**
 * A second install of the same account finds its tenant again, with its knowledge and conversations.
 * Whoever had this address before, another account or an earlier integration, is disconnected.
 */
async function saveTenant(
  deps: InstallDeps,
  origin: string,
  clientUuid: string,
  account: z.output<typeof Account>,
  tokens: TokenPair,
): Promise<TenantId> {
  const own = { client_uuid: clientUuid, account_id: account.id };
  const others = await deps.db.withoutTenant(tx =>
    tx('tenant_routes')
      .where({ origin, active: true })
      // As a group: knex reads an object here as "neither", not as "not both".
      .whereNot(both => both.where(own)),
  );
  for (const other of others) {
    await disconnect(deps, { tenantId: asTenantId(other.tenant_id), accountId: other.account_id });
  }
  const tenantId = await deps.db.withoutTenant(async tx => {
    await tx('tenant_routes')
      .insert({ ...own, tenant_id: newTenantId(), origin, active: false })
      .onConflict(['client_uuid', 'account_id'])
      .merge({ origin });
    const row = await tx('tenant_routes').where(own).first();
    return asTenantId(row.tenant_id);
  });
  await deps.db.withTenant(tenantId, async tx => {
    const row = {
      origin,
      subdomain: account.subdomain,
      name: account.name === '' ? account.subdomain : account.name,
      timezone: account._embedded?.datetime_settings?.timezone ?? 'UTC',
      country: account.country ?? null,
      state: 'ready',
      uninstalled_at: null,
    };
    await tx('tenants')
      .insert({ tenant_id: tenantId, account_id: account.id, client_uuid: clientUuid, ...row })
      .onConflict('tenant_id')
      .merge(row);
    await tx('tenant_routes').where({ tenant_id: tenantId }).update({ active: true });
    await deps.grants.store(tx, tenantId, tokens);
    await recordAudit(tx, tenantId, {
      event: 'kommo.account-connected',
      actor: { kind: 'rep', id: account.current_user_id ? String(account.current_user_id) : null },
      target: String(account.id),
    });
  });
  return tenantId;
}
