import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { InvalidInput } from '../../kernel/index.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { receiveArchive } from '../receive-upload.ts';
import { addArchive, addSource, controlSource, deleteSource, type SourceControl } from './add-source.ts';
import { canonicalAddress } from './canonical.ts';
import { selectItems, selectSources } from './source-queries.ts';
import { readSourceView, SourceView, toSourceView } from './source-view.ts';

const SourceId = z.object({ sourceId: z.uuid() });
const everyMinutes = z.int().min(60).max(525_600).nullable().default(null);
const title = z.string().trim().min(1).max(200);
const Address = z.string().trim().max(2000);
const NewSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('page'), address: Address, title: title.optional(), everyMinutes }),
  z.object({
    kind: z.literal('site'),
    address: Address,
    title: title.optional(),
    everyMinutes,
    /** Links to follow from the start. */
    depth: z.int().min(0).max(10).default(3),
    pagesMax: z.int().min(1).max(5000).default(200),
    sitemap: z.boolean().default(true),
    /** Paths below which nothing is read, such as /cart. */
    exclude: z.array(z.string().startsWith('/').max(200)).max(50).default([]),
  }),
  z.object({ kind: z.literal('products'), title: title.optional(), everyMinutes }),
  z.object({ kind: z.literal('conversations'), title: title.optional(), everyMinutes }),
]);
type NewSource = z.infer<typeof NewSource>;
const SourceList = z.object({ sources: z.array(SourceView), next: z.uuid().nullable() });
const outcomes = z.enum(['added', 'changed', 'unchanged', 'removed', 'left-out', 'failed']);
const ItemList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      outcome: outcomes.nullable(),
      reason: z.string().nullable(),
      documentId: z.uuid().nullable(),
      updatedAt: z.iso.datetime(),
    }),
  ),
  /** Send it as `afterName` for the next page; null on the last one. */
  next: z.string().nullable(),
});

const shared = { tag: 'knowledge', permission: 'admin' } as const;
const missing = { 404: ['source-not-found'] };
const reused = { 409: ['upload-key-reused'] };
const uploadProblems = { 413: ['body-too-large'], 415: ['unsupported-media-type'] };

/** Where documents come from by themselves: pages, sites, archives, the CRM's products and won conversations. */
export function sourceRoutes(deps: KnowledgeDeps): Route[] {
  return [...adding(deps), ...reading(deps), ...controlling(deps)];
}

function adding(deps: KnowledgeDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/sources',
      operation: 'addSource',
      summary: 'Add a page, a site, the products or the won conversations; it is read in the background.',
      body: NewSource,
      answers: { 202: SourceView },
      problems: { ...missing, ...reused },
      async handle({ caller, body, idempotencyKey }) {
        const tenantId = tenantOf(caller);
        const options = { actor: actorOf(caller), idempotencyKey };
        const id = await addSource(deps, tenantId, toSource(body), options);
        return { status: 202, body: await readSourceView(deps.db, tenantId, id) };
      },
    }),
    ...[
      {
        method: 'post',
        path: '/v1/sources/archives',
        operation: 'addArchive',
        summary: 'Upload a ZIP; each file becomes a document.',
      } as const,
      {
        method: 'put',
        path: '/v1/sources/{sourceId}/archive',
        operation: 'replaceArchive',
        summary:
          'Upload the next contents of an archive: what changed gets a new version, what is gone goes.',
      } as const,
    ].map(given =>
      route({
        ...shared,
        ...given,
        ...(given.method === 'put' ? { params: SourceId } : {}),
        bodyKind: 'multipart',
        answers: { 202: SourceView },
        problems: { ...missing, ...reused, ...uploadProblems },
        async handle({ caller, params, req, signal, idempotencyKey }) {
          const tenantId = tenantOf(caller);
          const sourceId = given.method === 'put' ? SourceId.parse(params).sourceId : null;
          if (sourceId !== null) await readSourceView(deps.db, tenantId, sourceId);
          const archive = await receiveArchive(req, deps.uploadBytesMax, signal);
          const options = { actor: actorOf(caller), idempotencyKey };
          const id = await addArchive(deps, tenantId, { id: sourceId, ...archive }, options);
          return { status: 202, body: await readSourceView(deps.db, tenantId, id) };
        },
      }),
    ),
  ];
}

