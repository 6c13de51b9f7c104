import type { Account } from '../client.ts';
import { KommoForbidden, KommoUnpaid } from '../errors.ts';
import { askPage, type Budget } from './ask.ts';
import { toIncoming } from './kinds.ts';
import { applyRecords, lockKind } from './records.ts';
import type { MirrorDeps } from './wanted.ts';

const pagesMax = 8;
const talksMax = 20;
const retryForbiddenAfterMs = 60 * 60_000;

/** Talks that hold messages only a hook has told of: their words are asked for, where the grant's scope allows. */
export async function confirmMessages(deps: MirrorDeps, account: Account, budget: Budget): Promise<void> {
  const { db } = deps;
  const { tenantId } = account;
  if (!(await mayRead(deps, account))) return;
  const talks: { parent_id: string }[] = await db.withTenant(tenantId, tx =>
    tx('mirror_records')
      .where({ tenant_id: tenantId, kind: 'messages', confirmed: false })
      .whereNotNull('parent_id')
      // What Kommo did not give back within a day it will not give back.
      .where('read_at', '>', new Date(deps.clock.now().getTime() - 24 * 60 * 60_000))
      .distinct('parent_id')
      .limit(talksMax),
  );
  for (const { parent_id } of talks) {
    if (budget.isSpent()) return;
    if (!(await keepMessages(deps, account, parent_id, budget))) return;
  }
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
