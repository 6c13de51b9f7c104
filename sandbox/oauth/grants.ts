import { randomBytes, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { User } from '../records.ts';
import type { Site } from '../site.ts';
import type { Integration, TokenPair } from '../state.ts';

const codeSeconds = 20 * 60;
export const accessSeconds = 86_400;
const refreshSeconds = 90 * 86_400;

export function issueCode(site: Site, integration: Integration, user: User): string {
  const now = site.clock.now();
  const code = `def502${randomBytes(48).toString('hex')}`;
  site.data.codes = site.data.codes.filter(({ expiresAt }) => expiresAt > now - 86_400);
  site.data.codes.push({
    code,
    clientId: integration.clientId,
    userId: user.id,
    expiresAt: now + codeSeconds,
    used: false,
  });
  return code;
}

/** Notes the integration as installed; a second install keeps the widget's id and settings. */
export function recordInstall(
  site: Site,
  integration: Integration,
  user: User,
  widgetId: () => number,
): void {
  const known = site.data.installs.find(({ clientId }) => clientId === integration.clientId);
  if (known) {
    known.userId = user.id;
    return;
  }
  site.data.installs.push({
    clientId: integration.clientId,
    widgetId: widgetId(),
    userId: user.id,
    installedAt: site.clock.now(),
    settings: {},
  });
}

interface GrantSeed {
  grantId: string;
  generation: number;
  clientId: string;
  userId: number;
  grantedByAdmin: boolean;
  scopes: string[];
}

/** A new pair of the grant, and the access token that goes with it. */
export function issuePair(site: Site, seed: GrantSeed): { pair: TokenPair; accessToken: string } {
  const now = site.clock.now();
  const { account } = site.data;
  const pair: TokenPair = {
    ...seed,
    accessId: randomBytes(16).toString('hex'),
    accessExpiresAt: now + accessSeconds,
    refreshToken: `def502${randomBytes(96).toString('hex')}`,
    refreshExpiresAt: now + refreshSeconds,
    used: false,
    retired: false,
  };
  const claims = {
    aud: seed.clientId,
    jti: pair.accessId,
    iat: now,
    nbf: now,
    exp: pair.accessExpiresAt,
    sub: String(seed.userId),
    grant_type: '',
    account_id: account.id,
    base_domain: 'kommo.com',
    version: 2,
    scopes: seed.scopes,
    hash_uuid: randomUUID(),
    api_domain: site.host(),
  };
  const accessToken = jwt.sign(claims, site.store.state.signingKey, { algorithm: 'HS256' });
  site.data.pairs = site.data.pairs.filter(
    old => old.accessExpiresAt > now || (!old.retired && old.refreshExpiresAt > now),
  );
  site.data.pairs.push(pair);
  return { pair, accessToken };
}

/** The living pair an access token belongs to, or undefined: forged, expired, revoked, or another account's. */
export function pairOfAccessToken(site: Site, token: string): TokenPair | undefined {
  try {
    const claims = jwt.verify(token, site.store.state.signingKey, {
      algorithms: ['HS256'],
      clockTimestamp: site.clock.now(),
    });
    if (typeof claims === 'string' || claims['account_id'] !== site.data.account.id) return undefined;
    const now = site.clock.now();
    return site.data.pairs.find(pair => pair.accessId === claims.jti && pair.accessExpiresAt > now);
  } catch {
    return undefined;
  }
}

/**
 * The pair is in use, so the answer that brought it was not lost.
 *
 * Kommo: the previous refresh token keeps working until the new pair is first used; this ends that grace.
 */
export function markUsed(site: Site, pair: TokenPair): void {
  if (pair.used) return;
  pair.used = true;
  for (const other of site.data.pairs) {
    if (other.grantId === pair.grantId && other.generation < pair.generation) other.retired = true;
  }
  site.store.touch();
}

export function revokeAll(site: Site, clientId: string): void {
  site.data.pairs = site.data.pairs.filter(pair => pair.clientId !== clientId);
  site.data.codes = site.data.codes.filter(code => code.clientId !== clientId);
  site.data.installs = site.data.installs.filter(install => install.clientId !== clientId);
}
