import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '../../kernel/index.ts';
import { readTenant, withLease } from '../../tenants/index.ts';
import type { Account } from '../client.ts';
import { type Budget, confirmMessages, type MirrorDeps, newBudget, shareOf } from '../mirror/index.ts';
import { takeHints } from './take-hints.ts';
import { unpackPosts } from './unpack-posts.ts';

/** Kommo tells of one change in several posts, and people change several things at once. */
export const gatherMs = 1_000;
/** A turn ends then, and what is left is the next turn's: another account's may be before it. */
const turnMs = 20_000;
const callsMax = 60;
/** Readings of posts in a row, so that many posts about few records cost few calls. */
const unpackMax = 10;

/**
 * Works off what hooks brought, for a bounded time and by one process at a time for each tenant: reads every
 * record they name back from Kommo, each once, and keeps what Kommo says. Their order, their number and their
 * words do not matter.
 *
 * @returns true if there is more to do now
 * @throws KommoUnavailable: what it did not come to waits for another try
 */
export async function takePosts(
  deps: MirrorDeps,
  tenantId: TenantId,
  stopping: AbortSignal,
): Promise<boolean> {
  const leased = await withLease(
    deps.db,
    tenantId,
    { name: 'kommo-hooks', ttlMs: 10_000, waitMs: 0, renew: true },
    async lost => {
      const budget = newBudget(callsMax, turnMs, AbortSignal.any([lost, stopping]));
      while (!budget.isSpent()) {
        const round = await takeRound(deps, tenantId, budget);
        if (round === 'idle') return;
        if (round === 'worked') await gather(budget.signal);
      }
    },
  );
  // Whoever came while the lease was held went away again, so what they came for is looked for once more.
  return leased !== null && !stopping.aborted && (await hasDue(deps, tenantId, deps.clock.now()));
}

/** Whether anything waits that was due at that moment. */
export async function hasDue({ db }: Pick<MirrorDeps, 'db'>, tenantId: TenantId, at: Date): Promise<boolean> {
  const { rows } = await db.withTenant(tenantId, tx =>
    tx.raw(
      `select exists (select from hook_posts where tenant_id = :tenantId and due_at <= :at)
         or exists (select from hook_hints where tenant_id = :tenantId and due_at <= :at) as due`,
      { tenantId, at },
    ),
  );
  return rows[0].due;
}

/** Whatever is still coming in is read back in one go with what comes in the next second. */
async function gather(signal: AbortSignal): Promise<void> {
  await delay(gatherMs, undefined, { signal }).catch(() => undefined);
}

async function takeRound(
  deps: MirrorDeps,
  tenantId: TenantId,
  budget: Budget,
): Promise<'idle' | 'worked' | 'more waits'> {
  let posts = 0;
  for (let n = 0; n < unpackMax && !budget.isSpent(); n += 1) {
    const unpacked = await unpackPosts(deps, tenantId);
    posts += unpacked;
    if (unpacked === 0) break;
  }
  const tenant = await deps.db.withTenant(tenantId, tx => readTenant(tx, tenantId));
  if (tenant === null || budget.isSpent()) return 'idle';
  const account: Account = { tenantId, origin: tenant.origin };
  // First and with a share of their own: whatever else happens, a client's words are there for the answer.
  await confirmMessages(deps, account, shareOf(budget, 4));
  const { taken, isFull } = await takeHints(deps, account, budget);
  if (isFull) return 'more waits';
  return posts + taken > 0 ? 'worked' : 'idle';
}
