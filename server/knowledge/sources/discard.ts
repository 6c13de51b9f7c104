import { NotFound } from '../../kernel/index.ts';
import { deleteDocument } from '../delete-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import type { SourceClaim } from './source-queries.ts';

/** Takes out a document whose original is gone; one that is out already is fine. */
export async function discard(
  { db }: KnowledgeDeps,
  { tenantId }: SourceClaim,
  documentId: string,
): Promise<void> {
  try {
    await deleteDocument(db, tenantId, documentId, { kind: 'system', id: null });
  } catch (thrown) {
    if (!(thrown instanceof NotFound)) throw thrown;
  }
}
