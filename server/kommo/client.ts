import { isAbort, type Logger, type TenantId, toError } from '../kernel/index.ts';
import { KommoForbidden, KommoUnavailable, ReconnectNeeded } from './errors.ts';
import type { Grants } from './grants.ts';

export interface KommoClient {
  /**
   * Reads from the account's REST v4, as `actAs` where given, so that Kommo applies that user's rights.
   *
   * @returns the body, or null where Kommo says there is nothing (204, 404)
   * @throws KommoForbidden, KommoUnavailable, ReconnectNeeded
   */
  get(account: Account, path: string, options?: { actAs?: number; signal?: AbortSignal }): Promise<unknown>;
}

export interface Account {
  tenantId: TenantId;
  origin: string;
}

const triesMax = 3;
const timeoutMs = 12_000;

export function kommoClient({
  grants,
  fetch: fetcher,
  log,
}: {
  grants: Grants;
  fetch: typeof fetch;
  log: Logger;
}): KommoClient {
  async function request(
    account: Account,
    path: string,
    token: string,
    actAs: number | undefined,
    signal: AbortSignal | undefined,
  ) {
    const deadline = AbortSignal.timeout(timeoutMs);
    return fetcher(`${account.origin}/api/v4${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/hal+json',
        ...(actAs === undefined ? {} : { 'x-context-user-id': String(actAs) }),
      },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  }

  return {
    async get(account, path, { actAs, signal } = {}) {
      let token = await grants.accessToken(account.tenantId);
      let replaced = false;
      for (let attempt = 1; ; attempt += 1) {
        let answer: Response;
        try {
          answer = await request(account, path, token, actAs, signal);
          if (answer.status === 204 || answer.status === 404) return null;
          if (answer.ok) return await answer.json();
        } catch (thrown) {
          if (signal?.aborted || (isAbort(thrown) && signal?.aborted)) throw thrown;
          if (attempt >= triesMax) throw new KommoUnavailable(toError(thrown));
          await pause(attempt, signal);
          continue;
        }
        await answer.body?.cancel();
        if (answer.status === 401) {
          if (replaced) throw new ReconnectNeeded();
          token = await grants.replaceAccessToken(account.tenantId, token);
          replaced = true;
          continue;
        }
        if (answer.status === 403 || answer.status === 402) throw new KommoForbidden();
        const transient = answer.status === 429 || answer.status >= 500;
        log.warn(
          { tenantId: account.tenantId, status: answer.status },
          'Kommo answered a read with an error',
        );
        if (!transient || attempt >= triesMax)
          throw new KommoUnavailable(new Error(`status ${answer.status}`));
        await pause(attempt, signal);
      }
    },
  };
}

/** Kommo names no time to wait; a second clears its window of 7 calls. */
async function pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = attempt * 700 + Math.random() * 300;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done() {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', stop, { once: true });
  });
}
