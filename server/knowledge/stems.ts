import type { Tx } from '../db/index.ts';
import { stemmerOf } from './languages.ts';

export interface StemKey {
  language: string;
  folded: string;
  lower: string;
}

/** A word as it is, told apart from stems, which could look the same. */
export function exactTerm(folded: string): string {
  return `=${folded}`;
}

const wordsPerQuestion = 5000;

/**
 * The stems of words by PostgreSQL's Snowball dictionaries, keyed `<language> <folded>`: null for a stop
 * word, missing where the language has no stemmer.
 *
 * Accents are folded before stemming, so that both spellings of a word get one stem; a stop word is known
 * by its proper spelling too, because the lists are not folded.
 */
export async function stemsOf(tx: Tx, keys: StemKey[]): Promise<Map<string, string | null>> {
  const stems = new Map<string, string | null>();
  for (const language of new Set(keys.map(key => key.language))) {
    const dictionary = stemmerOf(language);
    if (dictionary === null) continue;
    const ours = keys.filter(key => key.language === language);
    for (let at = 0; at < ours.length; at += wordsPerQuestion) {
      const batch = ours.slice(at, at + wordsPerQuestion);
      const { rows } = await tx.raw(
        `
        select folded, ts_lexize(cast(:dictionary as regdictionary), folded) as stem,
          ts_lexize(cast(:dictionary as regdictionary), lower) = '{}' as stop
        from unnest(cast(:folded as text[]), cast(:lower as text[])) as word(folded, lower)`,
        { dictionary, folded: batch.map(key => key.folded), lower: batch.map(key => key.lower) },
      );
      for (const { folded, stem, stop } of rows as { folded: string; stem: string[]; stop: boolean }[]) {
        stems.set(`${language} ${folded}`, stop ? null : (stem[0] ?? null));
      }
    }
  }
  return stems;
}
