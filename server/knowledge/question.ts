import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type AlikeWord, type AskedWord, alikeWords } from './alike.ts';
import { sureShare } from './ranking.ts';
import { requestWordsOf } from './request-words.ts';
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
  /** Its words in their order, folded, stop words included, but for what is mere courtesy. */
  sequence: string[];
  /** How many passages the tenant has. */
  passages: number;
}

const textLengthMax = 2000;
const wordsMax = 32;
const sequenceMax = 4 * wordsMax;

/**
 * A question in terms of the tenant's passages. Its language is not guessed: each word is stemmed under every
 * language the tenant's documents are in, and is a stop word if it is one in `locale` or in all of these. Courtesies
 * that stand nowhere in the knowledge ("hello", "please tell me") are left out: they are no part of what is asked for.
 */
export async function readQuestion(
  tx: Tx,
  tenantId: TenantId,
  { text, locale }: { text: string; locale: string },
): Promise<ReadQuestion> {
  const { passages, languages } = await selectCorpus(tx, tenantId);
  const cut = text.slice(0, textLengthMax);
  const nothing = { words: [], sequence: sequenceOf(cut, new Set(), new Set()), passages };
  if (passages === 0) return nothing;
  const tried = [...new Set([locale.toLowerCase().split(/[-_]/)[0] ?? '', ...languages])];
  const { asked, stops } = await wordsAsked(tx, partsOf(cut).slice(0, sequenceMax), tried);
  if (asked.length === 0) return nothing;
  const alike = await alikeWords(tx, tenantId, asked);
  const codes = codesOf(cut).map(({ folded }) => folded);
  const read = asked.map((word, index) => ({ word, alike: alike[index] ?? [] }));
  const isKnown = (words: AlikeWord[]) => words.some(({ share }) => share >= sureShare);
  const written = partsOf(cut).map(({ folded }) => folded);
  const requests = requestWordsOf(written, tried);
  const telling = read.filter(each => isKnown(each.alike) || !requests.has(each.word.folded));
  const kept = telling.length > 0 ? telling : read;
  const courtesies = new Set(read.filter(each => !kept.includes(each)).map(({ word }) => word.folded));
  return {
    passages,
    sequence: sequenceOf(cut, stops, courtesies),
    words: kept.map(({ word, alike }) => withTerms(word, alike, codes)),
  };
}

/** Sentences of nothing but courtesies and stop words are left out, unless there is no other. */
function sequenceOf(text: string, stops: Set<string>, courtesies: Set<string>): string[] {
  const sentences = text.split(/(?<=[.!?…。！？])\s+|\n+/u).map(sentence =>
    wordsOf(sentence)
      .map(({ folded }) => folded)
      .filter(folded => !courtesies.has(folded)),
  );
  const telling = sentences.filter(sentence => sentence.some(folded => !stops.has(folded)));
  return (telling.length > 0 ? telling : sentences).flat().slice(0, sequenceMax);
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

/** The words a question asks for, and those that are stop words; the first language tried is the asker's own. */
async function wordsAsked(
  tx: Tx,
  written: Word[],
  tried: string[],
): Promise<{ asked: AskedWord[]; stops: Set<string> }> {
  const [own = ''] = tried;
  const words = [...new Map(written.map(word => [word.folded, word])).values()];
  const stems = await stemsOf(
    tx,
    tried.flatMap(language => words.map(word => ({ language, ...word }))),
  );
  const stops = new Set<string>();
  const asked = words.flatMap(({ folded }) => {
    const found = tried.map(language => stems.get(`${language} ${folded}`));
    const stemmed = found.filter(stem => stem !== undefined);
    const isStop =
      stems.get(`${own} ${folded}`) === null || (stemmed.length > 0 && stemmed.every(stem => stem === null));
    if (!isStop) return [{ folded, stems: [...new Set(stemmed.flatMap(stem => stem ?? []))] }];
    stops.add(folded);
    return [];
  });
  return { asked: asked.slice(0, wordsMax), stops };
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
