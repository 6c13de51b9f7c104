import type { Account } from '../client.ts';
import { KommoForbidden, KommoRejected, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget } from './ask.ts';
import { kinds, type List, toIncoming } from './kinds.ts';
import { applyRecords, markDeleted } from './records.ts';
import type { MirrorDeps, Wanted } from './wanted.ts';

const contactsMax = 100;
const pagesMax = 4;

/**
 * Reads talks back: Kommo's list of them takes contacts, not ids. One whose contact is unknown, or that
 * the list of its contact lacks, is asked for alone.
 *
 * @returns those that the budget left for another time
 */
export async function confirmTalks(
  deps: MirrorDeps,
  account: Account,
  wanted: Wanted[],
  budget: Budget,
): Promise<Wanted[]> {
  const open = new Map(wanted.map(one => [one.id, one]));
  const contacts = [...new Set(wanted.flatMap(({ contactId }) => contactId ?? []))];
  try {
    for (let from = 0; from < contacts.length && !budget.isSpent(); from += contactsMax) {
      const query = contacts
        .slice(from, from + contactsMax)
        .map(id => `filter[contact_id][]=${id}`)
        .join('&');
      for (const id of await keepTalks(deps, account, query, budget)) open.delete(id);
    }
    for (const id of [...open.keys()]) {
      if (budget.isSpent()) break;
      await confirmTalk(deps, account, id, budget);
      open.delete(id);
    }
  } catch (error) {
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid || error instanceof KommoRejected))
      throw error;
    deps.log.warn({ tenantId: account.tenantId, kind: 'talks' }, 'talks may not be read');
    return [];
  }
  return [...open.values()];
}

/** Talks in work, and again those that the mirror holds as in work and Kommo's list lacks: they were closed. */
export async function reconcileTalks(deps: MirrorDeps, account: Account, budget: Budget): Promise<void> {
  const { db } = deps;
  const { tenantId } = account;
  const held: { id: string; parent_id: string | null }[] = await db.withTenant(tenantId, tx =>
    tx('mirror_records')
      .where({ tenant_id: tenantId, kind: 'talks', deleted_at: null })
      .whereRaw(`body->>'is_in_work' = 'true'`)
      .orderBy('updated_at', 'desc')
      .limit(500)
      .select('id'),
  );
  const met = new Set(await keepTalks(deps, account, 'filter[only_in_work]=1', budget));
  const closed = held.filter(({ id }) => !met.has(id)).slice(0, 20);
  for (const { id } of closed) {
    if (budget.isSpent()) return;
    await confirmTalk(deps, account, id, budget);
  }
}

async function keepTalks(
  { db, client }: MirrorDeps,
  account: Account,
  query: string,
  budget: Budget,
): Promise<string[]> {
  const [list] = kinds.talks.lists as [List];
  const met: string[] = [];
  for (let page = 1; page <= pagesMax && !budget.isSpent(); page += 1) {
    const { items, hasMore, readAt } = await askPage(client, account, list, { page, query, budget });
    const records = items.flatMap(item => toIncoming('talks', item) ?? []);
    await db.withTenant(account.tenantId, tx =>
      applyRecords(tx, account.tenantId, 'talks', records, { readAt }),
    );
    met.push(...records.map(({ id }) => id));
    if (!hasMore) break;
  }
  return met;
}

async function confirmTalk(
  { db, client }: MirrorDeps,
  account: Account,
  id: string,
  budget: Budget,
): Promise<void> {
  budget.callsLeft -= 1;
  const readAt = new Date();
  const body = await client.get(account, `/talks/${id}`, { lane: 'sync', signal: budget.signal });
  const record = toIncoming('talks', body);
  await db.withTenant(account.tenantId, async tx => {
    if (record === null) await markDeleted(tx, account.tenantId, 'talks', [id], { readAt });
    else await applyRecords(tx, account.tenantId, 'talks', [record], { readAt });
  });
}
