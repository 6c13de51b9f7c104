import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** What a search is confined to; null for no bounds. */
export interface Within {
  documentIds: string[] | null;
  languages: string[] | null;
  limit: number;
}

export interface PassageRow {
  id: string;
  documentId: string;
  versionId: string;
  title: string;
  ordinal: number;
  start: number;
  end: number;
  body: string;
  heading: string;
  language: string;
}

/** Passages by their places, in no order; those of a version replaced meanwhile are left out. */
export async function selectPassages(
  tx: Tx,
  tenantId: TenantId,
  places: { versionId: string; ordinal: number }[],
): Promise<PassageRow[]> {
  const { rows } = await tx.raw(
    `
    select p.id, p.document_id as "documentId", p.version_id as "versionId", d.title, p.ordinal,
      p.start_offset as start, p.end_offset as end, p.body, p.heading, p.language
    from unnest(cast(:versionIds as uuid[]), cast(:ordinals as int[])) as place(version_id, ordinal)
    join passages p on p.tenant_id = :tenantId and p.version_id = place.version_id and p.ordinal = place.ordinal
    join documents d on d.tenant_id = :tenantId and d.id = p.document_id
      and d.current_version_id = p.version_id`,
    {
      tenantId,
      versionIds: places.map(({ versionId }) => versionId),
      ordinals: places.map(({ ordinal }) => ordinal),
    },
  );
  return rows;
}
