import type { Account, KommoClient, WriteMethod } from '../kommo/index.ts';

/** Kommo as one person of the account sees it. */
export interface KommoAs {
  get(path: string): Promise<unknown>;
  /** The first `limit` items of a list. */
  list(path: string, embedded: string, limit?: number): Promise<unknown[]>;
  write(method: WriteMethod, path: string, body: unknown): Promise<unknown>;
}

/** The same for one look at several things: what two of them ask for is read once. */
export function readingOnce(kommo: KommoAs): KommoAs {
  const read = new Map<string, Promise<unknown>>();
  return {
    ...kommo,
    get(path) {
      const known = read.get(path) ?? kommo.get(path);
      read.set(path, known);
      return known;
    },
  };
}

export function kommoAs(
  client: KommoClient,
  account: Account,
  { userId, signal }: { userId: number | null; signal?: AbortSignal | undefined },
): KommoAs {
  const options = {
    lane: 'rep' as const,
    ...(userId === null ? {} : { actAs: userId }),
    ...(signal ? { signal } : {}),
  };
  return {
    get: path => client.get(account, path, options),
    async list(path, embedded, limit = 1_000) {
      const items: unknown[] = [];
      for await (const item of client.list(account, path, { ...options, embedded })) {
        items.push(item);
        if (items.length >= limit) break;
      }
      return items;
    },
    write: async (method, path, body) => (await client.write(account, method, path, body, options)).body,
  };
}
