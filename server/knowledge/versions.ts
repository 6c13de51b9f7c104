import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { NotFound, newId, type TenantId } from '../kernel/index.ts';
import type { Actor } from './add-document.ts';
import { diffPassages, type PassageDiff } from './compare-versions.ts';
import type { KnowledgeDeps } from './deps.ts';
import { insertVersion, lockNewestVersion, queueAgain } from './document-queries.ts';
import { enqueueNext } from './enqueue.ts';

export interface VersionRow {
  number: number;
  media_type: string;
  size_bytes: string;
  passage_count: number;
  language: string | null;
  notice: string | null;
  restored_from: number | null;
  created_at: Date;
  indexed_at: Date | null;
  searchable: boolean;
  /** Its file is still there, so it can be restored. */
  restorable: boolean;
}

/** All versions of a document, the newest first; none for a document that is not there. */
export async function listVersions(tx: Tx, tenantId: TenantId, documentId: string): Promise<VersionRow[]> {
  const { rows } = await tx.raw(
    `
    select v.number, v.media_type, v.size_bytes, v.passage_count, v.language, v.notice, v.restored_from,
      v.created_at, v.indexed_at, v.id is not distinct from d.current_version_id as searchable,
      v.purged_at is null as restorable
    from documents d join document_versions v on v.tenant_id = :tenantId and v.document_id = d.id
    where d.tenant_id = :tenantId and d.id = :documentId and d.state <> 'deleted'
    order by v.number desc
    limit 1000`,
    { tenantId, documentId },
  );
  return rows;
}

/**
 * What changed between two versions that were read.
 *
 * @throws NotFound
 */
export async function compareVersions(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
  { from, to }: { from: number; to: number },
): Promise<PassageDiff> {
  const { rows } = await tx.raw(
    `
    select v.number, v.text, v.passage_spans as spans
    from documents d join document_versions v on v.tenant_id = :tenantId and v.document_id = d.id
    where d.tenant_id = :tenantId and d.id = :documentId and d.state <> 'deleted'
      and v.number = any(cast(:numbers as int[])) and v.text is not null`,
    { tenantId, documentId, numbers: [from, to] },
  );
  const read = (number: number) => {
    const row = (rows as { number: number; text: string; spans: number[] | null }[]).find(
      version => version.number === number,
    );
    if (!row) throw new NotFound('version');
    return row;
  };
  return diffPassages(read(from), read(to));
}

/**
 * Goes back to an older version: its file becomes the newest version. What it says in the words of an earlier
 * one has its vectors already. Searches change at once when it has been read; nothing of the history is lost.
 *
 * @throws NotFound also for a version whose file is gone
 */
export async function restoreVersion(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  documentId: string,
  number: number,
  actor: Actor,
): Promise<void> {
  await deps.db.withTenant(tenantId, async tx => {
    const newest = await lockNewestVersion(tx, tenantId, documentId);
    if (newest === null) throw new NotFound('document');
    const version = await tx('document_versions')
      .where({ tenant_id: tenantId, document_id: documentId, number })
      .whereNull('purged_at')
      .first('file_key', 'file_hash', 'size_bytes', 'media_type');
    if (!version) throw new NotFound('version');
    // Asked for twice: the newest version is that file already.
    if (newest.fileHash === version.file_hash && newest.state !== 'failed') return;
    const next = newest.number + 1;
    await insertVersion(tx, tenantId, {
      id: newId(),
      documentId,
      number: next,
      fileKey: version.file_key,
      fileHash: version.file_hash,
      sizeBytes: Number(version.size_bytes),
      mediaType: version.media_type,
      restoredFrom: number,
    });
    await queueAgain(tx, tenantId, documentId, { media_type: version.media_type });
    const details = { version: next, restoredFrom: number };
    await recordAudit(tx, tenantId, {
      event: 'knowledge.version-restored',
      actor,
      target: documentId,
      details,
    });
  });
  await enqueueNext(deps, tenantId);
}
