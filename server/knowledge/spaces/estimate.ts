import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { isPriced, type Prices, priceListMonth, priceOf } from '../../llm/index.ts';
import type { SpaceKind } from './space.ts';

export interface Estimate extends SpaceKind {
  /** Passages that can be searched, and different texts among them that lack a vector in this space. */
  passages: number;
  missing: number;
  /** Of the missing ones, counted with some reserve. */
  tokens: number;
  costMicros: number;
  /** The month of the price list; null for a model that is not on it and counts with a cautious price. */
  pricesOf: string | null;
}

/** What filling a space would take; texts that have their vectors, from an earlier time, cost nothing. */
export async function estimateSpace(
  tx: Tx,
  tenantId: TenantId,
  kind: SpaceKind,
  given: { date: string; models: Prices } | null = null,
): Promise<Estimate> {
  const { rows } = await tx.raw(
    `
    with searchable as (
      select p.content_hash, octet_length(p.heading) + octet_length(p.body) + 2 as bytes
      from documents d
      join passages p on p.tenant_id = :tenantId and p.version_id = d.current_version_id
      where d.tenant_id = :tenantId and d.current_version_id is not null
    ), missing as (
      select content_hash, min(bytes) as bytes from searchable
      where not exists (
        select from embedding_spaces s
        join passage_embeddings e on e.tenant_id = :tenantId and e.space_id = s.id
        where s.tenant_id = :tenantId and s.model = :model and s.dimensions = :dimensions
          and s.precision = :precision and e.content_hash = searchable.content_hash)
      group by content_hash
    )
    select (select count(*) from searchable) as passages, count(*) as missing,
      coalesce(sum(ceil(bytes / 3.0)), 0)::bigint as tokens
    from missing`,
    { tenantId, ...kind },
  );
  const { passages, missing, tokens } = rows[0] as { passages: number; missing: number; tokens: number };
  const costMicros = Math.ceil((tokens * priceOf(kind.model, given?.models).inputMicros) / 1_000_000);
  const own = isPriced(kind.model) ? priceListMonth : null;
  const pricesOf = given && Object.hasOwn(given.models, kind.model) ? given.date : own;
  return { ...kind, passages, missing, tokens, costMicros, pricesOf };
}
