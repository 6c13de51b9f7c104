import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { CountedWord } from './count-words.ts';
import { frequency } from './ranking.ts';
import { exactTerm, type StemKey } from './stems.ts';

/** Of what `postingsOf` makes. A higher one has every version indexed again, see `reindex.ts`. */
export const indexVersion = 2;

export interface IndexedPassage {
  language: string;
  wordCount: number;
  words: CountedWord[];
}

export interface Posting {
  term: string;
  ordinals: number[];
  weights: number[];
}

/** Each word once per language it stands in. */
export function wordsOfPassages(passages: IndexedPassage[]): StemKey[] {
  const keys = new Map<string, StemKey>();
  for (const { language, words } of passages)
    for (const { folded, lower } of words) keys.set(`${language} ${folded}`, { language, folded, lower });
  return [...keys.values()];
}

/** For every word the passages that hold it. Its stems and what looks like it are the vocabulary's business. */
export function postingsOf(passages: IndexedPassage[]): Posting[] {
  const postings = new Map<string, Posting>();
  for (const [ordinal, { words, wordCount }] of passages.entries()) {
    for (const { folded, count } of words) {
      const term = exactTerm(folded);
      const posting = postings.get(term) ?? { term, ordinals: [], weights: [] };
      posting.ordinals.push(ordinal);
      posting.weights.push(frequency(count, wordCount));
      postings.set(term, posting);
    }
  }
  return [...postings.values()];
}

/** As a few columns of arrays: thousands of rows with a placeholder for each value are slow to build. */
export async function insertPostings(
  tx: Tx,
  tenantId: TenantId,
  versionId: string,
  postings: Posting[],
): Promise<void> {
  const column = (values: (posting: Posting) => number[]) =>
    postings.map(posting => `{${values(posting).join()}}`);
  await tx.raw(
    `
    insert into passage_terms (tenant_id, version_id, term, ordinals, weights)
    select cast(:tenantId as uuid), cast(:versionId as uuid), term, cast(ordinals as integer[]),
      cast(weights as real[])
    from unnest(cast(:terms as text[]), cast(:ordinals as text[]), cast(:weights as text[]))
      as posting(term, ordinals, weights)`,
    {
      tenantId,
      versionId,
      terms: postings.map(({ term }) => term),
      ordinals: column(posting => posting.ordinals),
      weights: column(posting => posting.weights),
    },
  );
}
