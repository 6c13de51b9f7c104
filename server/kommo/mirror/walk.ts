import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget, pageSize } from './ask.ts';
import { isRefused, parent } from './confirm.ts';
import { kinds, type MirrorKind } from './kinds.ts';
import { keepMessages } from './messages.ts';
import { isTorn, pageBefore, readCursor, writeCursor } from './pages.ts';
import { keepProblems, readItems } from './problems.ts';
import { applyRecords, lockKind } from './records.ts';
import { settleUnmet } from './unmet.ts';
import type { MirrorDeps } from './wanted.ts';

/** What was written while the walk began may be missing in its lists; the first reconcile begins that much earlier. */
const overlapSeconds = 300;
/** In one turn: where a list is in no order at all, every page seems torn. */
const stepsBackMax = 10;

/**
 * Reads a kind whole, from where the last turn stopped: the first sync, and again every day, because Kommo
 * tells of no deletion but by hook. Each page is stored together with the place of the next, so that a
 * crash repeats one page at most.
 *
 * @returns false if the budget ended it before its end
 */
export async function walkKind(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  budget: Budget,
): Promise<boolean> {
  try {
    const started = await begin(deps, account.tenantId, kind);
    const isDone =
      kind === 'messages'
        ? await walkMessages(deps, account, started, budget)
        : await walkLists(deps, account, kind, started, budget);
    if (!isDone || !(await settleUnmet(deps, account, kind, started.at, budget))) return false;
    await finish(deps, account, kind, started.at);
    return true;
  } catch (error) {
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid || isRefused(error))) throw error;
    await giveUp(deps, account.tenantId, kind, error.code);
    return true;
  }
}

interface Started {
  at: Date;
  cursor: string;
}

async function begin({ db }: MirrorDeps, tenantId: TenantId, kind: MirrorKind): Promise<Started> {
  return db.withTenant(tenantId, async tx => {
    await lockKind(tx, tenantId, kind);
    const row = await tx('mirror_syncs').where({ tenant_id: tenantId, kind }).first();
    if (row.cursor !== null) return { at: row.started_at, cursor: row.cursor };
    // The machine's time, as that of every reading: what is met from now on is met by this walk.
    const at = new Date();
    await tx('mirror_syncs').where({ tenant_id: tenantId, kind }).update({
      stage: 'walking',
      cursor: '',
      done: 0,
      started_at: at,
      finished_at: null,
      walk_wanted: false,
      problem: null,
    });
    return { at, cursor: '' };
  });
}

/**
 * Page by page, each beginning where the last one ended. What is deleted meanwhile moves others up, over the seam
 * between two pages: where that shows, the walk goes back a page. Past the last list means that they are through.
 */
async function walkLists(
  { db, client, log }: MirrorDeps,
  { tenantId, origin }: Account,
  kind: Exclude<MirrorKind, 'messages'>,
  { cursor }: Started,
  budget: Budget,
): Promise<boolean> {
  const { lists } = kinds[kind];
  let at = readCursor(cursor);
  let stepsBack = 0;
  for (let list = lists[at.list]; list !== undefined; list = lists[at.list]) {
    if (budget.isSpent()) return false;
    const page = list.whole ? pageBefore(0) : pageBefore(at.place);
    const { items, hasMore, readAt } = await askPage(client, { tenantId, origin }, list, { ...page, budget });
    const { records, unreadable } = readItems(kind, items, parent(list));
    const ids = records.map(({ id }) => Number(id));
    if (isTorn(ids, page, at.last) && stepsBack < stepsBackMax) {
      stepsBack += 1;
      log.info({ tenantId, kind }, 'records moved up while they were read: a page is read once more');
      at = { ...at, place: Math.max(0, page.start - pageSize) };
      continue;
    }
    const fresh = ids.filter(id => !(page.start > 0 && id <= at.last)).length;
    at = hasMore
      ? { ...at, place: page.start + items.length, last: ids.at(-1) ?? at.last }
      : { list: at.list + 1, place: 0, last: 0 };
    await db.withTenant(tenantId, async tx => {
      await applyRecords(tx, tenantId, kind, records, { readAt, walk: true });
      await keepProblems(tx, tenantId, kind, unreadable, 'unreadable');
      await advance(tx, tenantId, kind, writeCursor(at), fresh);
    });
  }
  return true;
}

/** Talk by talk, in the order of their ids; the cursor is the last one that is through. */
async function walkMessages(
  deps: MirrorDeps,
  account: Account,
  { cursor }: Started,
  budget: Budget,
): Promise<boolean> {
  const { tenantId } = account;
  for (let last = cursor; ; ) {
    const talks: { id: string }[] = await deps.db.withTenant(tenantId, tx =>
      tx('mirror_records')
        .where({ tenant_id: tenantId, kind: 'talks', deleted_at: null })
        .where('id', '>', last)
        .orderBy('id')
        .limit(50)
        .select('id'),
    );
    if (talks.length === 0) return true;
    for (const { id } of talks) {
      if (budget.isSpent()) return false;
      if (!(await keepMessages(deps, account, id, budget))) return true;
      await deps.db.withTenant(tenantId, tx => advance(tx, tenantId, 'messages', id, 1));
      last = id;
    }
  }
}

async function advance(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  cursor: string,
  more: number,
): Promise<void> {
  await tx.raw(
    `update mirror_syncs set cursor = :cursor, done = done + cast(:more as integer)
     where tenant_id = :tenantId and kind = :kind`,
    { tenantId, kind, cursor, more },
  );
}

/**
 * The next reconcile begins at a time that Kommo itself gave: the newest of what was changed before the walk
 * began. What is dated later than Kommo's own clock says tells nothing.
 */
async function finish(
  { db, client, clock }: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  startedAt: Date,
): Promise<void> {
  const now = clock.now();
  const { tenantId } = account;
  const walkedSeconds = Math.ceil((Date.now() - startedAt.getTime()) / 1000);
  const latest = client.now(account) - walkedSeconds - overlapSeconds;
  await db.withTenant(tenantId, async tx => {
    await tx.raw(
      `update mirror_syncs set stage = case when problem is null then 'done' else 'unavailable' end,
         cursor = null, finished_at = :now, completed_at = coalesce(completed_at, :now),
         reconciled_at = :now, watermark = coalesce(
           (select max(r.updated_at) from mirror_records r
            where r.tenant_id = :tenantId and r.kind = :kind and r.updated_at <= cast(:latest as bigint)),
           cast(0 as bigint)), deletions_watermark = cast(:latest as bigint)
       where tenant_id = :tenantId and kind = :kind`,
      { tenantId, kind, now, latest },
    );
    // What this walk did not stumble over again can be read, or is gone.
    await tx('mirror_problems').where({ tenant_id: tenantId, kind }).where('at', '<', startedAt).delete();
  });
}

/** A right, a scope or a plan is missing: tried again with the next day's walk. */
async function giveUp(
  { db, clock, log }: MirrorDeps,
  tenantId: TenantId,
  kind: MirrorKind,
  problem: string,
): Promise<void> {
  log.info({ tenantId, kind, problem }, 'a kind of records may not be read');
  await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId, kind }).update({
      stage: 'unavailable',
      problem,
      cursor: null,
      finished_at: clock.now(),
      reconciled_at: clock.now(),
    }),
  );
}
