import { z } from 'zod';
import type { Account, KommoClient } from '../client.ts';
import { KommoUnavailable } from '../errors.ts';
import type { List } from './kinds.ts';

/** What one turn may cost: calls and time. Upkeep never takes an account's whole rate. */
export interface Budget {
  callsLeft: number;
  signal: AbortSignal;
  /** True once no further call may be begun. */
  isSpent(): boolean;
}

export function newBudget(calls: number, ms: number, signal: AbortSignal): Budget {
  const end = performance.now() + ms;
  const budget: Budget = {
    callsLeft: calls,
    signal,
    isSpent: () => budget.callsLeft <= 0 || performance.now() >= end || signal.aborted,
  };
  return budget;
}

/** A part of a budget, so that one kind of work leaves the others theirs; what it spends, the whole has spent. */
export function shareOf(budget: Budget, parts: number): Budget {
  let own = Math.ceil(budget.callsLeft / parts);
  const share: Budget = {
    get callsLeft() {
      return Math.min(own, budget.callsLeft);
    },
    set callsLeft(left) {
      const spent = share.callsLeft - left;
      own -= spent;
      budget.callsLeft -= spent;
    },
    signal: budget.signal,
    isSpent: () => own <= 0 || budget.isSpent(),
  };
  return share;
}

const PageShape = z.object({
  _links: z
    .object({ next: z.object({ href: z.string() }).nullish().catch(null) })
    .nullish()
    .catch(null),
  _embedded: z.record(z.string(), z.unknown()),
});

export interface Page {
  items: unknown[];
  hasMore: boolean;
  /** When the call began. */
  readAt: Date;
}

/** As many as Kommo puts on one page. */
export const pageSize = 250;

/**
 * One page of a list, in the order of ids, so that what changes meanwhile moves nothing.
 *
 * @throws KommoUnavailable, KommoForbidden, KommoUnpaid, ReconnectNeeded
 */
export async function askPage(
  client: KommoClient,
  account: Account,
  list: List,
  {
    page,
    limit = pageSize,
    query = '',
    budget,
  }: { page: number; limit?: number; query?: string; budget: Budget },
): Promise<Page> {
  const order = list.unordered ? '' : '&order[id]=asc';
  const paging = list.whole ? '' : `limit=${limit}&page=${page}${order}`;
  const path = withQuery(list.path, [paging, query].filter(part => part !== '').join('&'));
  budget.callsLeft -= 1;
  const readAt = new Date();
  const body = await client.get(account, path, { lane: 'sync', signal: budget.signal });
  if (body === null) return { items: [], hasMore: false, readAt };
  const parsed = PageShape.safeParse(body);
  const items = parsed.success ? parsed.data._embedded[list.embedded] : undefined;
  if (!parsed.success || !Array.isArray(items))
    throw new KommoUnavailable(new Error(`a page carries no list of ${list.embedded}`));
  return { items, hasMore: !list.whole && parsed.data._links?.next?.href !== undefined, readAt };
}

export function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}
