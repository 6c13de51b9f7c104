import { z } from 'zod';
import type { Db } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';
import { type SourceRow, selectSources } from './source-queries.ts';

/** A source as callers see it. */
export const SourceView = z.object({
  id: z.uuid(),
  kind: z.enum(['page', 'site', 'archive', 'products', 'conversations']),
  title: z.string(),
  /** Of pages and sites. */
  address: z.string().nullable(),
  state: z.enum(['queued', 'syncing', 'paused', 'ready', 'failed']),
  progress: z.object({ done: z.int(), total: z.int() }),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  documents: z.int(),
  everyMinutes: z.int().nullable(),
  nextSyncAt: z.iso.datetime().nullable(),
  syncedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type SourceView = z.infer<typeof SourceView>;

export function toSourceView(row: SourceRow): SourceView {
  const address = row.settings['address'];
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    address: typeof address === 'string' ? address : null,
    state: row.state,
    progress: { done: row.progress_done, total: row.progress_total },
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    documents: row.documents,
    everyMinutes: row.every_minutes,
    nextSyncAt: row.next_sync_at?.toISOString() ?? null,
    syncedAt: row.synced_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** @throws NotFound */
export async function readSourceView(db: Db, tenantId: TenantId, id: string): Promise<SourceView> {
  const [row] = await db.withTenant(tenantId, tx => selectSources(tx, tenantId, { id, limit: 1 }));
  if (!row) throw new NotFound('source');
  return toSourceView(row);
}
