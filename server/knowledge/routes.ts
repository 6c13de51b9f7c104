import { z } from 'zod';
import { actorOf, type Context, type Route, route, tenantOf } from '../http/index.ts';
import { addDocument, replaceDocument } from './add-document.ts';
import { controlRoutes } from './control-routes.ts';
import { deleteDocument } from './delete-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { selectDocuments } from './document-queries.ts';
import { DocumentView, readDocumentView, toDocumentView } from './document-view.ts';
import { draftRoutes } from './draft-routes.ts';
import { readText } from './read-text.ts';
import { receiveUpload } from './receive-upload.ts';
import { tagOf } from './search-filter.ts';
import { searchRoutes } from './search-routes.ts';
import { sourceRoutes } from './sources/routes.ts';
import { spaceRoutes } from './spaces/routes.ts';
import { Tag, tagRoutes } from './tag-routes.ts';
import { textRoutes } from './text-routes.ts';
import { versionRoutes } from './version-routes.ts';

const DocumentId = z.object({ documentId: z.uuid() });
const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z.uuid().optional(),
  /** Only what this source keeps. */
  sourceId: z.uuid().optional(),
  tag: Tag.optional(),
});
const DocumentList = z.object({
  documents: z.array(DocumentView),
  /** Send it as `after` for the next page; null on the last one. */
  next: z.uuid().nullable(),
});
const TextQuery = z.object({
  /** A version's number; the searchable one, or else the newest, unless told. */
  version: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  from: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  to: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
});
const DocumentText = z.object({
  documentId: z.uuid(),
  versionId: z.uuid(),
  version: z.int(),
  language: z.string(),
  from: z.int(),
  to: z.int(),
  length: z.int(),
  text: z.string(),
  pageOffsets: z.array(z.int()).nullable(),
});
const shared = { tag: 'knowledge', permission: 'admin' } as const;
const uploadProblems = {
  409: ['upload-key-reused'],
  413: ['body-too-large'],
  415: ['unsupported-media-type'],
};
const missing = { 404: ['document-not-found'] };

/** Documents: upload, replace, watch, read, delete; and what the agent would find in them. */
export function knowledgeRoutes(deps: KnowledgeDeps): Route[] {
  return [
    ...textRoutes(deps),
    ...writing(deps),
    ...reading(deps),
    ...searchRoutes(deps),
    ...tagRoutes(deps),
    ...versionRoutes(deps),
    ...spaceRoutes(deps),
    ...controlRoutes(deps),
    ...sourceRoutes(deps),
    ...draftRoutes(deps),
  ];
}

function writing(deps: KnowledgeDeps): Route[] {
  const upload = ({ req, signal }: Pick<Context<unknown, unknown, unknown>, 'req' | 'signal'>) =>
    receiveUpload(req, deps.uploadBytesMax, signal);
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/documents',
      operation: 'addDocument',
      summary: 'Upload a document; it is indexed in the background.',
      bodyKind: 'multipart',
      answers: { 202: DocumentView },
      problems: uploadProblems,
      async handle(context) {
        const tenantId = tenantOf(context.caller);
        const file = await upload(context);
        const options = { actor: actorOf(context.caller), idempotencyKey: context.idempotencyKey };
        const documentId = await addDocument(deps, tenantId, file, options);
        return { status: 202, body: await readDocumentView(deps.db, tenantId, documentId) };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/documents/{documentId}/file',
      operation: 'replaceDocument',
      summary: 'Upload a new version; the old one is searched until the new one can be.',
      params: DocumentId,
      bodyKind: 'multipart',
      answers: { 202: DocumentView },
      problems: { ...missing, ...uploadProblems },
      async handle(context) {
        const tenantId = tenantOf(context.caller);
        const { documentId } = context.params;
        await readDocumentView(deps.db, tenantId, documentId);
        const file = await upload(context);
        const options = { actor: actorOf(context.caller), idempotencyKey: context.idempotencyKey };
        await replaceDocument(deps, tenantId, documentId, file, options);
        return { status: 202, body: await readDocumentView(deps.db, tenantId, documentId) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/documents/{documentId}',
      operation: 'deleteDocument',
      summary: 'Take a document out of the knowledge, at once.',
      params: DocumentId,
      answers: { 204: null },
      problems: missing,
      async handle({ caller, params }) {
        await deleteDocument(deps.db, tenantOf(caller), params.documentId, actorOf(caller));
        return { status: 204 };
      },
    }),
  ];
}

function reading(deps: KnowledgeDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/documents',
      operation: 'listDocuments',
      summary: 'Documents, newest first.',
      query: ListQuery,
      answers: { 200: DocumentList },
      async handle({ caller, query: { limit, after, sourceId, tag } }) {
        const tenantId = tenantOf(caller);
        const rows = await deps.db.withTenant(tenantId, tx =>
          selectDocuments(tx, tenantId, {
            after: after ?? null,
            sourceId: sourceId ?? null,
            tag: tag === undefined ? null : tagOf(tag),
            limit: limit + 1,
          }),
        );
        const documents = rows.slice(0, limit).map(toDocumentView);
        const next = rows.length > limit ? (documents.at(-1)?.id ?? null) : null;
        return { status: 200, body: { documents, next } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/documents/{documentId}',
      operation: 'getDocument',
      summary: 'A document and how far its indexing is.',
      params: DocumentId,
      answers: { 200: DocumentView },
      problems: missing,
      async handle({ caller, params }) {
        return { status: 200, body: await readDocumentView(deps.db, tenantOf(caller), params.documentId) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/documents/{documentId}/text',
      operation: 'getDocumentText',
      summary: 'The stored text of a version, or a part of it by UTF-16 offsets.',
      params: DocumentId,
      query: TextQuery,
      answers: { 200: DocumentText },
      problems: missing,
      async handle({ caller, params, query }) {
        const tenantId = tenantOf(caller);
        const body = await deps.db.withTenant(tenantId, tx =>
          readText(tx, tenantId, params.documentId, query),
        );
        return { status: 200, body };
      },
    }),
  ];
}
