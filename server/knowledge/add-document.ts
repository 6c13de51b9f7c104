import { createHash, randomUUID } from 'node:crypto';
import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { NotFound, newId, type TenantId } from '../kernel/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { insertVersion, lockNewestVersion, queueAgain } from './document-queries.ts';
import { enqueueNext } from './enqueue.ts';
import { UploadKeyReused } from './errors.ts';
import type { Upload } from './receive-upload.ts';

/** Who acts, as the audit log names them. */
export interface Actor {
  kind: 'rep' | 'admin' | 'operator' | 'system';
  id: string | null;
}

/** Where a document comes from, and what it is called there. */
export interface Place {
  /** Null for a program that sends documents itself. */
  sourceId: string | null;
  externalId: string;
  address: string | null;
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
  const route = 'addDocument';
  const { documentId } = await takeIn(deps, tenantId, upload, { ...options, route }, async (tx, stored) => {
    const documentId = newId();
    await tx('documents').insert(documentRow(tenantId, documentId, upload, options.actor));
    await insertVersion(tx, tenantId, { ...stored, documentId, number: 1 });
    return { documentId, event: 'knowledge.document-added', number: 1 };
  });
  return documentId;
}

/**
 * Adds what a source, or a program, calls by this name, or gives it a new version. Two at once make one document.
 *
 * @throws UploadKeyReused
 */
export async function upsertDocument(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  { sourceId, externalId, address }: Place,
  upload: Upload,
  options: AddOptions,
): Promise<{ documentId: string; outcome: 'added' | 'changed' | 'unchanged' }> {
  const route = `upsertDocument ${sourceId ?? ''} ${externalId}`;
  const place = { tenant_id: tenantId, source_id: sourceId, external_id: externalId };
  const change = await takeIn(deps, tenantId, upload, { ...options, route }, async (tx, stored) => {
    const documentId = newId();
    const { rowCount } = await tx.raw(
      `? on conflict (tenant_id, source_id, external_id) where external_id is not null and state <> 'deleted' do nothing`,
      [
        tx('documents').insert({
          ...documentRow(tenantId, documentId, upload, options.actor),
          ...place,
          address,
        }),
      ],
    );
    if (rowCount === 1) {
      await insertVersion(tx, tenantId, { ...stored, documentId, number: 1 });
      return { documentId, event: 'knowledge.document-added', number: 1 };
    }
    const known = await tx('documents').where(place).whereNot({ state: 'deleted' }).first('id');
    if (!known) throw new NotFound('document');
    return nextVersion(tx, tenantId, known.id, { ...upload, address }, stored);
  });
  const added = change.event === 'knowledge.document-added';
  const outcome = change.event === null ? 'unchanged' : added ? 'added' : 'changed';
  return { documentId: change.documentId, outcome };
}

function documentRow(tenantId: TenantId, id: string, upload: Upload, actor: Actor) {
  return {
    tenant_id: tenantId,
    id,
    title: upload.title,
    file_name: upload.fileName,
    media_type: upload.mediaType,
    created_by: `${actor.kind}:${actor.id ?? ''}`,
  };
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
  await takeIn(deps, tenantId, upload, { ...options, route }, (tx, stored) =>
    nextVersion(tx, tenantId, documentId, upload, stored),
  );
}

async function nextVersion(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
  upload: Upload & { address?: string | null },
  stored: Stored,
): Promise<Change> {
  const newest = await lockNewestVersion(tx, tenantId, documentId);
  if (newest === null) throw new NotFound('document');
  const same = newest.fileHash === stored.fileHash && newest.mediaType === stored.mediaType;
  if (same && newest.state !== 'failed') {
    await tx('documents').where({ tenant_id: tenantId, id: documentId }).update({ title: upload.title });
    return { documentId, event: null, number: newest.number };
  }
  const number = newest.number + 1;
  await insertVersion(tx, tenantId, { ...stored, documentId, number });
  await queueAgain(tx, tenantId, documentId, {
    title: upload.title,
    file_name: upload.fileName,
    media_type: upload.mediaType,
    ...(upload.address === undefined ? {} : { address: upload.address }),
  });
  return { documentId, event: 'knowledge.document-replaced', number };
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
): Promise<Change> {
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
  await deps.reach?.('ingest.file-stored');
  let kept = false;
  try {
    const made = await deps.db.withTenant(tenantId, async tx => {
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
    kept = made.event !== null;
    if (kept) await deps.reach?.('ingest.received');
    if (kept) await enqueueNext(deps, tenantId);
    return made;
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
