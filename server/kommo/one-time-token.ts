import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Unauthenticated } from '../http/index.ts';
import { unixSeconds } from '../kernel/index.ts';

/** What a one-time token proves: which account and user is at the widget. */
export interface OneTimeToken {
  jti: string;
  accountId: number;
  userId: number;
  issuer: string;
  expiresAt: Date;
}

const Claims = z.object({
  iss: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  jti: z.string().min(1).max(200),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
  account_id: z.int().positive(),
  user_id: z.int().positive(),
  client_uuid: z.string(),
});

const leewaySeconds = 30;
const lifetimeSecondsMax = 30 * 60 + 60;

export interface Expectation {
  clientId: string;
  clientSecret: string;
  /** Our redirect address; the audience is its scheme and host. */
  redirectUri: string;
  now: Date;
}

/** Which integration a token says it is for: unverified, it picks the secret to verify with. Empty where it says nothing. */
export function clientOfOneTimeToken(token: string): string {
  if (token.length > 4096) return '';
  try {
    const claims = z.object({ client_uuid: z.string() }).safeParse(jwt.decode(token));
    return claims.success ? claims.data.client_uuid : '';
  } catch {
    // Decoding throws where the payload is no JSON.
    return '';
  }
}

/**
 * Verifies the token Kommo gives a page for our integration: HS256 under the client secret, for us, now.
 * Whether account and origin fit is for the caller, who knows the accounts.
 *
 * @throws Unauthenticated with a code that says which check failed
 */
export function verifyOneTimeToken(
  token: string,
  { clientId, clientSecret, redirectUri, now }: Expectation,
): OneTimeToken {
  const invalid = () =>
    new Unauthenticated('one-time-token-invalid', 'The one-time token from Kommo is not valid.');
  if (token.length > 4096) throw invalid();
  let payload: unknown;
  try {
    // Decoding throws where the payload is no JSON.
    if (jwt.decode(token, { complete: true })?.header.alg !== 'HS256') throw invalid();
    // Times are checked below, with integers required and a bound on the lifetime.
    payload = jwt.verify(token, createSecretKey(Buffer.from(clientSecret)), {
      algorithms: ['HS256'],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
  } catch {
    throw invalid();
  }
  const parsed = Claims.safeParse(payload);
  if (!parsed.success || parsed.data.client_uuid !== clientId) throw invalid();
  const claims = parsed.data;
  if (!audiences(redirectUri).some(audience => [claims.aud].flat().includes(audience))) {
    throw new Unauthenticated(
      'one-time-token-wrong-audience',
      'The one-time token from Kommo was made for another server.',
    );
  }
  const at = unixSeconds(now);
  if (claims.exp <= at - leewaySeconds) {
    throw new Unauthenticated(
      'one-time-token-expired',
      'The one-time token from Kommo has expired; ask for a new one.',
    );
  }
  if (
    claims.nbf > at + leewaySeconds ||
    claims.iat > at + leewaySeconds ||
    claims.exp - claims.iat > lifetimeSecondsMax
  )
    throw invalid();
  return {
    jti: claims.jti,
    accountId: claims.account_id,
    userId: claims.user_id,
    issuer: claims.iss,
    expiresAt: new Date(claims.exp * 1000),
  };
}

/** Kommo's audience is scheme://host without a port (observed); with the port is accepted too. */
export function audiences(redirectUri: string): string[] {
  const url = new URL(redirectUri);
  return [`${url.protocol}//${url.hostname}`, url.origin];
}
