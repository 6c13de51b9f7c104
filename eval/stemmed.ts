import type { Db } from '../server/db/index.ts';
import type { Language } from './data.ts';

const dictionaries: Record<Language, string> = {
  en: 'english_stem',
  es: 'spanish_stem',
  pt: 'portuguese_stem',
  ru: 'russian_stem',
  de: 'german_stem',
  tr: 'turkish_stem',
};

/** Words to Snowball stems without stop words, as a search by a person of the trade would: for the BM25 to beat. */
export async function stemmed(
  db: Db,
  language: Language,
  texts: string[],
): Promise<(words: string[]) => string[]> {
  const words = [...new Set(texts.flatMap(text => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []))];
  const stems = new Map<string, string[]>();
  for (let at = 0; at < words.length; at += 5000) {
    const { rows } = await db.withoutTenant(tx =>
      tx.raw(
        `select word, ts_lexize(cast(:dictionary as regdictionary), word) as stems
        from unnest(cast(:words as text[])) as asked(word)`,
        { dictionary: dictionaries[language], words: words.slice(at, at + 5000) },
      ),
    );
    for (const row of rows as { word: string; stems: string[] | null }[])
      stems.set(row.word, row.stems ?? [row.word]);
  }
  return asked => asked.flatMap(word => stems.get(word) ?? [word]);
}
