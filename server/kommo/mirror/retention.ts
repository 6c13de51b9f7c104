import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** How long what is no longer needed is kept. */
export const keptFor = {
  /** An echo comes within seconds, and with retries within the hour. */
  ownChangesMs: 2 * hourMs,
  changesMs: 30 * dayMs,
  /** A post that could not be worked off for so long says nothing that a reconcile has not found. */
  postsMs: 3 * dayMs,
};

/** Forgets, at most once an hour for each tenant. */
export async function dropOld(
  tx: Tx,
  tenantId: TenantId,
  now: Date,
  sweptAt: Map<TenantId, number>,
): Promise<void> {
  const last = sweptAt.get(tenantId) ?? Number.NEGATIVE_INFINITY;
  if (Math.abs(now.getTime() - last) < hourMs) return;
  sweptAt.set(tenantId, now.getTime());
  const before = (ms: number) => new Date(now.getTime() - ms);
  const own = { tenant_id: tenantId };
  await tx('mirror_own_changes').where(own).where('at', '<', before(keptFor.ownChangesMs)).delete();
  await tx('mirror_changes').where(own).where('at', '<', before(keptFor.changesMs)).delete();
  const dropped = await tx('hook_posts')
    .where(own)
    .where('received_at', '<', before(keptFor.postsMs))
    .delete();
  const forgotten = await tx('hook_hints')
    .where(own)
    .where('received_at', '<', before(keptFor.postsMs))
    .delete();
  if (dropped + forgotten > 0) await tx('mirror_syncs').where(own).update({ reconcile_wanted: true });
}
