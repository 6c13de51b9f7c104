import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { orderCandidates, type WordCandidate } from './order-candidates.ts';
import type { ReadQuestion } from './question.ts';
import { type Hit, saturation, sureShare } from './ranking.ts';
import type { Evidence } from './score.ts';
import type { Within } from './search-queries.ts';

/**
 * So many places of words are looked at one by one. Where a question's words stand in more, the rarest lead to
 * the passages, and what else stands in those is added: the time grows with the question, not with the tenant.
 */
const leadingMax = 6_000;
/** Of what the rarest words lead to. */
const poolMax = 300;

/**
 * Passages that hold words of the question, best first.
 *
 * Two lists are added, each divided by its best: BM25 over the words that were surely meant, and BM25 over all
 * that resemble them, where long words count more. The best are then read, and the letters they share with the
 * question count as well.
 *
 * `materialized` makes the terms come first: a planner without statistics, as on PGlite always, would read all
 * terms of every version instead (1,000 passages: 1,075 ms against 6 ms on a busy machine).
 */
export async function searchWords(
  tx: Tx,
  tenantId: TenantId,
  { words, sequence, passages }: ReadQuestion,
  { documentIds, languages, limit }: Within,
): Promise<(Hit & { evidence: Evidence })[]> {
  const terms = words.flatMap(({ terms }, word) => terms.map(term => ({ word, ...term })));
  if (terms.length === 0) return [];
  const { rows } = await tx.raw(
    `
    with asked as (
      select * from unnest(cast(:terms as text[]), cast(:words as int[]), cast(:shares as float8[]))
        as asked(term, word, share)
    ), posted as materialized (
      select term, version_id, ordinals, weights from passage_terms
      where tenant_id = :tenantId and term = any(cast(:terms as text[]))
    ), placed as materialized (
      select asked.word, asked.share, posted.version_id, d.id as document_id, posted.ordinals, posted.weights
      from posted
      join asked on asked.term = posted.term
      join documents d on d.tenant_id = :tenantId and d.current_version_id = posted.version_id
    ), reached as materialized (
      select word, loose, sure, sum(many) over () <= :leadingMax as all_lead,
        sum(many) over () <= :leadingMax or row_number() over rarest = 1
          or sum(many_within) over rarest <= :leadingMax as leads
      from (
        select word, sum(cardinality(ordinals)) as many,
          coalesce(sum(cardinality(ordinals)) filter (where cast(:documentIds as uuid[]) is null
            or document_id = any(cast(:documentIds as uuid[]))), 0) as many_within,
          sum(share * cardinality(ordinals)) as loose,
          coalesce(sum(cardinality(ordinals)) filter (where share >= cast(:sureShare as float8)), 0) as sure
        from placed group by word
      ) as counted
      window rarest as (order by many_within = 0, many_within, word)
    ), led as materialized (
      select placed.word, placed.share, placed.version_id, placed.document_id, at.ordinal, at.weight
      from placed
      join reached on reached.word = placed.word and reached.leads and (reached.all_lead
        or cast(:documentIds as uuid[]) is null or document_id = any(cast(:documentIds as uuid[])))
      cross join lateral unnest(placed.ordinals, placed.weights) as at(ordinal, weight)
    ), held as materialized (
      select word, version_id, document_id, ordinal, sum(share * weight) as loose, max(share) as best,
        coalesce(sum(share * weight) filter (where share >= cast(:sureShare as float8)), 0) as sure
      from led group by word, version_id, document_id, ordinal
    ), holding as materialized (
      select word, sum(best) as loose, count(*) filter (where sure > 0) as sure from held
      where exists (select from reached where all_lead) group by word
      union all
      select word, least(loose, cast(:passages as float8)), least(sure, cast(:passages as float8))
      from reached where not all_lead
    ), rarity as materialized (
      select holding.word,
        ln(1 + (greatest(cast(:passages as float8) - holding.loose, 0) + 0.5) / (holding.loose + 0.5)) * lengths.length
          as loose,
        ln(1 + (greatest(cast(:passages as float8) - holding.sure, 0) + 0.5) / (holding.sure + 0.5)) as sure
      from holding
      join unnest(cast(:everyWord as int[]), cast(:lengths as float8[])) as lengths(word, length)
        on lengths.word = holding.word
    ), within as materialized (
      select word, version_id, ordinal, loose, sure from held
      where (cast(:documentIds as uuid[]) is null or document_id = any(cast(:documentIds as uuid[])))
        and (cast(:languages as text[]) is null or exists (
          select from passages p where p.tenant_id = :tenantId and p.version_id = held.version_id
            and p.ordinal = held.ordinal and p.language = any(cast(:languages as text[]))))
    ), pool as materialized (
      select version_id, ordinal
      from within join rarity on rarity.word = within.word
      where exists (select from reached where not all_lead)
      group by version_id, ordinal
      order by sum(
        rarity.sure * within.sure / (within.sure + cast(:saturation as float8))
          + rarity.loose * within.loose / (within.loose + cast(:saturation as float8))) desc, version_id, ordinal
      limit :poolMax
    ), beside as materialized (
      select placed.word, placed.share, pool.version_id, pool.ordinal,
        placed.weights[array_position(placed.ordinals, pool.ordinal)] as weight
      from pool
      join placed on placed.version_id = pool.version_id
        and array_position(placed.ordinals, pool.ordinal) is not null
      join reached on reached.word = placed.word and not reached.leads
    ), standing as (
      select word, version_id, ordinal, loose, sure from within
      where exists (select from reached where all_lead)
        or (version_id, ordinal) in (select version_id, ordinal from pool)
      union all
      select word, version_id, ordinal, sum(share * weight),
        coalesce(sum(share * weight) filter (where share >= cast(:sureShare as float8)), 0)
      from beside group by word, version_id, ordinal
    ), scored as (
      select version_id, ordinal,
        sum(rarity.sure * (1 + cast(:saturation as float8)) * standing.sure
          / (standing.sure + cast(:saturation as float8))) as sure,
        sum(rarity.loose * (1 + cast(:saturation as float8)) * standing.loose
          / (standing.loose + cast(:saturation as float8))) as loose
      from standing join rarity on rarity.word = standing.word
      group by version_id, ordinal
    ), ranked as materialized (
      select version_id, ordinal,
        sure / greatest(max(sure) over (), 0.001) as sure, loose / greatest(max(loose) over (), 0.001) as loose
      from scored
      order by sure / greatest(max(sure) over (), 0.001) + loose / greatest(max(loose) over (), 0.001) desc,
        version_id, ordinal
      limit :limit
    )
    select ranked.version_id as "versionId", ranked.ordinal, ranked.sure, ranked.loose, p.heading, p.body,
      json_agg(json_build_array(stood.word, stood.share, rarity.sure)) as stands
    from ranked
    join (
      select word, share, version_id, ordinal from led
      union all
      select word, share, version_id, ordinal from beside
    ) as stood on stood.version_id = ranked.version_id and stood.ordinal = ranked.ordinal
    join rarity on rarity.word = stood.word
    join passages p
      on p.tenant_id = :tenantId and p.version_id = ranked.version_id and p.ordinal = ranked.ordinal
    group by ranked.version_id, ranked.ordinal, ranked.sure, ranked.loose, p.heading, p.body`,
    {
      tenantId,
      documentIds,
      languages,
      limit,
      passages,
      saturation,
      sureShare,
      leadingMax,
      poolMax,
      terms: terms.map(({ term }) => term),
      words: terms.map(({ word }) => word),
      shares: terms.map(({ share }) => share),
      everyWord: words.map((_, word) => word),
      lengths: words.map(({ folded }) => lengthWeight(folded)),
    },
  );
  return orderCandidates(rows as WordCandidate[], { words: words.length, sequence, passages });
}

/** A long word tells more than a short one of the same rarity: more of its letters can agree. */
function lengthWeight(folded: string): number {
  return (Math.min(folded.length, 12) / 6) ** 0.7;
}
