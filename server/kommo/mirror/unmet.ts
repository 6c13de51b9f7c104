import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Account } from '../client.ts';
import type { Budget } from './ask.ts';
import { confirmRecords } from './confirm.ts';
import { kinds, type MirrorKind } from './kinds.ts';
import type { MirrorDeps, Wanted } from './wanted.ts';

/** What the walk did not meet is asked for by id: gone, or moved from page to page while it was under way. */
export async function settleUnmet(
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
