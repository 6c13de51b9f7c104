import type { Tx } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';

export interface TextSlice {
  documentId: string;
  versionId: string;
  version: number;
  language: string;
  from: number;
  to: number;
  length: number;
  text: string;
  pageOffsets: number[] | null;
}

const sliceLengthMax = 200_000;

/**
 * Part of a stored text, by UTF-16 offsets; the version that is searched, or else the newest, unless told.
 *
 * @throws NotFound also for a version that could not be read, or not yet
 */
export async function readText(
  tx: Tx,
  tenantId: TenantId,
  documentId: string,
  { version, from, to }: { version?: number | undefined; from: number; to?: number | undefined },
): Promise<TextSlice> {
  const { rows } = await tx.raw(
    `
    select v.id, v.number, v.text, coalesce(v.language, 'und') as language, v.page_offsets as "pageOffsets"
    from document_versions v join documents d on d.tenant_id = :tenantId and d.id = v.document_id
    where v.tenant_id = :tenantId and v.document_id = :documentId and d.state <> 'deleted'
      and v.text is not null and (cast(:version as int) is null or v.number = cast(:version as int))
    order by (v.id = d.current_version_id) desc nulls last, v.number desc
    limit 1`,
    { tenantId, documentId, version: version ?? null },
  );
  const [row] = rows;
  if (!row) throw new NotFound('document');
  const length: number = row.text.length;
  const end = Math.min(to ?? length, length, from + sliceLengthMax);
  const start = Math.min(from, end);
  return {
    documentId,
    versionId: row.id,
    version: row.number,
    language: row.language,
    from: start,
    to: end,
    length,
    text: row.text.slice(start, end),
    pageOffsets: row.pageOffsets,
  };
}
