import { z } from 'zod';
import type { DocumentRow } from './document-queries.ts';

/** A document as callers see it. */
export const DocumentView = z.object({
  id: z.uuid(),
  title: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  state: z.enum(['queued', 'indexing', 'ready', 'failed']),
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
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  });
}
