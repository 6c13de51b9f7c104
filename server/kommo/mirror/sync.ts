import type { TenantId } from '../../kernel/index.ts';
import { withLease } from '../../tenants/index.ts';
import type { Account } from '../client.ts';
import { newBudget } from './ask.ts';
import { type MirrorKind, mirrorKinds } from './kinds.ts';
import { reconcileKind } from './reconcile.ts';
import { walkKind } from './walk.ts';
import type { MirrorDeps } from './wanted.ts';

const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;

/** How often a kind is compared with Kommo. Hooks bring the rest; what has no hook is read more often without. */
export const times = {
  walkMs: dayMs,
  retryUnavailableMs: 6 * 60 * minuteMs,
  reconcileMs: 10 * minuteMs,
  /** Where the account allows no hooks. */
  reconcileWithoutHooksMs: 2 * minuteMs,
  catalogueMs: 60 * minuteMs,
};

/** A turn takes at most so many calls and so long; what is left is the next turn's. */
const callsMax = 60;
const turnMs = 20_000;

export interface SyncState {
  kind: MirrorKind;
  stage: 'waiting' | 'walking' | 'done' | 'unavailable';
  done: number;
  cursor: string | null;
  completed_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
  walk_wanted: boolean;
  reconcile_wanted: boolean;
  reconciled_at: Date | null;
  problem: string | null;
}

export type Due = { kind: MirrorKind; what: 'walk' | 'reconcile' };

/** What a tenant's mirror needs now, the first in the order of the kinds first. */
export function dueNow(states: SyncState[], hasHooks: boolean, now: Date): Due[] {
  const byKind = new Map(states.map(state => [state.kind, state]));
  const olderThan = (at: Date | null, ms: number) => at === null || now.getTime() - at.getTime() >= ms;
  const walks: Due[] = [];
  const reconciles: (Due & { last: number })[] = [];
  for (const kind of mirrorKinds) {
    const state = byKind.get(kind);
    const walkMs = state?.stage === 'unavailable' ? times.retryUnavailableMs : times.walkMs;
    if (
      state === undefined ||
      state.cursor !== null ||
      state.walk_wanted ||
      olderThan(state.finished_at, walkMs)
    ) {
      walks.push({ kind, what: 'walk' });
      if (!state?.completed_at) continue;
    }
    if (state.stage === 'unavailable') continue;
    const reconcileMs = isCatalogue(kind)
      ? times.catalogueMs
      : hasHooks
        ? times.reconcileMs
        : times.reconcileWithoutHooksMs;
    if (state.reconcile_wanted || olderThan(state.reconciled_at, reconcileMs))
      reconciles.push({ kind, what: 'reconcile', last: state.reconciled_at?.getTime() ?? 0 });
  }
  // The longest ago first: no kind starves however much changes in those before it.
  reconciles.sort((a, b) => a.last - b.last);
  // A long walk must not keep what changes from being seen.
  return [...reconciles.map(({ kind, what }) => ({ kind, what })), ...walks];
}

function isCatalogue(kind: MirrorKind): boolean {
  return ['pipelines', 'users', 'task_types', 'loss_reasons', 'custom_fields'].includes(kind);
}

/**
 * One turn for one tenant, by one process at a time.
 *
 * @returns true if more is due
 * @throws KommoUnavailable; ReconnectNeeded where the grant is gone
 */
export async function syncTurn(deps: MirrorDeps, account: Account, stopping: AbortSignal): Promise<boolean> {
  const leased = await withLease(
    deps.db,
    account.tenantId,
    { name: 'kommo-sync', ttlMs: 15_000, waitMs: 0, renew: true },
    async lost => {
      const budget = newBudget(callsMax, turnMs, AbortSignal.any([lost, stopping]));
      for (const { kind, what } of await readDue(deps, account.tenantId)) {
        if (budget.isSpent()) return true;
        if (what === 'walk') await walkKind(deps, account, kind, budget);
        else await reconcileKind(deps, account, kind, budget);
      }
      return (await readDue(deps, account.tenantId)).length > 0;
    },
  );
  return leased?.value ?? false;
}

export async function readDue(
  { db, clock }: Pick<MirrorDeps, 'db' | 'clock'>,
  tenantId: TenantId,
): Promise<Due[]> {
  const { states, hasHooks } = await readSyncs(db, tenantId);
  return dueNow(states, hasHooks, clock.now());
}

export async function readSyncs(
  db: MirrorDeps['db'],
  tenantId: TenantId,
): Promise<{ states: SyncState[]; hasHooks: boolean }> {
  return db.withTenant(tenantId, async tx => ({
    states: await tx('mirror_syncs').where({ tenant_id: tenantId }),
    hasHooks:
      (await tx('hook_subscriptions').where({ tenant_id: tenantId, state: 'subscribed' }).first('state')) !==
      undefined,
  }));
}

/** Asks for a comparison of everything at the next turn: after downtime, or because somebody wants it now. */
export async function wantReconcile(db: MirrorDeps['db'], tenantId: TenantId): Promise<void> {
  await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId }).update({ reconcile_wanted: true }),
  );
}
