import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget } from './ask.ts';
import { confirmRecords, isRefused, parent } from './confirm.ts';
import { kinds, type List, type MirrorKind, toIncoming } from './kinds.ts';
import { keepMessages } from './messages.ts';
import { applyRecords, lockKind } from './records.ts';
import type { MirrorDeps, Wanted } from './wanted.ts';

/** What was written while the walk began may be missing in its lists; the first reconcile begins that much earlier. */
const overlapSeconds = 300;

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

/** The cursor is `list:page`; `lists:0` past the last means that they are through. */
async function walkLists(
  { db, client }: MirrorDeps,
  { tenantId, origin }: Account,
  kind: Exclude<MirrorKind, 'messages'>,
  { cursor }: Started,
  budget: Budget,
): Promise<boolean> {
  const { lists } = kinds[kind];
  let [index = 0, page = 1] = cursor === '' ? [0, 1] : cursor.split(':').map(Number);
  for (let list = lists[index]; list !== undefined; list = lists[index]) {
    if (budget.isSpent()) return false;
    const { items, hasMore, readAt } = await askPage(client, { tenantId, origin }, list, { page, budget });
    const records = items.flatMap(item => toIncoming(kind, item, parent(list as List)) ?? []);
    if (hasMore) page += 1;
    else [index, page] = [index + 1, 1];
    await db.withTenant(tenantId, async tx => {
      await applyRecords(tx, tenantId, kind, records, { readAt, walk: true });
      await advance(tx, tenantId, kind, `${index}:${page}`, records.length);
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

/** What the walk did not meet is asked for by id: gone, or moved from page to page while it was under way. */
async function settleUnmet(
  deps: MirrorDeps,
  account: Account,
  kind: MirrorKind,
  startedAt: Date,
  budget: Budget,
): Promise<boolean> {
  if (kind === 'messages') return true;
  const { db } = deps;
  const { tenantId } = account;
  for (;;) {
    const unmet: { id: string; parent_kind: string | null }[] = await db.withTenant(tenantId, tx =>
      tx('mirror_records')
        .where({ tenant_id: tenantId, kind, deleted_at: null })
        .where('seen_at', '<', startedAt)
        .orderBy('id')
        .limit(200)
        .select('id', 'parent_kind'),
    );
    if (unmet.length === 0) return true;
    if (budget.isSpent()) return false;
    const { changesSince, lists } = kinds[kind];
    const readAt = new Date();
    let left: Wanted[] = [];
    if (changesSince || kind === 'talks') {
      const owned = lists.some(list => list.parentKind !== undefined);
      const wanted = unmet.map(
        ({ id, parent_kind }): Wanted => ({
          kind,
          id,
          ...(owned && parent_kind ? { parentKind: parent_kind } : {}),
        }),
      );
      left = await confirmRecords(deps, account, wanted, budget);
    } else {
      await db.withTenant(tenantId, tx => forget(tx, tenantId, kind, unmet, readAt));
    }
    // Those still there were met just now; without this a filter that Kommo ignores would keep us here.
    await db.withTenant(tenantId, tx =>
      tx('mirror_records')
        .where({ tenant_id: tenantId, kind })
        .whereIn(
          'id',
          unmet.map(({ id }) => id).filter(id => !left.some(one => one.id === id)),
        )
        .update({ seen_at: readAt }),
    );
  }
}

/** Short lists come whole, so what they lack is gone. */
async function forget(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  unmet: { id: string }[],
  at: Date,
): Promise<void> {
  await tx('mirror_records')
    .where({ tenant_id: tenantId, kind })
    .whereIn(
      'id',
      unmet.map(({ id }) => id),
    )
    .where('read_at', '<=', at)
    .update({ deleted_at: at, read_at: at });
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
  await db.withTenant(tenantId, tx =>
    tx.raw(
      `update mirror_syncs set stage = case when problem is null then 'done' else 'unavailable' end,
         cursor = null, finished_at = :now, completed_at = coalesce(completed_at, :now),
         reconciled_at = :now, watermark = coalesce(
           (select max(r.updated_at) from mirror_records r
            where r.tenant_id = :tenantId and r.kind = :kind and r.updated_at <= cast(:latest as bigint)),
           cast(0 as bigint))
       where tenant_id = :tenantId and kind = :kind`,
      { tenantId, kind, now, latest },
    ),
  );
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
