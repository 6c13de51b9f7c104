import { z } from 'zod';
import type { JobHandler } from '../jobs/index.ts';
import { asTenantId } from '../kernel/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { enqueueNext } from './enqueue.ts';
import { indexDocument } from './index-document.ts';
import {
  embedPassagesAgainJob,
  embedPassagesName,
  indexDocumentName,
  indexVectorsName,
  reindexName,
  syncSourceName,
} from './job-names.ts';
import { reindexTenant } from './reindex.ts';
import { syncSource } from './sources/sync-source.ts';
import { embedTenant } from './spaces/fill-spaces.ts';
import { indexVectors } from './spaces/index-vectors.ts';

export interface KnowledgeJob {
  name: string;
  handler: JobHandler;
  concurrency: number;
}

const IndexDocument = z.object({ tenantId: z.uuid(), documentId: z.uuid() });
const OfTenant = z.object({ tenantId: z.uuid() });
const SyncSource = z.object({ tenantId: z.uuid(), sourceId: z.uuid() });

/** The background work of this slice, for `queue.work`. */
export function knowledgeJobs(deps: KnowledgeDeps): KnowledgeJob[] {
  return [
    {
      name: indexDocumentName,
      // Each reads in a process of its own, of up to half a gigabyte.
      concurrency: 2,
      async handler(payload, signal) {
        const { tenantId, documentId } = IndexDocument.parse(payload);
        try {
          await indexDocument(deps, asTenantId(tenantId), documentId, signal);
        } finally {
          if (!signal.aborted) await enqueueNext(deps, asTenantId(tenantId), documentId);
        }
      },
    },
    {
      name: syncSourceName,
      concurrency: 2,
      async handler(payload, signal) {
        const { tenantId, sourceId } = SyncSource.parse(payload);
        await syncSource(deps, asTenantId(tenantId), sourceId, signal);
      },
    },
    {
      name: embedPassagesName,
      concurrency: 1,
      async handler(payload, signal) {
        const tenantId = asTenantId(OfTenant.parse(payload).tenantId);
        const left = await embedTenant(deps, tenantId, signal);
        // Behind the tenants that wait: what one has left takes turns with what others have.
        if (left === 'more') await deps.queue.add(embedPassagesAgainJob(tenantId));
      },
    },
    {
      name: indexVectorsName,
      concurrency: 1,
      async handler(payload) {
        await indexVectors(deps, asTenantId(OfTenant.parse(payload).tenantId));
      },
    },
    {
      name: reindexName,
      concurrency: 1,
      async handler(payload, signal) {
        await reindexTenant(deps.db, asTenantId(OfTenant.parse(payload).tenantId), signal);
      },
    },
  ];
}
