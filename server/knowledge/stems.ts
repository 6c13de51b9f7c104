import type { Tx } from '../db/index.ts';
import { stemmerOf } from './languages.ts';
import { fold } from './words.ts';

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
 * A word has up to two: of its proper spelling, which the rules are made for, and of the spelling without
 * accents, which people type. A question without accents shares the second with the documents.
 */
export async function stemsOf(tx: Tx, keys: StemKey[]): Promise<Map<string, string[] | null>> {
  const stems = new Map<string, string[] | null>();
  const stemmable = keys.flatMap(key => {
    const dictionary = stemmerOf(key.language);
    return dictionary === null ? [] : [{ ...key, dictionary }];
  });
  for (let at = 0; at < stemmable.length; at += wordsPerQuestion) {
    const batch = stemmable.slice(at, at + wordsPerQuestion);
    const { rows } = await tx.raw(
      `
      select ts_lexize(cast(dictionary as regdictionary), plain) as plain,
        ts_lexize(cast(dictionary as regdictionary), lower) as proper
      from unnest(cast(:dictionaries as text[]), cast(:plain as text[]), cast(:lower as text[]))
        with ordinality as word(dictionary, plain, lower, place)
      order by place`,
      {
        dictionaries: batch.map(key => key.dictionary),
        plain: batch.map(key => withUsualAccent(key.language, key.folded)),
        lower: batch.map(key => key.lower),
      },
    );
    for (const [index, { plain, proper }] of (rows as { plain: string[]; proper: string[] }[]).entries()) {
      const isStop = plain.length === 0 || proper.length === 0;
      const key = batch[index];
      if (key)
        stems.set(
          `${key.language} ${key.folded}`,
          isStop ? null : [...new Set([...plain, ...proper].map(fold))],
        );
    }
  }
  return stems;
}

/** Two endings so common that leaving out their accent would keep singular and plural apart. */
function withUsualAccent(language: string, folded: string): string {
  if (language === 'es') return folded.replace(/cion$/, 'ción');
  if (language === 'pt') return folded.replace(/cao$/, 'ção').replace(/coes$/, 'ções');
  return folded;
}
