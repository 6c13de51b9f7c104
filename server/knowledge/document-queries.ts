import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** A document with its newest and its searchable version. */
export interface DocumentRow {
  id: string;
  title: string;
  file_name: string;
  media_type: string;
  size_bytes: number;
  state: 'queued' | 'indexing' | 'paused' | 'ready' | 'failed';
  stage: string | null;
  progress_done: number;
  progress_total: number;
  failure_code: string | null;
  failure_detail: string | null;
  version: number;
  searchable_version: number | null;
  passages: number | null;
  language: string | null;
  notice: string | null;
  source_id: string | null;
  external_id: string | null;
  address: string | null;
  tags: string[];
  created_at: Date;
  updated_at: Date;
}

export interface DocumentFilter {
  id?: string | null;
  sourceId?: string | null;
  tag?: string | null;
  after?: string | null;
  limit: number;
}

/** Documents that are not deleted, newest first; `after` is the last id of the page before. */
export async function selectDocuments(
  tx: Tx,
  tenantId: TenantId,
  { id = null, sourceId = null, tag = null, after = null, limit }: DocumentFilter,
): Promise<DocumentRow[]> {
  const { rows } = await tx.raw(
    `
    select d.id, d.title, d.file_name, newest.media_type, newest.size_bytes, d.state, d.stage,
      d.progress_done, d.progress_total, d.failure_code, d.failure_detail, newest.number as version,
      shown.number as searchable_version, shown.passage_count as passages, shown.language,
      shown.notice, d.source_id, d.external_id, d.address, d.tags, d.created_at, d.updated_at
    from documents d
    cross join lateral (
      select number, media_type, size_bytes from document_versions v
      where v.tenant_id = :tenantId and v.document_id = d.id
      order by number desc limit 1
    ) newest
    left join document_versions shown on shown.tenant_id = :tenantId and shown.id = d.current_version_id
    where d.tenant_id = :tenantId and d.state <> 'deleted'
      and (cast(:id as uuid) is null or d.id = cast(:id as uuid))
      and (cast(:sourceId as uuid) is null or d.source_id = cast(:sourceId as uuid))
      and (cast(:tag as text) is null or d.tags @> array[cast(:tag as text)])
      and (cast(:after as uuid) is null or d.id < cast(:after as uuid))
    order by d.id desc
    limit :limit`,
    { tenantId, id, sourceId, tag, after, limit },
  );
  return rows;
}

export interface NewVersion {
  id: string;
  documentId: string;
  number: number;
  fileKey: string;
  fileHash: string;
  sizeBytes: number;
  mediaType: string;
  /** The number of the older version whose file this is. */
  restoredFrom?: number;
}

export async function insertVersion(tx: Tx, tenantId: TenantId, version: NewVersion): Promise<void> {
  await tx('document_versions').insert({
    tenant_id: tenantId,
    id: version.id,
    document_id: version.documentId,
    number: version.number,
    file_key: version.fileKey,
    file_hash: version.fileHash,
    size_bytes: version.sizeBytes,
    media_type: version.mediaType,
    restored_from: version.restoredFrom ?? null,
  });
}

/** Sends a document through indexing again; whoever indexes it now loses its claim and stops. */
export async function queueAgain(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
  changes: { title?: string; file_name?: string; media_type?: string; address?: string | null } = {},
): Promise<void> {
  await tx('documents')
    .where({ tenant_id: tenantId, id: documentId })
    .update({
      ...changes,
      state: 'queued',
      stage: null,
      progress_done: 0,
      progress_total: 0,
      failure_code: null,
      failure_detail: null,
      claim_id: null,
      attempts: 0,
      updated_at: tx.fn.now(),
    });
}

/** The newest version of a document that is not deleted; locks the document against another change. */
export async function lockNewestVersion(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
): Promise<{ number: number; fileHash: string; mediaType: string; state: string } | null> {
  // In a statement of its own: one that waits for the lock would go on with the versions it saw before.
  const document = await tx('documents')
    .where({ tenant_id: tenantId, id: documentId })
    .whereNot({ state: 'deleted' })
    .forUpdate()
    .first('state');
  if (!document) return null;
  const newest = await tx('document_versions')
    .where({ tenant_id: tenantId, document_id: documentId })
    .orderBy('number', 'desc')
    .first('number', 'file_hash as fileHash', 'media_type as mediaType');
  return newest ? { ...newest, state: document.state } : null;
}

/** Drops what search made of a document's versions, all but one; their texts stay for citations. */
export async function deleteDerived(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
  keepVersionId: string | null,
): Promise<void> {
  const others = `
    select id from document_versions
    where tenant_id = :tenantId and document_id = :documentId
      and (cast(:keepVersionId as uuid) is null or id <> cast(:keepVersionId as uuid))`;
  for (const table of ['passage_terms', 'passages']) {
    await tx.raw(`delete from ${table} where tenant_id = :tenantId and version_id in (${others})`, {
      tenantId,
      documentId,
      keepVersionId,
    });
  }
}

/**
 * Part of a version's text by UTF-16 offsets, or null if there is no such text. PostgreSQL counts
 * characters, which is the same unless the text has characters outside the basic plane.
 */
export async function sliceText(
  tx: Tx,
  tenantId: TenantId,
  versionId: string,
  from: number,
  to: number,
): Promise<string | null> {
  const { rows } = await tx.raw(
    `
    select text_has_astral as whole,
      case when text_has_astral then text else substring(text from cast(:first as int) for cast(:length as int)) end as text
    from document_versions
    where tenant_id = :tenantId and id = :versionId`,
    { tenantId, versionId, first: from + 1, length: Math.max(0, to - from) },
  );
  const [row] = rows as { whole: boolean; text: string | null }[];
  if (!row || row.text === null) return null;
  return row.whole ? row.text.slice(from, to) : row.text;
}
