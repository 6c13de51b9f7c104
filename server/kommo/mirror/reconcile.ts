import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget } from './ask.ts';
import { isRefused, parent } from './confirm.ts';
import { readDeletions } from './deletions.ts';
import { kinds, type List, type MirrorKind, toIncoming } from './kinds.ts';
import { confirmMessages } from './messages.ts';
import { keepProblems, readItems } from './problems.ts';
import { applyRecords, lockKind, markDeleted } from './records.ts';
import { reconcileTalks } from './talks.ts';
import { walkKind } from './walk.ts';
import { wantWalk } from './want-walk.ts';
import type { MirrorDeps } from './wanted.ts';

/** Records of the last minutes are read twice, because a list may lag behind the write. */
const overlapSeconds = 120;
/** 2,000 changed records; where there were more, a walk reads them all. */
const pagesMax = 8;

/**
 * Closes the gaps that lost hooks left in one kind: reads what changed and what was deleted since the last time.
 * Costs at most `pagesMax` calls a list.
 */
export async function reconcileKind(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  budget: Budget,
): Promise<void> {
  const { db, clock, log } = deps;
  const { tenantId } = account;
  try {
    if (kind === 'messages') await confirmMessages(deps, account, budget);
    else if (kind === 'talks') await reconcileTalks(deps, account, budget);
    else if (!kinds[kind].changesSince) await walkKind(deps, account, kind, budget);
    else await readChanges(deps, account, kind, budget);
  } catch (error) {
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid || isRefused(error))) throw error;
    log.warn({ tenantId, kind, code: error.code }, 'a reconcile was refused');
    // The walk finds out whether the kind may still be read: until then the mirror does not answer for it.
    await wantWalk(deps, account, kind);
  }
  if (budget.isSpent()) return;
  await db.withTenant(tenantId, tx =>
    tx('mirror_syncs')
      .where({ tenant_id: tenantId, kind })
      .update({ reconciled_at: clock.now(), reconcile_wanted: false }),
  );
}

async function readChanges(
  deps: MirrorDeps,
  account: Account,
  kind: Exclude<MirrorKind, 'messages'>,
  budget: Budget,
): Promise<void> {
  const { db, client, log } = deps;
  const { tenantId } = account;
  const row = await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId, kind }).first('watermark'),
  );
  const watermark = Number(row.watermark);
  const since = Math.max(0, watermark - overlapSeconds);
  let newest = watermark;
  for (const list of kinds[kind].lists) {
    const read = await readList(deps, account, kind, list, since, budget);
    if (read === 'out of budget') return;
    if (read === 'too much') {
      await wantWalk(deps, account, kind);
      return;
    }
    newest = Math.max(newest, read);
  }
  if (watermark > client.now(account) + overlapSeconds) {
    // Known only now that Kommo has answered. What it changes from now on would not be found from there.
    log.warn({ tenantId, kind }, "the watermark is ahead of Kommo's clock");
    await wantWalk(deps, account, kind);
    return;
  }
  if (kind === 'leads') await readDeletedLeads(deps, account, since, budget);
  else if (!(await readDeletions(deps, account, kind, budget))) await wantWalk(deps, account, kind);
  await db.withTenant(tenantId, async tx => {
    await lockKind(tx, tenantId, kind);
    await tx('mirror_syncs').where({ tenant_id: tenantId, kind }).update({ watermark: newest });
  });
}

/** @returns the newest updated_at it met; `too much` if there was more than a reconcile reads, or no filter */
async function readList(
  { db, client, log }: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  list: List,
  since: number,
  budget: Budget,
): Promise<number | 'too much' | 'out of budget'> {
  let newest = 0;
  for (let page = 1; page <= pagesMax; page += 1) {
    if (budget.isSpent()) return 'out of budget';
    const query = `filter[updated_at][from]=${since}`;
    const { items, hasMore, readAt } = await askPage(client, account, list, { page, query, budget });
    const { records, unreadable } = readItems(kind, items, parent(list));
    await db.withTenant(account.tenantId, async tx => {
      await applyRecords(tx, account.tenantId, kind, records, { readAt });
      await keepProblems(tx, account.tenantId, kind, unreadable, 'unreadable');
    });
    // What is dated later than Kommo's own clock says must not hide what is changed until then.
    const now = client.now(account);
    for (const { updatedAt } of records)
      if (updatedAt !== null && updatedAt <= now) newest = Math.max(newest, updatedAt);
    if (records.some(({ updatedAt }) => updatedAt !== null && updatedAt < since)) {
      log.warn({ tenantId: account.tenantId, kind }, 'Kommo ignored a filter by time');
      return 'too much';
    }
    if (!hasMore) return newest;
  }
  return 'too much';
}

async function readDeletedLeads(
  { db, client }: MirrorDeps,
  account: Account,
  since: number,
  budget: Budget,
): Promise<void> {
  const list = { path: '/leads?with=only_deleted', embedded: 'leads' };
  for (let page = 1; page <= pagesMax && !budget.isSpent(); page += 1) {
    const query = `filter[updated_at][from]=${since}`;
    const { items, hasMore, readAt } = await askPage(client, account, list, { page, query, budget });
    // Where Kommo does not know the word it lists living leads: each must say itself that it is deleted.
    const gone = items.flatMap(item => {
      const record = toIncoming('leads', item);
      return record?.body['is_deleted'] === true ? [record.id] : [];
    });
    await db.withTenant(account.tenantId, tx => markDeleted(tx, account.tenantId, 'leads', gone, { readAt }));
    if (!hasMore) return;
  }
}
