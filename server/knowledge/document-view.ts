import { z } from 'zod';
import type { Db } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import { type DocumentRow, selectDocuments } from './document-queries.ts';

/** A document as callers see it. */
export const DocumentView = z.object({
  id: z.uuid(),
  title: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  state: z.enum(['queued', 'indexing', 'paused', 'ready', 'failed']),
  stage: z.enum(['extracting', 'splitting', 'embedding']).nullable(),
  progress: z.object({ done: z.int(), total: z.int() }),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** Number of the newest version, which may still be on its way. */
  version: z.int(),
  /** Number of the version that answers searches; null before the first one does. */
  searchableVersion: z.int().nullable(),
  /** Passages of the searchable version. */
  passages: z.int(),
  language: z.string().nullable(),
  /** What a person should know about how the searchable version was read. */
  notice: z.string().nullable(),
  /** The source that keeps it up to date; null for what was uploaded. */
  sourceId: z.uuid().nullable(),
  externalId: z.string().nullable(),
  /** Where the original is found. */
  address: z.string().nullable(),
  tags: z.array(z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type DocumentView = z.infer<typeof DocumentView>;

export function toDocumentView(row: DocumentRow): DocumentView {
  return DocumentView.parse({
    id: row.id,
    title: row.title,
    fileName: row.file_name,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    state: row.state,
    stage: row.stage,
    progress: { done: row.progress_done, total: row.progress_total },
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    version: row.version,
    searchableVersion: row.searchable_version,
    passages: row.passages ?? 0,
    language: row.language,
    notice: row.notice,
    sourceId: row.source_id,
    externalId: row.external_id,
    address: row.address,
    tags: row.tags,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  });
}

/** @throws NotFound */
export async function readDocumentView(db: Db, tenantId: TenantId, id: string): Promise<DocumentView> {
  const [row] = await db.withTenant(tenantId, tx => selectDocuments(tx, tenantId, { id, limit: 1 }));
  if (!row) throw new NotFound('document');
  return toDocumentView(row);
}
