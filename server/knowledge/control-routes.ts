import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import { type Control, controlDocument } from './control-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { DocumentView, readDocumentView } from './document-view.ts';

const controls: Record<Control, string> = {
  pause: 'Let a document wait that is queued or being indexed.',
  resume: 'Go on with a paused document.',
  cancel: 'Stop indexing a document; the version before stays searchable.',
  retry: 'Index a failed document again, from its stored file.',
};

/** A person's hand on the indexing of one document. */
export function controlRoutes(deps: KnowledgeDeps): Route[] {
  return Object.entries(controls).map(([control, summary]) =>
    route({
      tag: 'knowledge',
      permission: 'admin',
      method: 'post',
      path: `/v1/documents/{documentId}/${control}`,
      operation: `${control}Document`,
      summary,
      params: z.object({ documentId: z.uuid() }),
      answers: { 200: DocumentView },
      problems: { 404: ['document-not-found'], 409: ['not-in-that-state'] },
      async handle({ caller, params: { documentId } }) {
        const tenantId = tenantOf(caller);
        await controlDocument(deps, tenantId, documentId, control as Control, actorOf(caller));
        return { status: 200, body: await readDocumentView(deps.db, tenantId, documentId) };
      },
    }),
  );
}
