import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { editsBetween } from './corrections.ts';
import { threesOf } from './letters.ts';
import { isWordlike, stemKey, threeKey } from './vocabulary.ts';

export interface AskedWord {
  folded: string;
  stems: string[];
}

/** A word of the tenant's passages that may be what was asked for; `share` is 1 where it surely is. */
export interface AlikeWord {
  word: string;
  share: number;
}

/** A word with all the same letters in a row counts this much; with a part of them, that part of it. */
const likenessShare = 0.9;
const likenessMin = 0.15;
const alikeMax = 60;
const sharePerEdit = 0.85;
/** Whoever slips rarely does so at the first letter: such a word is found, but vouches for no answer. */
const otherFirstLetterShare = 0.65;
/** About how many words a vocabulary has: only how rare letters are beside each other depends on it. */
const vocabularyUsual = 10_000;
/** Endings that so many words have tell nothing, and reading them all takes time. */
const wordsPerKeyMax = 3000;

/**
 * For each word of a question the tenant's words that share its stem, and those that look like it: other forms,
 * compounds, words with slips of the finger. A word that stands nowhere counts as the words one letter away
 * from four letters on, two from eight on.
 */
export async function alikeWords(tx: Tx, tenantId: TenantId, asked: AskedWord[]): Promise<AlikeWord[][]> {
  const wanted = asked.flatMap(({ folded, stems }, word) => [
    ...[...new Set([folded, ...stems])].map(stem => ({ word, key: stemKey(stem), isStem: true })),
    ...(isWordlike(folded)
      ? threesOf(folded).map(three => ({ word, key: threeKey(three), isStem: false }))
      : []),
  ]);
  const { rows } = await tx.raw(
    `
    with held as materialized (
      select key, words, cardinality(words) as many from search_keys
      where tenant_id = :tenantId and key = any(cast(:keys as text[]))
    ), weighed as materialized (
      select asked.word as place, asked.stem, held.words, coalesce(held.many, 0) as many,
        ln(1 + cast(:vocabularyUsual as float8) / (1 + coalesce(held.many, 0))) as weight
      from unnest(cast(:places as int[]), cast(:keys as text[]), cast(:stems as boolean[])) as asked(word, key, stem)
      left join held on held.key = asked.key
    ), total as (
      select place, sum(weight) as weight from weighed where not stem group by place
    ), found as (
      select weighed.place, word, bool_or(stem) as stem,
        coalesce(sum(weight) filter (where not stem), 0) as weight
      from weighed cross join unnest(words) as word
      where stem or many <= :wordsPerKeyMax
      group by weighed.place, word
    ), placed as (
      select found.place, found.word, found.stem, found.weight / greatest(total.weight, 0.001) as likeness,
        row_number() over (partition by found.place order by found.stem desc, found.weight desc, found.word) as rank
      from found left join total on total.place = found.place
    )
    select place, word, stem, coalesce(likeness, 0) as likeness from placed where rank <= :candidatesMax`,
    {
      tenantId,
      vocabularyUsual,
      wordsPerKeyMax,
      candidatesMax: 2 * alikeMax,
      places: wanted.map(({ word }) => word),
      keys: wanted.map(({ key }) => key),
      stems: wanted.map(({ isStem }) => isStem),
    },
  );
  const found = rows as { place: number; word: string; stem: boolean; likeness: number }[];
  return asked.map(({ folded }, place) => {
    const candidates = found.filter(candidate => candidate.place === place);
    const isKnown = candidates.some(({ stem, word }) => stem || word === folded);
    return candidates
      .map(({ word, stem, likeness }) => ({
        word,
        share:
          stem || word === folded
            ? 1
            : Math.max(
                likeness >= likenessMin ? likenessShare * likeness : 0,
                isKnown ? 0 : shareOfSlip(folded, word),
              ),
      }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share || (a.word < b.word ? -1 : 1))
      .slice(0, alikeMax);
  });
}

function shareOfSlip(asked: string, word: string): number {
  if (asked.length < 4) return 0;
  const edits = editsBetween(asked, word, asked.length >= 8 ? 2 : 1);
  if (edits === null) return 0;
  return asked[0] === word[0] ? sharePerEdit ** edits : otherFirstLetterShare;
}
