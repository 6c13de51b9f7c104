import type { Account } from '../client.ts';
import { KommoForbidden, KommoNotFound, KommoRejected, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget, pageSize } from './ask.ts';
import { kinds, type List, type MirrorKind, toIncoming } from './kinds.ts';
import { keepProblems } from './problems.ts';
import { applyRecords, markDeleted } from './records.ts';
import { confirmTalks } from './talks.ts';
import { wantWalk } from './want-walk.ts';
import type { MirrorDeps, Wanted } from './wanted.ts';

const chunkSize = pageSize;

/**
 * Reads records back, many at a time, and lets the mirror hold what Kommo holds: what is not in the answer
 * is gone. A kind that this grant may not read is left to its next walk, which finds out whether it still may; a
 * record that Kommo refuses to be asked for is passed over.
 *
 * @returns those that the budget left for another time
 * @throws KommoUnavailable, ReconnectNeeded
 */
export async function confirmRecords(
  deps: MirrorDeps,
  account: Account,
  wanted: Wanted[],
  budget: Budget,
): Promise<Wanted[]> {
  const left = await confirmTalks(
    deps,
    account,
    wanted.filter(({ kind }) => kind === 'talks'),
    budget,
  );
  for (const { list, kind, ids } of batches(wanted)) {
    for (let from = 0; from < ids.length; from += chunkSize) {
      const chunk = ids.slice(from, from + chunkSize);
      if (budget.isSpent()) left.push(...chunk.map(id => ({ kind, id, ...parentOf(list) })));
      else left.push(...(await confirmChunk(deps, account, kind, list, chunk, budget)));
    }
  }
  return left;
}

function batches(wanted: Wanted[]): { kind: MirrorKind; list: List; ids: string[] }[] {
  const found = new Map<string, { kind: MirrorKind; list: List; ids: Set<string> }>();
  for (const { kind, id, parentKind } of wanted) {
    if (kind === 'messages' || kind === 'talks') continue;
    for (const list of kinds[kind].lists) {
      if (list.parentKind !== parentKind) continue;
      const key = `${kind} ${list.path}`;
      const batch = found.get(key) ?? { kind, list, ids: new Set() };
      batch.ids.add(id);
      found.set(key, batch);
    }
  }
  return [...found.values()].map(batch => ({ ...batch, ids: [...batch.ids] }));
}

/** @returns those that the budget left for another time */
async function confirmChunk(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  list: List,
  ids: string[],
  budget: Budget,
): Promise<Wanted[]> {
  const { db, client, log } = deps;
  const { tenantId } = account;
  const query = ids.map(id => `filter[id][]=${id}`).join('&');
  try {
    const { items, readAt } = await askPage(client, account, list, { page: 1, query, budget });
    const asked = new Set(ids);
    const records = items.flatMap(item => toIncoming(kind, item, parent(list)) ?? []);
    const found = new Set(records.map(({ id }) => id));
    // An account without the filters ignores them: then an id that is missing says nothing.
    const isFiltered = records.every(({ id }) => asked.has(id));
    if (!isFiltered) log.warn({ tenantId, kind }, 'Kommo ignored a filter by id');
    const missing = ids.filter(id => !found.has(id));
    const { gone, left } = isFiltered
      ? { gone: missing, left: [] }
      : await confirmSingly(deps, account, kind, list, missing, budget);
    await db.withTenant(tenantId, async tx => {
      await applyRecords(tx, tenantId, kind, records, { readAt });
      await markDeleted(tx, tenantId, kind, gone, { readAt, parentKind: list.parentKind });
    });
    return left.map(id => ({ kind, id, ...parentOf(list) }));
  } catch (error) {
    if (isRefused(error)) return setAside(deps, account, kind, list, { ids, code: error.code }, budget);
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid)) throw error;
    log.warn({ tenantId, kind }, 'records could not be read back: a right is missing');
    await wantWalk(deps, account, kind);
    return [];
  }
}

/** The same question again would be refused again, so that waiting helps nobody. */
export function isRefused(error: unknown): error is KommoRejected | KommoNotFound {
  return error instanceof KommoRejected || error instanceof KommoNotFound;
}

/** Finds the record that Kommo stumbles over by halves; that one waits for the next walk, and holds up no other. */
async function setAside(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  list: List,
  { ids, code }: { ids: string[]; code: string },
  budget: Budget,
): Promise<Wanted[]> {
  const { tenantId } = account;
  // A budget that ends among refusals would end there the next time too.
  if (ids.length === 1 || budget.isSpent()) {
    deps.log.warn({ tenantId, kind, records: ids.length }, 'Kommo refused to be asked for records');
    await deps.db.withTenant(tenantId, tx => keepProblems(tx, tenantId, kind, ids, code));
    return [];
  }
  const half = Math.ceil(ids.length / 2);
  const left: Wanted[] = [];
  for (const part of [ids.slice(0, half), ids.slice(half)])
    left.push(...(await confirmChunk(deps, account, kind, list, part, budget)));
  return left;
}

/** One call a record: the way of accounts that lack the filters. @returns those that are gone, and those that the budget left */
async function confirmSingly(
  { db, client }: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  list: List,
  ids: string[],
  budget: Budget,
): Promise<{ gone: string[]; left: string[] }> {
  const gone: string[] = [];
  const base = list.path.split('?')[0];
  const query = list.path.slice(base?.length ?? 0);
  for (const [index, id] of ids.entries()) {
    if (budget.isSpent()) return { gone, left: ids.slice(index) };
    budget.callsLeft -= 1;
    const readAt = new Date();
    const body = await client.get(account, `${base}/${id}${query}`, { lane: 'sync', signal: budget.signal });
    const record = toIncoming(kind, body, parent(list));
    if (record === null) gone.push(id);
    else
      await db.withTenant(account.tenantId, tx =>
        applyRecords(tx, account.tenantId, kind, [record], { readAt }),
      );
  }
  return { gone, left: [] };
}

export function parent(list: List): { kind: string } | null {
  return list.parentKind === undefined ? null : { kind: list.parentKind };
}

function parentOf(list: List): { parentKind?: string } {
  return list.parentKind === undefined ? {} : { parentKind: list.parentKind };
}
