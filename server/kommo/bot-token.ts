import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Unauthenticated } from '../http/index.ts';
import { unixSeconds } from '../kernel/index.ts';
import { audiences, type Expectation } from './one-time-token.ts';

/** What the token of a bot's request proves: which account's bot asks, about which record. */
export interface BotToken {
  accountId: number;
  issuer: string;
  entityType: 'lead' | 'contact' | 'customer';
  entityId: number;
}

/** Kommo's own spellings differ from bot to bot: words, their plurals, and the numbers of the old API as either type. */
const entityTypes = new Map<string, BotToken['entityType']>([
  ['lead', 'lead'],
  ['leads', 'lead'],
  ['2', 'lead'],
  ['contact', 'contact'],
  ['contacts', 'contact'],
  ['1', 'contact'],
  ['customer', 'customer'],
  ['customers', 'customer'],
  ['12', 'customer'],
]);

const Id = z
  .union([z.int(), z.string().regex(/^\d{1,15}$/)])
  .transform(Number)
  .pipe(z.int().positive());
/** Seconds, with fractions. */
const Time = z.number();
const Claims = z.object({
  iss: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: Time.optional(),
  nbf: Time.optional(),
  exp: Time,
  account_id: Id,
  client_uuid: z.string().optional(),
  client_uid: z.string().optional(),
  entity_type: z.union([z.string(), z.int()]),
  entity_id: Id,
});

const algorithms: jwt.Algorithm[] = ['HS512', 'HS256'];
const leewaySeconds = 60;

/** One answer for whatever is wrong: whoever guesses learns nothing. */
export class BotTokenInvalid extends Unauthenticated {
  constructor() {
    super('bot-token-invalid', 'This is no request of a bot of an account that is connected here.');
  }
}

/** Which integration a token says it is for: unverified, it picks the secret to verify with. Empty where it says nothing. */
export function clientOfBotToken(token: string): string {
  if (token.length > 4096) return '';
  try {
    const { client_uuid, client_uid } = z
      .object({ client_uuid: z.string().optional(), client_uid: z.string().optional() })
      .parse(jwt.decode(token));
    return client_uuid ?? client_uid ?? '';
  } catch {
    // Neither a token nor claims.
    return '';
  }
}

/**
 * Verifies the token of a `widget_request`: HS512 or HS256 under the integration's secret, for us, now.
 * Whether account and issuer belong together is for the caller, who knows the accounts.
 *
 * @throws BotTokenInvalid
 */
export function verifyBotToken(
  token: string,
  { clientId, clientSecret, redirectUri, now }: Expectation,
): BotToken {
  let payload: unknown;
  try {
    const algorithm = jwt.decode(token, { complete: true })?.header.alg;
    if (!algorithms.some(one => one === algorithm)) throw new BotTokenInvalid();
    // Times are checked below, because they have fractions.
    payload = jwt.verify(token, createSecretKey(Buffer.from(clientSecret)), {
      algorithms,
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
  } catch {
    throw new BotTokenInvalid();
  }
  const { data: claims } = Claims.safeParse(payload);
  const entityType = claims && entityTypes.get(String(claims.entity_type));
  if (!claims || !entityType || (claims.client_uuid ?? claims.client_uid) !== clientId)
    throw new BotTokenInvalid();
  if (!audiences(redirectUri).some(audience => [claims.aud].flat().includes(audience)))
    throw new BotTokenInvalid();
  const at = unixSeconds(now);
  if (claims.exp <= at - leewaySeconds) throw new BotTokenInvalid();
  if ([claims.nbf, claims.iat].some(time => time !== undefined && time > at + leewaySeconds + 1))
    throw new BotTokenInvalid();
  return {
    accountId: claims.account_id,
    issuer: claims.iss,
    entityType,
    entityId: claims.entity_id,
  };
}
