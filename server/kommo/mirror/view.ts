import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { mirrorKinds } from './kinds.ts';
import type { SyncState } from './sync.ts';

const moment = z.iso.datetime().nullable();

export const MirrorStage = z.enum(['waiting', 'syncing', 'ready']);

export const MirrorView = z.object({
  /** `ready` once every kind was read whole, or may not be read. */
  stage: MirrorStage,
  kinds: z.array(
    z.object({
      kind: z.enum(mirrorKinds),
      stage: z.enum(['waiting', 'walking', 'done', 'unavailable']),
      /** Records read by the walk under way, or by the last one. */
      done: z.int(),
      startedAt: moment,
      finishedAt: moment,
      /** When it was last compared with Kommo. */
      reconciledAt: moment,
      /** Why it may not be read, as a code. */
      problem: z.string().nullable(),
    }),
  ),
  /** Records that Kommo refused to give or that cannot be kept, with the code of why; the newest hundred. */
  unreadable: z.array(
    z.object({ kind: z.enum(mirrorKinds), id: z.string(), code: z.string(), at: z.iso.datetime() }),
  ),
  hooks: z.object({
    state: z.enum(['wanted', 'subscribed', 'refused']),
    problem: z.string().nullable(),
    checkedAt: moment,
    lastPostAt: moment,
    /** Posts that were acknowledged and not yet read, and records they named that were not yet read back. */
    waiting: z.int(),
  }),
});
export type MirrorView = z.input<typeof MirrorView>;

/** How far the mirror of a tenant is, and how it hears of changes. */
export async function readMirrorView(tx: Tx, tenantId: TenantId): Promise<MirrorView> {
  const rows: SyncState[] = await tx('mirror_syncs').where({ tenant_id: tenantId });
  const hooks = await tx('hook_subscriptions').where({ tenant_id: tenantId }).first();
  const { rows: waiting } = await tx.raw(
    `select (select count(*) from hook_posts where tenant_id = :tenantId)
       + (select count(*) from hook_hints where tenant_id = :tenantId) as n`,
    { tenantId },
  );
  const unreadable: { kind: (typeof mirrorKinds)[number]; id: string; code: string; at: Date }[] = await tx(
    'mirror_problems',
  )
    .where({ tenant_id: tenantId })
    .orderBy('at', 'desc')
    .limit(100)
    .select('kind', 'id', 'code', 'at');
  return {
    unreadable: unreadable.map(({ at, ...one }) => ({ ...one, at: at.toISOString() })),
    stage: stageOf(rows),
    kinds: mirrorKinds.map(kind =>
      kindView(
        kind,
        rows.find(row => row.kind === kind),
      ),
    ),
    hooks: {
      state: hooks?.state ?? 'wanted',
      problem: hooks?.problem ?? null,
      checkedAt: iso(hooks?.checked_at),
      lastPostAt: iso(hooks?.last_post_at),
      waiting: Number(waiting[0].n),
    },
  };
}

/** In one word and one number, for a list of tenants. */
export async function readMirrorProgress(
  tx: Tx,
  tenantId: TenantId,
): Promise<{ stage: z.output<typeof MirrorStage>; records: number }> {
  const rows: SyncState[] = await tx('mirror_syncs').where({ tenant_id: tenantId });
  return { stage: stageOf(rows), records: rows.reduce((sum, row) => sum + row.done, 0) };
}

function stageOf(rows: SyncState[]): z.output<typeof MirrorStage> {
  if (rows.every(row => row.stage === 'waiting' && row.started_at === null)) return 'waiting';
  const isReady = mirrorKinds.every(kind => {
    const row = rows.find(one => one.kind === kind);
    return row !== undefined && (row.completed_at !== null || row.stage === 'unavailable');
  });
  return isReady ? 'ready' : 'syncing';
}

function kindView(
  kind: (typeof mirrorKinds)[number],
  row: SyncState | undefined,
): MirrorView['kinds'][number] {
  return {
    kind,
    stage: row?.stage ?? 'waiting',
    done: row?.done ?? 0,
    startedAt: iso(row?.started_at),
    finishedAt: iso(row?.finished_at),
    reconciledAt: iso(row?.reconciled_at),
    problem: row?.problem ?? null,
  };
}

function iso(at: Date | null | undefined): string | null {
  return at ? at.toISOString() : null;
}
