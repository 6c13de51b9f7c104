import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Unauthenticated } from '../http/index.ts';
import { asTenantId, type Clock, type TenantId, unixSeconds } from '../kernel/index.ts';

/** What our own short tokens say. `session`: a rep in a card; `admin`: minted by the operator for one account. */
export type OwnToken =
  | { kind: 'session'; tenantId: TenantId; sessionId: string; userId: number; origin: string }
  | { kind: 'admin'; tenantId: TenantId; by: string };

const lifetimeSeconds = 10 * 60;
const issuer = 'cardwise';

const Payload = z.discriminatedUnion('typ', [
  z.object({ typ: z.literal('session'), tid: z.string(), sid: z.string(), uid: z.int(), org: z.string() }),
  z.object({ typ: z.literal('admin'), tid: z.string(), by: z.string() }),
]);

export interface TokenMint {
  issue(token: OwnToken): { token: string; expiresAt: Date };
  /** @throws Unauthenticated */
  read(token: string): OwnToken;
}

export function tokenMint(secret: Buffer, clock: Clock): TokenMint {
  // As a key object: from plain bytes the library first tries to read a public key, at every call.
  const key = createSecretKey(secret);
  return {
    issue(token) {
      const now = unixSeconds(clock.now());
      const payload: z.input<typeof Payload> =
        token.kind === 'session'
          ? {
              typ: 'session',
              tid: token.tenantId,
              sid: token.sessionId,
              uid: token.userId,
              org: token.origin,
            }
          : { typ: 'admin', tid: token.tenantId, by: token.by };
      const signed = jwt.sign({ ...payload, iat: now, exp: now + lifetimeSeconds }, key, {
        algorithm: 'HS256',
        issuer,
      });
      return { token: signed, expiresAt: new Date((now + lifetimeSeconds) * 1000) };
    },
    read(token) {
      let payload: unknown;
      try {
        payload = jwt.verify(token, key, {
          algorithms: ['HS256'],
          issuer,
          clockTimestamp: unixSeconds(clock.now()),
        });
      } catch (error) {
        if (error instanceof jwt.TokenExpiredError)
          throw new Unauthenticated('session-expired', 'The session has expired; start a new one.');
        throw new Unauthenticated();
      }
      const parsed = Payload.safeParse(payload);
      if (!parsed.success) throw new Unauthenticated();
      const { data } = parsed;
      const tenantId = asTenantId(data.tid);
      return data.typ === 'session'
        ? { kind: 'session', tenantId, sessionId: data.sid, userId: data.uid, origin: data.org }
        : { kind: 'admin', tenantId, by: data.by };
    },
  };
}
