import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { DocumentView, readDocumentView } from './document-view.ts';
import { tagDocument } from './tag-document.ts';

/** A comma would end it in an address. */
export const Tag = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/^[^,\p{Cc}\p{Cs}]+$/u, 'must not hold commas or control characters');

/** Words of a person's choosing by which searches and agents are confined. */
export function tagRoutes(deps: KnowledgeDeps): Route[] {
  return [
    route({
      tag: 'knowledge',
      permission: 'admin',
      method: 'put',
      path: '/v1/documents/{documentId}/tags',
      operation: 'tagDocument',
      summary: 'Give a document these tags and no others.',
      params: z.object({ documentId: z.uuid() }),
      body: z.object({ tags: z.array(Tag).max(20) }),
      answers: { 200: DocumentView },
      problems: { 404: ['document-not-found'] },
      async handle({ caller, params: { documentId }, body }) {
        const tenantId = tenantOf(caller);
        await tagDocument(deps.db, tenantId, documentId, body.tags, actorOf(caller));
        return { status: 200, body: await readDocumentView(deps.db, tenantId, documentId) };
      },
    }),
  ];
}
