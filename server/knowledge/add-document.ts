import { createHash, randomUUID } from 'node:crypto';
import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { NotFound, newId, type TenantId, toError } from '../kernel/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { insertVersion, lockNewestVersion } from './document-queries.ts';
import { UploadKeyReused } from './errors.ts';
import { indexDocumentJob } from './job-names.ts';
import type { Upload } from './receive-upload.ts';

/** Who acts, as the audit log names them. */
export interface Actor {
  kind: 'rep' | 'admin' | 'operator' | 'system';
  id: string | null;
}

/** Adding the same upload again under the same key gives the same document. */
export interface AddOptions {
  actor: Actor;
  idempotencyKey: string | null;
}

/**
 * Takes a document in: the file first, then its rows, then a hint to the queue. Answers the document's id.
 *
 * @throws UploadKeyReused
 */
export async function addDocument(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  upload: Upload,
  options: AddOptions,
): Promise<string> {
  return takeIn(deps, tenantId, upload, { ...options, route: 'addDocument' }, async (tx, stored) => {
    const documentId = newId();
    await tx('documents').insert({
      tenant_id: tenantId,
      id: documentId,
      title: upload.title,
      file_name: upload.fileName,
      media_type: upload.mediaType,
      created_by: `${options.actor.kind}:${options.actor.id ?? ''}`,
    });
    await insertVersion(tx, tenantId, { ...stored, documentId, number: 1 });
    return { documentId, event: 'knowledge.document-added', number: 1 };
  });
}

/**
 * Gives a document a new version. The old one answers searches until the new one can. The very same file
 * changes nothing, unless the last try failed.
 *
 * @throws NotFound, UploadKeyReused
 */
export async function replaceDocument(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  documentId: string,
  upload: Upload,
  options: AddOptions,
): Promise<void> {
  const route = `replaceDocument ${documentId}`;
  await takeIn(deps, tenantId, upload, { ...options, route }, async (tx, stored) => {
    const newest = await lockNewestVersion(tx, tenantId, documentId);
    if (newest === null) throw new NotFound('document');
    const same = newest.fileHash === stored.fileHash && newest.mediaType === stored.mediaType;
    if (same && newest.state !== 'failed') return { documentId, event: null, number: newest.number };
    const number = newest.number + 1;
    await insertVersion(tx, tenantId, { ...stored, documentId, number });
    await tx('documents').where({ tenant_id: tenantId, id: documentId }).update({
      title: upload.title,
      file_name: upload.fileName,
      media_type: upload.mediaType,
      state: 'queued',
      stage: null,
      progress_done: 0,
      progress_total: 0,
      failure_code: null,
      failure_detail: null,
      // Whoever indexes the version before loses its claim and stops.
      claim_id: null,
      attempts: 0,
      updated_at: tx.fn.now(),
    });
    return { documentId, event: 'knowledge.document-replaced', number };
  });
}

interface Stored {
  id: string;
  fileKey: string;
  fileHash: string;
  sizeBytes: number;
  mediaType: string;
}

interface Change {
  documentId: string;
  /** Null if nothing changed, so that the file just stored is not needed. */
  event: string | null;
  number: number;
}

async function takeIn(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  upload: Upload,
  { actor, idempotencyKey, route }: AddOptions & { route: string },
  change: (tx: Tx, stored: Stored) => Promise<Change>,
): Promise<string> {
  const stored: Stored = {
    id: newId(),
    fileKey: randomUUID(),
    fileHash: createHash('sha256').update(upload.bytes).digest('hex'),
    sizeBytes: upload.bytes.length,
    mediaType: upload.mediaType,
  };
  const key = { tenant_id: tenantId, actor: `${actor.kind}:${actor.id ?? ''}`, key: idempotencyKey ?? '' };
  const request = JSON.stringify([route, stored.fileHash, upload.mediaType, upload.title, upload.fileName]);
  const requestHash = createHash('sha256').update(request).digest('hex');
  await deps.files.put(tenantId, stored.fileKey, upload.bytes);
  let kept = false;
  try {
    const { documentId, event } = await deps.db.withTenant(tenantId, async tx => {
      if (idempotencyKey !== null) {
        const row = { ...key, route, request_hash: requestHash };
        const taken = await tx('idempotency_keys').insert(row).onConflict().ignore().returning('key');
        if (taken.length === 0)
          return earlierChange(await tx('idempotency_keys').where(key).first(), requestHash);
      }
      const made = await change(tx, stored);
      if (idempotencyKey !== null) {
        await tx('idempotency_keys')
          .where(key)
          .update({ result: JSON.stringify({ documentId: made.documentId }) });
      }
      if (made.event !== null) {
        const details = { version: made.number, sizeBytes: stored.sizeBytes, mediaType: stored.mediaType };
        await recordAudit(tx, tenantId, { event: made.event, actor, target: made.documentId, details });
      }
      return made;
    });
    kept = event !== null;
    if (kept) await hint(deps, tenantId, documentId);
    return documentId;
  } finally {
    if (!kept) await deps.files.remove(tenantId, stored.fileKey).catch(() => {});
  }
}

function earlierChange(
  row: { request_hash: string; result: { documentId: string } | null } | undefined,
  requestHash: string,
): Change {
  if (!row?.result || row.request_hash !== requestHash) throw new UploadKeyReused();
  return { documentId: row.result.documentId, event: null, number: 0 };
}

/** The rows are stored: without a queue the sweep will find them. */
async function hint({ queue, log }: KnowledgeDeps, tenantId: TenantId, documentId: string): Promise<void> {
  try {
    await queue.add(indexDocumentJob(tenantId, documentId));
  } catch (thrown) {
    log.warn({ tenantId, documentId, err: toError(thrown) }, 'the queue took no job; the sweep will add it');
  }
}
