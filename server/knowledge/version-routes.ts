import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import { NotFound } from '../kernel/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { DocumentView, readDocumentView } from './document-view.ts';
import { compareVersions, listVersions, restoreVersion, type VersionRow } from './versions.ts';

const DocumentId = z.object({ documentId: z.uuid() });
const number = z.coerce.number().int().min(1).max(2_147_483_647);

const VersionView = z.object({
  number: z.int(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  passages: z.int(),
  language: z.string().nullable(),
  notice: z.string().nullable(),
  /** Number of the older version that this one brought back. */
  restoredFrom: z.int().nullable(),
  /** The one that answers searches. */
  searchable: z.boolean(),
  /** False once its file was removed because it is too old. */
  restorable: z.boolean(),
  createdAt: z.iso.datetime(),
  indexedAt: z.iso.datetime().nullable(),
});
const VersionList = z.object({ versions: z.array(VersionView) });
const Passage = z.object({ start: z.int(), end: z.int(), text: z.string() });
const Comparison = z.object({
  from: z.int(),
  to: z.int(),
  /** The first 200 of each; the counts are of all. */
  added: z.array(Passage),
  removed: z.array(Passage),
  counts: z.object({ added: z.int(), removed: z.int(), kept: z.int() }),
});
const shownMax = 200;

const shared = { tag: 'knowledge', permission: 'admin' } as const;
const missing = { 404: ['document-not-found', 'version-not-found'] };

/** What a document said before, what changed, and the way back. */
export function versionRoutes(deps: KnowledgeDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/documents/{documentId}/versions',
      operation: 'listVersions',
      summary: 'The versions of a document, newest first.',
      params: DocumentId,
      answers: { 200: VersionList },
      problems: missing,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const rows = await deps.db.withTenant(tenantId, tx => listVersions(tx, tenantId, params.documentId));
        if (rows.length === 0) throw new NotFound('document');
        return { status: 200, body: { versions: rows.map(toVersionView) } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/documents/{documentId}/versions/compare',
      operation: 'compareVersions',
      summary: 'Passages that one version has and the other has not.',
      params: DocumentId,
      query: z.object({ from: number, to: number }),
      answers: { 200: Comparison },
      problems: missing,
      async handle({ caller, params, query: { from, to } }) {
        const tenantId = tenantOf(caller);
        const { added, removed, kept } = await deps.db.withTenant(tenantId, tx =>
          compareVersions(tx, tenantId, params.documentId, { from, to }),
        );
        const counts = { added: added.length, removed: removed.length, kept };
        const [shown, gone] = [added.slice(0, shownMax), removed.slice(0, shownMax)];
        return { status: 200, body: { from, to, added: shown, removed: gone, counts } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/documents/{documentId}/versions/{version}/restore',
      operation: 'restoreVersion',
      summary: 'Make an older version the newest one again.',
      params: z.object({ documentId: z.uuid(), version: number }),
      answers: { 202: DocumentView },
      problems: missing,
      async handle({ caller, params: { documentId, version } }) {
        const tenantId = tenantOf(caller);
        await restoreVersion(deps, tenantId, documentId, version, actorOf(caller));
        return { status: 202, body: await readDocumentView(deps.db, tenantId, documentId) };
      },
    }),
  ];
}

function toVersionView(row: VersionRow): z.infer<typeof VersionView> {
  return {
    number: row.number,
    mediaType: row.media_type,
    sizeBytes: Number(row.size_bytes),
    passages: row.passage_count,
    language: row.language,
    notice: row.notice,
    restoredFrom: row.restored_from,
    searchable: row.searchable,
    restorable: row.restorable,
    createdAt: row.created_at.toISOString(),
    indexedAt: row.indexed_at?.toISOString() ?? null,
  };
}
