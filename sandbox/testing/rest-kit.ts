import { type Bench, type Json, jsonOf, openBench } from './kit.ts';

/** People of the first demo account. */
export const olga = 9_100_001;
export const priya = 9_100_002;
export const sam = 9_100_003;
export const alexei = 9_100_004;
export const hannah = 9_100_005;

export interface List {
  _page: number;
  _links: { self: { href: string }; next?: { href: string } };
  _embedded: Record<string, Json[]>;
}

export interface RestBench extends Bench {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  list(path: string, key: string, headers?: Record<string, string>): Promise<Json[]>;
  /** The first record of a list, which must not be empty. */
  firstOf(path: string, key: string, headers?: Record<string, string>): Promise<Json>;
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export const as = (userId: number) => ({ 'X-Context-User-ID': String(userId) });

/** The nth of a list that must have one. */
export function nth(items: unknown, index: number): Json {
  const item = Array.isArray(items) ? (items[index] as Json | undefined) : undefined;
  if (!item) throw new Error(`There is no item ${index}`);
  return item;
}

/** A bench whose calls carry an administrator's grant. */
export async function openRestBench(): Promise<RestBench> {
  const bench = await openBench();
  const { accessToken } = await bench.grant(olga);
  const get: RestBench['get'] = (path, headers = {}) => bench.api(path, accessToken, { headers });
  const list: RestBench['list'] = async (path, key, headers) => {
    const answer = await get(path, headers);
    return answer.status === 204 ? [] : ((await jsonOf<List>(answer))._embedded[key] ?? []);
  };
  return Object.assign(bench, {
    get,
    list,
    firstOf: async (path: string, key: string, headers?: Record<string, string>) =>
      nth(await list(path, key, headers), 0),
    send: (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      bench.api(path, accessToken, { method, body: JSON.stringify(body), headers }),
  });
}
