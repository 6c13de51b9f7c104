import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { correctionsOf } from './corrections.ts';
import { inverseFrequency } from './ranking.ts';
import { exactTerm, stemsOf } from './stems.ts';
import { wordsOf } from './words.ts';

/** One word of a question and the terms by which passages may hold it. */
export interface QuestionWord {
  /** How much it tells; counts in full towards what a passage should cover. */
  weight: number;
  /** `share` is below 1 where the term is a guess at what was meant. */
  terms: { term: string; share: number }[];
}

const textLengthMax = 2000;
const wordsMax = 32;
/** A word nobody ever wrote here tells less than a rare one that somebody did: it is often mere politeness. */
const unknownShare = 0.6;

/**
 * A question in terms of the tenant's passages. Its language is not guessed: each word is stemmed under every
 * language the tenant's documents are in, and is a stop word if it is one in `locale` or in all of these.
 */
export async function readQuestion(
  tx: Tx,
  tenantId: TenantId,
  { text, locale }: { text: string; locale: string },
): Promise<QuestionWord[]> {
  const { passages, languages } = await selectCorpus(tx, tenantId);
  if (passages === 0) return [];
  const asked = await termsOfQuestion(tx, text, languages, locale);
  const known = await countHolding(
    tx,
    tenantId,
    asked.flatMap(({ terms }) => terms),
  );
  const holding = (terms: string[]) => Math.max(0, ...terms.map(term => known.get(term) ?? 0));
  const unknown = asked.filter(({ terms }) => holding(terms) === 0).map(({ folded }) => folded);
  const corrections = await correctionsOf(tx, tenantId, unknown);
  const corrected = await correctedTerms(tx, languages, [...corrections.values()].flat());
  const knownToo = await countHolding(tx, tenantId, [...corrected.values()].flat());
  return asked.map(({ folded, terms }) => {
    const count = holding(terms);
    if (count > 0) {
      return { weight: inverseFrequency(passages, count), terms: terms.map(term => ({ term, share: 1 })) };
    }
    const guesses = (corrections.get(folded) ?? []).flatMap(({ word, share }) =>
      (corrected.get(word) ?? []).map(term => ({ term, share })),
    );
    const guessed = Math.max(0, ...guesses.map(({ term }) => knownToo.get(term) ?? 0));
    return guessed > 0
      ? { weight: inverseFrequency(passages, guessed), terms: guesses }
      : { weight: unknownShare * inverseFrequency(passages, 0), terms: [] };
  });
}

interface AskedWord {
  folded: string;
  terms: string[];
}

async function termsOfQuestion(
  tx: Tx,
  text: string,
  languages: string[],
  locale: string,
): Promise<AskedWord[]> {
  const own = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  const words = new Map(wordsOf(text.slice(0, textLengthMax)).map(word => [word.folded, word]));
  const asked = [...words.values()].slice(0, 4 * wordsMax);
  const tried = [...new Set([own, ...languages])];
  const stems = await stemsOf(
    tx,
    tried.flatMap(language => asked.map(word => ({ language, ...word }))),
  );
  return asked
    .flatMap(({ folded }) => {
      // The word may itself be the stem of its longer forms, which stemmers of Turkish and Finnish do not see.
      const found = new Set<string>([folded]);
      let stops = 0;
      let stemmers = 0;
      for (const language of tried) {
        const stemmed = stems.get(`${language} ${folded}`);
        if (stemmed === undefined) continue;
        stemmers += 1;
        if (stemmed === null) stops += 1;
        else for (const stem of stemmed) found.add(stem);
      }
      const isStop = stems.get(`${own} ${folded}`) === null || (stops > 0 && stops === stemmers);
      return isStop ? [] : [{ folded, terms: [exactTerm(folded), ...found] }];
    })
    .slice(0, wordsMax);
}

async function correctedTerms(
  tx: Tx,
  languages: string[],
  corrections: { word: string }[],
): Promise<Map<string, string[]>> {
  const words = [...new Set(corrections.map(({ word }) => word))];
  if (words.length === 0) return new Map();
  const keys = languages.flatMap(language => words.map(word => ({ language, folded: word, lower: word })));
  const stems = await stemsOf(tx, keys);
  return new Map(
    words.map(word => {
      const found = languages.flatMap(language => stems.get(`${language} ${word}`) ?? []);
      return [word, [exactTerm(word), ...new Set(found)]];
    }),
  );
}

async function selectCorpus(tx: Tx, tenantId: TenantId): Promise<{ passages: number; languages: string[] }> {
  const { rows } = await tx.raw(
    `
    select coalesce(sum(v.passage_count), 0)::int as passages,
      coalesce((select array_agg(distinct spoken.language) from documents d
        join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
        cross join unnest(v.languages) as spoken(language)
        where d.tenant_id = :tenantId and d.current_version_id is not null), '{}') as languages
    from documents d
    join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
    where d.tenant_id = :tenantId and d.current_version_id is not null`,
    { tenantId },
  );
  return rows[0];
}

/** In how many searchable passages each term stands. */
async function countHolding(tx: Tx, tenantId: TenantId, terms: string[]): Promise<Map<string, number>> {
  if (terms.length === 0) return new Map();
  const { rows } = await tx.raw(
    `
    with posted as materialized (
      select term, version_id, cardinality(ordinals) as passages from passage_terms
      where tenant_id = :tenantId and term = any(cast(:terms as text[]))
    )
    select t.term, sum(t.passages)::int as holding
    from posted t
    join documents d on d.tenant_id = :tenantId and d.current_version_id = t.version_id
    group by t.term`,
    { tenantId, terms: [...new Set(terms)] },
  );
  return new Map((rows as { term: string; holding: number }[]).map(row => [row.term, row.holding]));
}
