import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget } from './ask.ts';
import { toIncoming } from './kinds.ts';
import { applyRecords, lockKind } from './records.ts';
import type { MirrorDeps } from './wanted.ts';

const pagesMax = 8;
const talksMax = 20;
/** One whose words Kommo does not have yet. */
const askAgainMs = 60_000;
const retryForbiddenAfterMs = 60 * 60_000;

/**
 * Talks that hold messages only a hook has told of: their words are asked for, where the grant's scope allows.
 * Those that were never asked for come first, so that what Kommo does not give back keeps nobody waiting.
 */
export async function confirmMessages(deps: MirrorDeps, account: Account, budget: Budget): Promise<void> {
  const { db, clock } = deps;
  const { tenantId } = account;
  if (!(await mayRead(deps, account))) return;
  const now = clock.now().getTime();
  const talks = await db.withTenant(tenantId, tx =>
    unconfirmedTalks(tx, tenantId, {
      // What Kommo did not give back within a day it will not give back.
      toldAfter: new Date(now - 24 * 60 * 60_000),
      askedBefore: new Date(now - askAgainMs),
    }),
  );
  for (const talkId of talks) {
    if (budget.isSpent()) return;
    const askedAt = new Date();
    if (!(await keepMessages(deps, account, talkId, budget))) return;
    await db.withTenant(tenantId, tx =>
      tx('mirror_records')
        .where({ tenant_id: tenantId, kind: 'messages', confirmed: false, parent_id: talkId })
        // One that was told of while we asked was not asked for.
        .where('read_at', '<', askedAt)
        .update({ seen_at: askedAt }),
    );
  }
}

async function unconfirmedTalks(
  tx: Tx,
  tenantId: TenantId,
  { toldAfter, askedBefore }: { toldAfter: Date; askedBefore: Date },
): Promise<string[]> {
  const { rows } = await tx.raw(
    `select parent_id as id from mirror_records
     where tenant_id = :tenantId and kind = 'messages' and not confirmed and parent_id is not null
       and read_at > :toldAfter and (seen_at <= read_at or seen_at < :askedBefore)
     group by parent_id
     order by bool_or(seen_at <= read_at) desc, max(read_at) desc
     limit :talksMax`,
    { tenantId, toldAfter, askedBefore, talksMax },
  );
  return rows.map(({ id }: { id: string }) => id);
}

/** False once Kommo has said that this grant may not read them, and for an hour after. */
export async function mayRead({ db, clock }: MirrorDeps, { tenantId }: Account): Promise<boolean> {
  const row = await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId, kind: 'messages' }).first('stage', 'reconciled_at'),
  );
  if (row?.stage !== 'unavailable' || row.reconciled_at === null) return true;
  return clock.now().getTime() - row.reconciled_at.getTime() > retryForbiddenAfterMs;
}

/** Takes the messages of one talk. @returns false if the grant may not read them */
export async function keepMessages(
  { db, client, clock, log }: MirrorDeps,
  account: Account,
  talkId: string,
  budget: Budget,
): Promise<boolean> {
  const { tenantId } = account;
  const list = { path: `/talks/${talkId}/messages`, embedded: 'messages' };
  try {
    for (let page = 1; page <= pagesMax; page += 1) {
      if (page > 1 && budget.isSpent()) break;
      const { items, hasMore, readAt } = await askPage(client, account, list, { page, budget });
      const records = items.flatMap(
        item => toIncoming('messages', item, { kind: 'talks', id: talkId }) ?? [],
      );
      await db.withTenant(tenantId, tx => applyRecords(tx, tenantId, 'messages', records, { readAt }));
      if (!hasMore) break;
    }
    return true;
  } catch (error) {
    if (!(error instanceof KommoForbidden || error instanceof KommoUnpaid)) throw error;
    log.info({ tenantId, code: error.code }, 'messages may not be read: only those of hooks are kept');
    await db.withTenant(tenantId, async tx => {
      await lockKind(tx, tenantId, 'messages');
      await tx('mirror_syncs')
        .where({ tenant_id: tenantId, kind: 'messages' })
        .update({ stage: 'unavailable', problem: error.code, reconciled_at: clock.now(), cursor: null });
    });
    return false;
  }
}