function toSource(body: NewSource) {
  const { kind, everyMinutes } = body;
  if (kind === 'products' || kind === 'conversations') {
    const known = kind === 'products' ? 'Products' : 'Won conversations';
    return { kind, title: body.title ?? known, settings: {}, everyMinutes };
  }
  const address = canonicalAddress(
    /^[a-z][a-z\d+.-]*:/i.test(body.address) ? body.address : `https://${body.address}`,
  );
  if (address === null)
    throw new InvalidInput([
      { path: 'body.address', message: 'must be an http or https address without a user name' },
    ]);
  const settings =
    kind === 'page'
      ? { address, depth: 0, pagesMax: 1, sitemap: false, exclude: [] }
      : { address, depth: body.depth, pagesMax: body.pagesMax, sitemap: body.sitemap, exclude: body.exclude };
  return { kind, title: body.title ?? new URL(address).host, settings, everyMinutes };
}

function reading(deps: KnowledgeDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/sources',
      operation: 'listSources',
      summary: 'Sources, newest first.',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        after: z.uuid().optional(),
      }),
      answers: { 200: SourceList },
      async handle({ caller, query: { limit, after } }) {
        const tenantId = tenantOf(caller);
        const rows = await deps.db.withTenant(tenantId, tx =>
          selectSources(tx, tenantId, { after: after ?? null, limit: limit + 1 }),
        );
        const sources = rows.slice(0, limit).map(toSourceView);
        return {
          status: 200,
          body: { sources, next: rows.length > limit ? (sources.at(-1)?.id ?? null) : null },
        };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/sources/{sourceId}',
      operation: 'getSource',
      summary: 'A source and how far it is.',
      params: SourceId,
      answers: { 200: SourceView },
      problems: missing,
      async handle({ caller, params }) {
        return { status: 200, body: await readSourceView(deps.db, tenantOf(caller), params.sourceId) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/sources/{sourceId}/items',
      operation: 'listSourceItems',
      summary: 'The pages or files of a source, what became of each the last time, and why.',
      params: SourceId,
      query: z.object({
        outcome: outcomes.optional(),
        afterName: z.string().max(2000).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(100),
      }),
      answers: { 200: ItemList },
      problems: missing,
      async handle({ caller, params: { sourceId }, query: { outcome = null, afterName = null, limit } }) {
        const tenantId = tenantOf(caller);
        await readSourceView(deps.db, tenantId, sourceId);
        const after = afterName?.replaceAll('\u0000', '') ?? null;
        const rows = await deps.db.withTenant(tenantId, tx =>
          selectItems(tx, tenantId, sourceId, { outcome, after, limit: limit + 1 }),
        );
        const items = rows.slice(0, limit).map(row => ({
          name: row.name,
          outcome: row.outcome,
          reason: row.reason,
          documentId: row.document_id,
          updatedAt: row.updated_at.toISOString(),
        }));
        return {
          status: 200,
          body: { items, next: rows.length > limit ? (items.at(-1)?.name ?? null) : null },
        };
      },
    }),
  ];
}

const controls: Record<SourceControl, string> = {
  sync: 'Go through a source again now.',
  pause: 'Let a source rest, also from its schedule.',
  resume: 'Go on with a paused source.',
  cancel: 'Stop going through a source; what has been read stays.',
};

function controlling(deps: KnowledgeDeps): Route[] {
  const verbs = Object.entries(controls).map(([control, summary]) =>
    route({
      ...shared,
      method: 'post',
      path: `/v1/sources/{sourceId}/${control}`,
      operation: `${control}Source`,
      summary,
      params: SourceId,
      answers: { 200: SourceView },
      problems: { ...missing, 409: ['not-in-that-state'] },
      async handle({ caller, params: { sourceId } }) {
        const tenantId = tenantOf(caller);
        await controlSource(deps, tenantId, sourceId, control as SourceControl, actorOf(caller));
        return { status: 200, body: await readSourceView(deps.db, tenantId, sourceId) };
      },
    }),
  );
  const remove = route({
    ...shared,
    method: 'delete',
    path: '/v1/sources/{sourceId}',
    operation: 'deleteSource',
    summary: 'Take a source out with all its documents, at once.',
    params: SourceId,
    answers: { 204: null },
    problems: missing,
    async handle({ caller, params }) {
      await deleteSource(deps, tenantOf(caller), params.sourceId, actorOf(caller));
      return { status: 204 };
    },
  });
  return [...verbs, remove];
}
