import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { recordAudit } from '../audit/index.ts';
import type { Db, Tx } from '../db/index.ts';
import type { Clock, Logger, TenantId } from '../kernel/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import { withLease } from '../tenants/index.ts';
import { IntegrationRefused, KommoUnavailable, ReconnectNeeded } from './errors.ts';
import type { Integrations } from './integrations.ts';
import { GrantRefused, requestTokens, type TokenPair } from './oauth.ts';

export interface Grants {
  /** A token good for at least five minutes. @throws ReconnectNeeded, KommoUnavailable */
  accessToken(tenantId: TenantId): Promise<string>;
  /** Says that Kommo refused this token before its time; the next call refreshes. @throws as above */
  replaceAccessToken(tenantId: TenantId, refused: string): Promise<string>;
  /** Keeps the pair of an install, in place of whatever there was. */
  store(tx: Tx, tenantId: TenantId, tokens: TokenPair): Promise<void>;
  forget(tenantId: TenantId): void;
}

export interface GrantsDeps {
  db: Db;
  secrets: TenantSecrets;
  integrations: Pick<Integrations, 'get'>;
  fetch: typeof fetch;
  clock: Clock;
  log: Logger;
}

interface Grant {
  origin: string;
  clientUuid: string;
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: Date;
  revision: number;
}

const earlyMs = 5 * 60_000;

/** The tenants' Kommo tokens: sealed at rest, refreshed by one process at a time. */
export function openGrants(deps: GrantsDeps): Grants {
  // Short, so that a pair another process got is used soon.
  const fresh = new LRUCache<string, string>({ max: 5_000, ttl: 30_000 });

  async function load(tenantId: TenantId): Promise<Grant> {
    return deps.db.withTenant(tenantId, async tx => {
      const row = await tx('kommo_grants as g')
        .join('tenants as t', 't.tenant_id', 'g.tenant_id')
        .where({ 'g.tenant_id': tenantId })
        .first('g.*', 't.origin', 't.client_uuid', 't.state');
      if (row?.state !== 'ready') throw new ReconnectNeeded();
      return {
        origin: row.origin,
        clientUuid: row.client_uuid,
        accessToken: await deps.secrets.unseal(tx, tenantId, 'kommo-access-token', row.sealed_access_token),
        refreshToken: await deps.secrets.unseal(
          tx,
          tenantId,
          'kommo-refresh-token',
          row.sealed_refresh_token,
        ),
        accessExpiresAt: row.access_expires_at,
        revision: row.revision,
      };
    });
  }

  async function sealed(tx: Tx, tenantId: TenantId, tokens: TokenPair) {
    return {
      sealed_access_token: await deps.secrets.seal(tx, tenantId, 'kommo-access-token', tokens.accessToken),
      sealed_refresh_token: await deps.secrets.seal(tx, tenantId, 'kommo-refresh-token', tokens.refreshToken),
      access_expires_at: new Date(deps.clock.now().getTime() + tokens.expiresInSeconds * 1000),
      updated_at: deps.clock.now(),
    };
  }

  async function store(tx: Tx, tenantId: TenantId, tokens: TokenPair): Promise<void> {
    const row = await sealed(tx, tenantId, tokens);
    await tx('kommo_grants')
      // Counts from anywhere, so that a refresh begun before a reinstall never meets its own number again.
      .insert({ tenant_id: tenantId, ...row, revision: randomInt(1, 1_000_000_000) })
      .onConflict('tenant_id')
      .merge({ ...row, revision: tx.raw('kommo_grants.revision + 1') });
    fresh.delete(tenantId);
  }

  /** False, changing nothing, if the pair that was refreshed is no longer the stored one. */
  async function replace(tenantId: TenantId, revision: number, tokens: TokenPair): Promise<boolean> {
    return deps.db.withTenant(tenantId, async tx => {
      const row = await sealed(tx, tenantId, tokens);
      const changed = await tx('kommo_grants')
        .where({ tenant_id: tenantId, revision })
        .update({ ...row, revision: revision + 1 });
      return changed === 1;
    });
  }

  const isGood = (grant: Grant) => grant.accessExpiresAt.getTime() - deps.clock.now().getTime() > earlyMs;

  async function refresh(tenantId: TenantId, seenRevision: number): Promise<string> {
    const leased = await withLease(
      deps.db,
      tenantId,
      { name: 'kommo-refresh', ttlMs: 45_000, waitMs: 20_000 },
      async () => {
        const grant = await load(tenantId);
        if (grant.revision !== seenRevision && isGood(grant)) return grant.accessToken;
        try {
          const tokens = await refreshOnce(grant);
          if (await replace(tenantId, grant.revision, tokens)) return tokens.accessToken;
        } catch (error) {
          if (!(error instanceof GrantRefused)) throw error;
          if (await giveUp(tenantId, grant.revision, error.hint)) throw new ReconnectNeeded();
        }
        return storedMeanwhile(tenantId);
      },
    );
    if (leased === null) throw new KommoUnavailable(new Error('another process is still refreshing'));
    return leased.value;
  }

  /** A lease can run out under a slow holder: what is stored by then counts, not what it brings. */
  async function storedMeanwhile(tenantId: TenantId): Promise<string> {
    const grant = await load(tenantId);
    if (!isGood(grant)) throw new KommoUnavailable(new Error('the grant changed during a refresh'));
    return grant.accessToken;
  }

  /** If the answer was lost, the old token still works until the new pair is used: so once more with the same. */
  async function refreshOnce(grant: Grant): Promise<TokenPair> {
    const integration = await deps.integrations.get(grant.clientUuid);
    const request = () =>
      requestTokens(deps.fetch, grant.origin, integration, {
        grant_type: 'refresh_token',
        refresh_token: grant.refreshToken,
      });
    try {
      return await request();
    } catch (error) {
      if (error instanceof IntegrationRefused) throw error;
      if (error instanceof KommoUnavailable) return request();
      throw error;
    }
  }

  /** False, changing nothing, if the pair that Kommo refused is no longer the stored one. */
  async function giveUp(tenantId: TenantId, revision: number, hint: string): Promise<boolean> {
    return deps.db.withTenant(tenantId, async tx => {
      const refused = await tx('kommo_grants').where({ tenant_id: tenantId, revision }).forUpdate().first();
      if (!refused) return false;
      deps.log.warn({ tenantId, hint }, 'a Kommo grant is gone');
      const changed = await tx('tenants')
        .where({ tenant_id: tenantId, state: 'ready' })
        .update({ state: 'reconnect-needed' });
      if (changed > 0)
        await recordAudit(tx, tenantId, { event: 'kommo.grant-lost', actor: { kind: 'system', id: null } });
      return true;
    });
  }

  return {
    async accessToken(tenantId) {
      const known = fresh.get(tenantId);
      if (known) return known;
      const grant = await load(tenantId);
      const token = isGood(grant) ? grant.accessToken : await refresh(tenantId, grant.revision);
      fresh.set(tenantId, token);
      return token;
    },
    async replaceAccessToken(tenantId, refused) {
      fresh.delete(tenantId);
      const grant = await load(tenantId);
      const token =
        grant.accessToken !== refused && isGood(grant)
          ? grant.accessToken
          : await refresh(tenantId, grant.revision);
      fresh.set(tenantId, token);
      return token;
    },
    store,
    forget: tenantId => void fresh.delete(tenantId),
  };
}
