import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import { NotFound } from '../kernel/index.ts';
import { addDocument, upsertDocument } from './add-document.ts';
import { deleteDocument } from './delete-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { DocumentView, readDocumentView } from './document-view.ts';
import { receiveUpload, type Upload } from './receive-upload.ts';

const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed();
const line = z.string().transform(clean).pipe(z.string().trim().min(1).max(200));
const NewText = z.object({
  title: line,
  text: z.string().max(200_000).transform(clean).pipe(z.string().trim().min(1)),
});
const Pair = z.object({
  question: z.string().max(2_000).transform(clean).pipe(z.string().trim().min(1)),
  answer: z.string().max(20_000).transform(clean).pipe(z.string().trim().min(1)),
});
const NewQuestions = z.object({ title: line.optional(), pairs: z.array(Pair).min(1).max(500) });
const ExternalId = z.object({
  externalId: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters'),
});

const shared = { tag: 'knowledge', permission: 'admin' } as const;
const reused = { 409: ['upload-key-reused'] };
const missing = { 404: ['document-not-found'] };

/** Knowledge that is typed or sent by a program, without a file. Before the routes of one document. */
export function textRoutes(deps: KnowledgeDeps): Route[] {
  const add = async (
    context: { caller: Parameters<typeof tenantOf>[0]; idempotencyKey: string | null },
    upload: Upload,
  ) => {
    const tenantId = tenantOf(context.caller);
    const options = { actor: actorOf(context.caller), idempotencyKey: context.idempotencyKey };
    const id = await addDocument(deps, tenantId, upload, options);
    return { status: 202, body: await readDocumentView(deps.db, tenantId, id) };
  };
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/texts',
      operation: 'addText',
      summary: 'Add a pasted text; Markdown keeps its headings and tables.',
      body: NewText,
      answers: { 202: DocumentView },
      problems: reused,
      handle: context => add(context, textUpload(context.body.title, context.body.text)),
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/questions',
      operation: 'addQuestions',
      summary: 'Add questions with their answers; each pair is found by itself.',
      body: NewQuestions,
      answers: { 202: DocumentView },
      problems: reused,
      handle: context => add(context, questionsUpload(context.body.title ?? null, context.body.pairs)),
    }),
    ...byExternalId(deps),
  ];
}

export function textUpload(title: string, text: string): Upload {
  return { title, fileName: 'text.md', mediaType: 'text/markdown', bytes: Buffer.from(text) };
}

export function questionsUpload(title: string | null, pairs: z.infer<typeof Pair>[]): Upload {
  const named = (title ?? pairs[0]?.question ?? 'Questions').replaceAll(/\s+/g, ' ').slice(0, 200);
  return {
    title: named,
    fileName: 'questions.json',
    mediaType: 'application/json',
    bytes: Buffer.from(JSON.stringify(pairs)),
  };
}

function byExternalId(deps: KnowledgeDeps): Route[] {
  const idOf = async (tenantId: ReturnType<typeof tenantOf>, externalId: string): Promise<string> => {
    const place = { tenant_id: tenantId, source_id: null, external_id: externalId };
    const row = await deps.db.withTenant(tenantId, tx =>
      tx('documents').where(place).whereNot({ state: 'deleted' }).first('id'),
    );
    if (!row) throw new NotFound('document');
    return row.id;
  };
  const path = '/v1/documents/by-external-id/{externalId}';
  return [
    route({
      ...shared,
      method: 'put',
      path,
      operation: 'putDocument',
      summary: "Add a document under the caller's own id, or give it a new version if it changed.",
      params: ExternalId,
      bodyKind: 'multipart',
      answers: { 200: DocumentView, 202: DocumentView },
      problems: { ...reused, 413: ['body-too-large'], 415: ['unsupported-media-type'] },
      async handle({ caller, params, req, signal, idempotencyKey }) {
        const tenantId = tenantOf(caller);
        const upload = await receiveUpload(req, deps.uploadBytesMax, signal);
        const place = { sourceId: null, externalId: params.externalId, address: null };
        const options = { actor: actorOf(caller), idempotencyKey };
        const { documentId, outcome } = await upsertDocument(deps, tenantId, place, upload, options);
        const body = await readDocumentView(deps.db, tenantId, documentId);
        return { status: outcome === 'unchanged' ? 200 : 202, body };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path,
      operation: 'getDocumentByExternalId',
      summary: "A document by the caller's own id.",
      params: ExternalId,
      answers: { 200: DocumentView },
      problems: missing,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const id = await idOf(tenantId, params.externalId);
        return { status: 200, body: await readDocumentView(deps.db, tenantId, id) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path,
      operation: 'deleteDocumentByExternalId',
      summary: "Take a document out by the caller's own id, at once.",
      params: ExternalId,
      answers: { 204: null },
      problems: missing,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        await deleteDocument(deps.db, tenantId, await idOf(tenantId, params.externalId), actorOf(caller));
        return { status: 204 };
      },
    }),
  ];
}
