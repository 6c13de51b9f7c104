import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** What an agent may know: documents that one of these sources keeps or that carry one of these tags. */
export interface KnowledgeScope {
  sourceIds: string[];
  tags: string[];
}

/** What a search is confined to: every part that is given must hold, and of each list any one. */
export interface SearchFilter {
  documentIds?: string[] | undefined;
  sourceIds?: string[] | undefined;
  tags?: string[] | undefined;
  /** Of the passage itself: a document may have several. */
  languages?: string[] | undefined;
  /** When the version that is searched came. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Null, or of nothing at all, for an agent that may know everything. */
  scope?: KnowledgeScope | null | undefined;
}

/** The documents a filter leaves, or null where it leaves them all. */
export async function selectFiltered(
  tx: Tx,
  tenantId: TenantId,
  { documentIds, sourceIds, tags, from, to, scope }: SearchFilter,
): Promise<string[] | null> {
  const scoped = scope && scope.sourceIds.length + scope.tags.length > 0 ? scope : null;
  if (!documentIds && !sourceIds && !tags && !from && !to && !scoped) return null;
  const { rows } = await tx.raw(
    `
    select d.id from documents d
    join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
    where d.tenant_id = :tenantId
      and (cast(:documentIds as uuid[]) is null or d.id = any(cast(:documentIds as uuid[])))
      and (cast(:sourceIds as uuid[]) is null or d.source_id = any(cast(:sourceIds as uuid[])))
      and (cast(:tags as text[]) is null or d.tags && cast(:tags as text[]))
      and (cast(:scopeSources as uuid[]) is null
        or d.source_id = any(cast(:scopeSources as uuid[])) or d.tags && cast(:scopeTags as text[]))
      and (cast(:from as timestamptz) is null or v.created_at >= cast(:from as timestamptz))
      and (cast(:to as timestamptz) is null or v.created_at < cast(:to as timestamptz))`,
    {
      tenantId,
      documentIds: documentIds ?? null,
      sourceIds: sourceIds ?? null,
      tags: tags?.map(tagOf) ?? null,
      scopeSources: scoped?.sourceIds ?? null,
      scopeTags: scoped?.tags.map(tagOf) ?? null,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
    },
  );
  return (rows as { id: string }[]).map(({ id }) => id);
}

/** A tag as it is stored: "  Price  List" and "price list" are one. */
export function tagOf(written: string): string {
  return written.normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}
