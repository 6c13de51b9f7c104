import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import { type Caller, Unauthenticated } from '../http/index.ts';
import { type Clock, newId, type TenantId } from '../kernel/index.ts';
import { readTenant, type Tenant, type TenantDirectory } from '../tenants/index.ts';
import type { KommoClient } from './client.ts';
import type { Integrations } from './integrations.ts';
import { clientOfOneTimeToken, verifyOneTimeToken } from './one-time-token.ts';
import type { OwnToken, TokenMint } from './session-tokens.ts';
import { type KommoUser, readUser, syncUsers } from './users.ts';

export interface Sessions {
  /** Trades Kommo's one-time token for a short session of ours. @throws Unauthenticated */
  start(
    oneTimeToken: string,
    origin: string | null,
  ): Promise<{ token: string; expiresAt: Date; user: KommoUser; tenant: Tenant }>;
  /** Who is behind one of our tokens, if it still stands: a rep, or an administrator. @throws Unauthenticated */
  caller(token: OwnToken, origin: string | null): Promise<Caller>;
}

export interface SessionsDeps {
  db: Db;
  directory: TenantDirectory;
  client: KommoClient;
  integrations: Pick<Integrations, 'find'>;
  mint: TokenMint;
  clock: Clock;
}

/** How long a decision is remembered: our own revocation has to be felt in 5 s, also on a busy machine. */
const rememberedMs = 3_000;

export function openSessions(deps: SessionsDeps): Sessions {
  const remembered = new LRUCache<string, Caller & { kind: 'rep' }>({ max: 20_000, ttl: rememberedMs });

  async function start(oneTimeToken: string, origin: string | null) {
    const integration = await deps.integrations.find(clientOfOneTimeToken(oneTimeToken));
    if (integration === null)
      throw new Unauthenticated('one-time-token-invalid', 'The one-time token from Kommo is not valid.');
    const { clientId, clientSecret, redirectUri } = integration;
    const proof = verifyOneTimeToken(oneTimeToken, {
      clientId,
      clientSecret,
      redirectUri,
      now: deps.clock.now(),
    });
    const route = await deps.directory.byAccount(clientId, proof.accountId);
    if (route === null) throw notInstalled();
    if (proof.issuer !== route.origin || origin !== route.origin) {
      throw new Unauthenticated(
        'one-time-token-wrong-origin',
        'The one-time token from Kommo belongs to a page of another address.',
      );
    }
    await assertInstalled(route.tenantId);
    const user = await activeUser(route.tenantId, route.origin, proof.userId);
    const { tenant, sessionId } = await deps.db.withTenant(route.tenantId, async tx => {
      const tenant = await readTenant(tx, route.tenantId);
      if (tenant === null || tenant.state === 'uninstalled') throw notInstalled();
      // The page's helper caches a token for some 25 minutes: the same one joins the same session.
      await tx('sessions')
        .insert({
          tenant_id: tenant.id,
          id: newId(),
          jti: proof.jti,
          user_id: proof.userId,
          origin,
          token_expires_at: proof.expiresAt,
        })
        .onConflict(['tenant_id', 'jti'])
        .ignore();
      const session = await tx('sessions').where({ tenant_id: tenant.id, jti: proof.jti }).first();
      if (session.user_id !== proof.userId || session.origin !== origin || session.revoked_at !== null) {
        throw new Unauthenticated('one-time-token-invalid', 'The one-time token from Kommo is not valid.');
      }
      // A session from before a reinstall begins anew: Kommo has just vouched for the user again.
      if (session.created_at < tenant.sessionsValidFrom) {
        await tx('sessions')
          .where({ tenant_id: tenant.id, id: session.id })
          .update({ created_at: deps.clock.now() });
      }
      return { tenant, sessionId: session.id as string };
    });
    const issued = deps.mint.issue({
      kind: 'session',
      tenantId: tenant.id,
      sessionId,
      userId: user.userId,
      origin: route.origin,
    });
    return { ...issued, user, tenant };
  }

  /** Before Kommo is asked anything with a grant that may be gone. */
  async function assertInstalled(tenantId: TenantId): Promise<void> {
    const tenant = await deps.db.withTenant(tenantId, tx => readTenant(tx, tenantId));
    if (tenant === null || tenant.state === 'uninstalled') throw notInstalled();
  }

  /** A user we have not seen yet may be new in Kommo, so the list is read again before saying no. */
  async function activeUser(tenantId: TenantId, origin: string, userId: number): Promise<KommoUser> {
    let user = await deps.db.withTenant(tenantId, tx => readUser(tx, tenantId, userId));
    if (user === null) {
      await syncUsers(deps, { tenantId, origin }, 'rep');
      user = await deps.db.withTenant(tenantId, tx => readUser(tx, tenantId, userId));
    }
    if (!user?.isActive)
      throw new Unauthenticated('user-inactive', 'This user is not active in the Kommo account.');
    return user;
  }

  return {
    start,
    async caller(token, origin) {
      if (token.kind === 'admin') {
        if (!(await deps.directory.isActive(token.tenantId))) throw notInstalled();
        return { kind: 'admin', tenantId: token.tenantId, by: token.by };
      }
      if (origin !== token.origin)
        throw new Unauthenticated(
          'session-wrong-origin',
          'The session belongs to a page of another address.',
        );
      const known = remembered.get(token.sessionId);
      if (known && known.tenantId === token.tenantId && known.userId === token.userId) return known;
      const row = await deps.db.withTenant(token.tenantId, tx =>
        tx('sessions as s')
          .join('tenants as t', 't.tenant_id', 's.tenant_id')
          .join('kommo_users as u', { 'u.tenant_id': 's.tenant_id', 'u.user_id': 's.user_id' })
          .where({
            's.tenant_id': token.tenantId,
            's.id': token.sessionId,
            's.user_id': token.userId,
            's.origin': token.origin,
          })
          .whereNull('s.revoked_at')
          .where({ 'u.is_active': true })
          .whereNot({ 't.state': 'uninstalled' })
          .whereRaw('s.created_at >= t.sessions_valid_from')
          .first('u.name', 'u.is_admin'),
      );
      if (!row) throw new Unauthenticated('session-ended', 'The session has ended; start a new one.');
      const caller = {
        kind: 'rep',
        tenantId: token.tenantId,
        userId: token.userId,
        name: row.name,
        isAdmin: row.is_admin,
        sessionId: token.sessionId,
        origin: token.origin,
      } as const;
      remembered.set(token.sessionId, caller);
      return caller;
    },
  };
}

function notInstalled(): Unauthenticated {
  return new Unauthenticated('not-installed', 'This Kommo account has not installed the integration.');
}
