import type { Logger, TenantId } from '../kernel/index.ts';
import type { Lane } from './budget/budget.ts';
import type { Pacing } from './budget/pacing.ts';
import { kommoClocks } from './clocks.ts';
import {
  KommoAmbiguous,
  KommoForbidden,
  KommoRejected,
  KommoUnavailable,
  ReconnectNeeded,
} from './errors.ts';
import type { Grants } from './grants.ts';
import { failureOf } from './judge.ts';
import { pages } from './pages.ts';
import { pause } from './pause.ts';
import { type KommoRequest, type Sent, send } from './send.ts';

export interface CallOptions {
  /** `rep` unless said otherwise. */
  lane?: Lane;
  /** Kommo applies this user's rights; works only with a grant of an administrator. */
  actAs?: number;
  signal?: AbortSignal;
}

export type { Lane };

export interface Account {
  tenantId: TenantId;
  origin: string;
}

export type WriteMethod = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** An account's REST v4. Paths begin behind `/api/v4`; a whole address is taken on the account's own host alone. */
export interface KommoClient {
  /**
   * Reads, and repeats what failed for a passing reason.
   *
   * @returns the body, or null where Kommo says there is nothing (204, 404)
   * @throws KommoUnavailable (KommoBusy and KommoBlocked are such), KommoForbidden, KommoUnpaid, KommoRejected,
   * ReconnectNeeded
   */
  get(account: Account, path: string, options?: CallOptions): Promise<unknown>;
  /**
   * Every item of a list, page after page, as Kommo sends it; `embedded` is the plural it stands under.
   *
   * @throws as `get`, between any two items
   */
  list(
    account: Account,
    path: string,
    options: CallOptions & { embedded: string; pagesMax?: number },
  ): AsyncIterable<unknown>;
  /**
   * Writes, at most once: repeated only where Kommo surely did not perform it.
   *
   * @throws KommoUnavailable if it was surely not performed, KommoAmbiguous if nobody knows, KommoRejected,
   * KommoNotFound, KommoForbidden, KommoUnpaid, ReconnectNeeded
   */
  write(
    account: Account,
    method: WriteMethod,
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<{ status: number; body: unknown }>;
  /** What Kommo's clock says now, in Unix seconds, by the dates of its answers. */
  now(account: Account): number;
}

export interface KommoClientDeps {
  grants: Grants;
  pacing: Pacing;
  fetch: typeof fetch;
  log: Logger;
}

const triesMax = 3;

type Answered = Extract<Sent, { kind: 'answered' }>;

export function kommoClient({ grants, pacing, fetch: fetcher, log }: KommoClientDeps): KommoClient {
  const clocks = kommoClocks();
  /** Sends until Kommo gives an answer that stands: not its 401 for an old token, nor its 429, nor a passing failure. */
  async function call(account: Account, request: KommoRequest, lane: Lane = 'rep'): Promise<Answered> {
    const reading = request.method === 'GET';
    let token = await grants.accessToken(account.tenantId);
    let replaced = false;
    for (let attempt = 1; ; attempt += 1) {
      const turn = await pacing.turn(account.origin, lane, request.signal);
      const sent = await send(fetcher, request, token).catch(async left => {
        await pacing.ended(account.origin, turn, null);
        throw left;
      });
      await pacing.ended(account.origin, turn, sent.kind === 'answered' ? sent : null);
      if (sent.kind === 'answered') clocks.heard(account.origin, sent.date);
      if (sent.kind === 'failed') {
        if (sent.reached && !reading) throw new KommoAmbiguous(sent.cause);
        if (attempt >= triesMax) throw new KommoUnavailable(sent.cause);
      } else if (sent.status === 401) {
        // With a fresh token it is the user in whose name we call that Kommo does not know.
        if (replaced) throw request.actAs === undefined ? new ReconnectNeeded() : new KommoForbidden();
        token = await grants.replaceAccessToken(account.tenantId, token);
        replaced = true;
        attempt -= 1;
        continue;
      } else if (sent.status === 429 || (reading && sent.status >= 500)) {
        log.warn({ tenantId: account.tenantId, status: sent.status }, 'Kommo answered with an error');
        if (attempt >= triesMax) throw new KommoUnavailable(new Error(`status ${sent.status}`));
      } else if (sent.status >= 500 || sent.status < 200 || (sent.status >= 300 && sent.status < 400)) {
        if (!reading) throw new KommoAmbiguous(new Error(`status ${sent.status}`));
        throw new KommoUnavailable(new Error(`status ${sent.status}`));
      } else {
        return sent;
      }
      // A second clears Kommo's window of calls.
      await pause(attempt * 700 + Math.random() * 300, request.signal);
    }
  }

  async function get(account: Account, path: string, options: CallOptions = {}): Promise<unknown> {
    const { actAs, signal, lane } = options;
    const request = { method: 'GET' as const, url: urlOf(account, path), actAs, signal };
    const { status, body, isJson } = await call(account, request, lane);
    if (status === 204 || status === 404) return null;
    if (status >= 400) throw failureOf(status, body);
    if (!isJson) throw new KommoUnavailable(new Error('the answer is not JSON'));
    return body;
  }

  return {
    get,
    now: ({ origin }) => clocks.now(origin),
    list: (account, path, { embedded, pagesMax, ...options }) =>
      pages(next => get(account, next, options), path, { embedded, pagesMax }),
    async write(account, method, path, body, options = {}) {
      const { actAs, signal, lane } = options;
      const answer = await call(account, { method, url: urlOf(account, path), body, actAs, signal }, lane);
      if (answer.status >= 400) throw failureOf(answer.status, answer.body);
      return { status: answer.status, body: answer.body };
    },
  };
}

/** @throws KommoRejected for an address outside the account: the token goes nowhere else */
function urlOf({ origin }: Account, path: string): string {
  if (path.startsWith('/')) return `${origin}/api/v4${path}`;
  if (URL.canParse(path) && new URL(path).origin === origin) return path;
  throw new KommoRejected(0, [], 'the address is outside the account');
}
