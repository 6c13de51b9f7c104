import type { SandboxAccount, SandboxProcess } from './sandbox-process.ts';

/** A person at work in the account's own pages: what they do there, hooks tell of. */
export interface KommoPerson {
  /** @throws unless Kommo agrees */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Every record of a list, as REST shows it. */
  all(path: string, embedded: string): Promise<Record<string, unknown>[]>;
}

export async function signInToKommo(
  sandbox: SandboxProcess,
  account: SandboxAccount,
  userId: number,
): Promise<KommoPerson> {
  const session = await sandbox.control(account, 'POST', '/sessions', { userId });
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${account.origin}/api/v4${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text);
  }
  return {
    call,
    async all(path, embedded) {
      const found: Record<string, unknown>[] = [];
      for (let page = 1; ; page += 1) {
        const query = `${path.includes('?') ? '&' : '?'}limit=250&page=${page}`;
        const body = (await call('GET', `${path}${query}`)) as {
          _embedded: Record<string, Record<string, unknown>[]>;
          _links?: { next?: unknown };
        } | null;
        if (body === null) return found;
        found.push(...(body._embedded[embedded] ?? []));
        if (!body._links?.next) return found;
      }
    },
  };
}
