import type { Tx } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import { sliceText } from './document-queries.ts';

export interface CitedSpan {
  documentId: string;
  versionId: string;
  start: number;
  end: number;
}

export interface Excerpt {
  title: string;
  versionNumber: number;
  isCurrentVersion: boolean;
  /** The document was taken out of the knowledge; its text is not shown any more. */
  deleted: boolean;
  /** The span with `around` UTF-16 units on both sides; empty when deleted. */
  text: string;
  /** Offset of `text` in the version. */
  textStart: number;
  language: string;
}

/**
 * What a citation points at, with some text around it.
 *
 * @throws NotFound for a span of another tenant, exactly as for a missing one
 */
export async function readCitation(
  tx: Tx,
  tenantId: TenantId,
  { documentId, versionId, start, end }: CitedSpan,
  around: number,
): Promise<Excerpt> {
  const { rows } = await tx.raw(
    `
    select d.title, d.state = 'deleted' as deleted, v.number as "versionNumber",
      d.current_version_id is not distinct from v.id as "isCurrentVersion", coalesce(v.language, 'und') as language
    from document_versions v join documents d on d.tenant_id = :tenantId and d.id = v.document_id
    where v.tenant_id = :tenantId and v.id = :versionId and v.document_id = :documentId`,
    { tenantId, versionId, documentId },
  );
  const [row] = rows as Omit<Excerpt, 'text' | 'textStart'>[];
  if (!row) throw new NotFound('citation');
  if (row.deleted) return { ...row, text: '', textStart: start };
  const from = Math.max(0, start - around);
  const slice = (await sliceText(tx, tenantId, versionId, from, end + around)) ?? '';
  // An offset that is no citation's own may cut a character in two.
  const cutsFirst = /^[\udc00-\udfff]/.test(slice);
  return {
    ...row,
    text: slice.slice(cutsFirst ? 1 : 0).replace(/[\ud800-\udbff]$/, ''),
    textStart: cutsFirst ? from + 1 : from,
  };
}

/** How many documents answer searches now. */
export async function countReadyDocuments(tx: Tx, tenantId: TenantId): Promise<number> {
  const row = await tx('documents')
    .where({ tenant_id: tenantId })
    .whereNotNull('current_version_id')
    .count<{ count: number }[]>('* as count')
    .first();
  return Number(row?.count ?? 0);
}

/** Titles of documents that answer searches, the newest first. */
export async function readyDocumentTitles(tx: Tx, tenantId: TenantId, limit: number): Promise<string[]> {
  const rows = await tx('documents')
    .where({ tenant_id: tenantId, state: 'ready' })
    .orderBy('id', 'desc')
    .limit(limit)
    .select('title');
  return rows.map(row => row.title);
}
