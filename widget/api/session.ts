import type { Host } from '../host/host.ts';
import { ApiFault, faultOf } from './api-fault.ts';
import type { Session } from './types.ts';

const LIFETIME_MIN_MS = 60_000;
const LIFETIME_MAX_MS = 10 * 60_000;
const RENEW_BEFORE_MS = 30_000;

export type Sessions = {
  /** The session that is good now, renewed when it is about to end. One exchange serves all who wait for it. */
  current(): Promise<Session>;
  /** Forgets `token`, unless it has already been replaced. */
  reject(token: string): void;
};

type Ports = { host: Pick<Host, 'postWithOneTimeToken' | 'locale'>; apiOrigin: string; now?: () => number };

/** Trades the page's one-time token for a short session of ours, which lives in memory only. */
export function openSessions({ host, apiOrigin, now = Date.now }: Ports): Sessions {
  let held: { session: Session; renewAt: number } | null = null;
  let pending: Promise<Session> | null = null;

  async function exchange(): Promise<Session> {
    const answer = await host.postWithOneTimeToken(`${apiOrigin}/v1/session`, { locale: host.locale });
    if (answer.status !== 200) throw faultOf(answer.status, answer.body);
    const session = readSession(answer.body);
    // A rep's clock may be far off: the end is taken from it only within what the API ever gives.
    const lifetime = Date.parse(session.expiresAt) - now();
    const lifetimeMs = Math.min(LIFETIME_MAX_MS, Math.max(LIFETIME_MIN_MS, lifetime || 0));
    held = { session, renewAt: now() + lifetimeMs - RENEW_BEFORE_MS };
    return session;
  }

  return {
    current() {
      if (held && now() < held.renewAt) return Promise.resolve(held.session);
      pending ??= exchange().finally(() => {
        pending = null;
      });
      return pending;
    },
    reject(token) {
      if (held?.session.token === token) held = null;
    },
  };
}

function readSession(body: string): Session {
  try {
    const session = JSON.parse(body) as Session;
    if (session.token && session.account) return session;
  } catch {
    // Falls through: no session is no session.
  }
  throw new ApiFault('unreadable-answer', 200);
}
