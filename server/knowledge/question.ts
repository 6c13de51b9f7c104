import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type AlikeWord, type AskedWord, alikeWords } from './alike.ts';
import { exactTerm, stemsOf } from './stems.ts';
import { codesOf, partsOf, type Word, wordsOf } from './words.ts';

/** One word of a question and the terms by which passages may hold it. */
export interface QuestionWord {
  folded: string;
  /** `share` is below 1 where the term only resembles what was asked. */
  terms: { term: string; share: number }[];
}

export interface ReadQuestion {
  words: QuestionWord[];
  /** All its words in their order, folded, stop words included. */
  sequence: string[];
  /** How many passages the tenant has. */
  passages: number;
}

const textLengthMax = 2000;
const wordsMax = 32;
const sequenceMax = 4 * wordsMax;

/**
 * A question in terms of the tenant's passages. Its language is not guessed: each word is stemmed under every
 * language the tenant's documents are in, and is a stop word if it is one in `locale` or in all of these.
 */
export async function readQuestion(
  tx: Tx,
  tenantId: TenantId,
  { text, locale }: { text: string; locale: string },
): Promise<ReadQuestion> {
  const { passages, languages } = await selectCorpus(tx, tenantId);
  const cut = text.slice(0, textLengthMax);
  const sequence = wordsOf(cut)
    .slice(0, sequenceMax)
    .map(({ folded }) => folded);
  if (passages === 0) return { words: [], sequence, passages };
  const asked = await wordsAsked(tx, partsOf(cut).slice(0, sequenceMax), languages, locale);
  if (asked.length === 0) return { words: [], sequence, passages };
  const alike = await alikeWords(tx, tenantId, asked);
  const codes = codesOf(cut).map(({ folded }) => folded);
  return {
    passages,
    sequence,
    words: asked.map((word, index) => withTerms(word, alike[index] ?? [], codes)),
  };
}

/**
 * Stems are terms too, for versions that were indexed before there was a vocabulary; and a code is a term of each
 * of its parts, so that who writes it apart asks for no more than who writes it together.
 */
function withTerms({ folded, stems }: AskedWord, alike: AlikeWord[], codes: string[]): QuestionWord {
  const terms = new Map(alike.map(({ word, share }) => [exactTerm(word), share]));
  for (const term of [exactTerm(folded), folded, ...stems]) terms.set(term, 1);
  for (const code of codes) if (code.includes(folded)) terms.set(exactTerm(code), 1);
  return { folded, terms: [...terms].map(([term, share]) => ({ term, share })) };
}

async function wordsAsked(
  tx: Tx,
  written: Word[],
  languages: string[],
  locale: string,
): Promise<AskedWord[]> {
  const own = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  const asked = [...new Map(written.map(word => [word.folded, word])).values()];
  const tried = [...new Set([own, ...languages])];
  const stems = await stemsOf(
    tx,
    tried.flatMap(language => asked.map(word => ({ language, ...word }))),
  );
  return asked
    .flatMap(({ folded }) => {
      const found = tried.map(language => stems.get(`${language} ${folded}`));
      const stemmed = found.filter(stem => stem !== undefined);
      const stops = stemmed.filter(stem => stem === null).length;
      const isStop = stems.get(`${own} ${folded}`) === null || (stops > 0 && stops === stemmed.length);
      return isStop ? [] : [{ folded, stems: [...new Set(stemmed.flatMap(stem => stem ?? []))] }];
    })
    .slice(0, wordsMax);
}

async function selectCorpus(tx: Tx, tenantId: TenantId): Promise<{ passages: number; languages: string[] }> {
  const { rows } = await tx.raw(
    `
    with current as materialized (
      select v.passage_count, v.languages from documents d
      join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
      where d.tenant_id = :tenantId and d.current_version_id is not null
    )
    select coalesce(sum(passage_count), 0)::int as passages,
      coalesce((select array_agg(distinct language) from current cross join unnest(languages) as language), '{}')
        as languages
    from current`,
    { tenantId },
  );
  return rows[0];
}
