import type { Job } from '../jobs/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';

export const indexDocumentName = 'knowledge.index-document';
export const syncSourceName = 'knowledge.sync-source';
export const embedPassagesName = 'knowledge.embed-passages';
export const indexVectorsName = 'knowledge.index-vectors';
export const reindexName = 'knowledge.reindex';

export function indexDocumentJob(tenantId: TenantId, documentId: string): Job {
  return { name: indexDocumentName, key: documentId, payload: { tenantId, documentId } };
}

export function embedPassagesJob(tenantId: TenantId): Job {
  return { name: embedPassagesName, key: tenantId, payload: { tenantId } };
}

/** The next slice, added while the one before is still being delivered: with a key of its own. */
export function embedPassagesAgainJob(tenantId: TenantId): Job {
  return { name: embedPassagesName, key: `${tenantId}-${newId()}`, payload: { tenantId } };
}

export function indexVectorsJob(tenantId: TenantId): Job {
  return { name: indexVectorsName, key: tenantId, payload: { tenantId } };
}

export function reindexJob(tenantId: TenantId): Job {
  return { name: reindexName, key: tenantId, payload: { tenantId } };
}

/** With a key of its own each time: the next slice is added while the one before is still being delivered. */
export function syncSourceJob(tenantId: TenantId, sourceId: string): Job {
  return { name: syncSourceName, key: `${sourceId}-${newId()}`, payload: { tenantId, sourceId } };
}
