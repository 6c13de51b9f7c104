import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Authenticate, type Caller, Unauthenticated } from './http/index.ts';
import type { Sessions, TokenMint } from './kommo/index.ts';

/** How operator keys look, so that they can be told apart and found in a leak. */
const operatorKeyPrefix = 'cwo_';

export function newOperatorKey(): string {
  return operatorKeyPrefix + randomBytes(32).toString('base64url');
}

/**
 * The one authentication of every route: a bearer token in the Authorization header and nowhere else.
 * Routes that are public, or check a signature themselves, get nobody.
 */
export function authentication({
  mint,
  sessions,
  operatorKey,
}: {
  mint: TokenMint;
  sessions: Sessions;
  operatorKey: string;
}): Authenticate {
  const operatorDigest = digest(operatorKey);
  return async (req, permission): Promise<Caller | null> => {
    if (permission === 'public' || permission === 'signed') return null;
    const [scheme, token, ...rest] = (req.get('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) throw new Unauthenticated();
    if (token.startsWith(operatorKeyPrefix)) {
      if (!timingSafeEqual(digest(token), operatorDigest)) throw new Unauthenticated();
      return { kind: 'operator' };
    }
    return sessions.caller(mint.read(token), req.get('origin') ?? null);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
