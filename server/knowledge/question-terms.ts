import type { Tx } from '../db/index.ts';
import { languageOf } from './extraction/language.ts';
import { stemsOf } from './stems.ts';
import { wordsOf } from './words.ts';

export interface QuestionTerms {
  language: string;
  /** Each word by its stem, filler left out, in order and once. */
  terms: string[];
}

/** What a question is about, in terms that do not depend on how its words are bent. */
export async function questionTerms(tx: Tx, text: string, usual: string): Promise<QuestionTerms> {
  const language = languageOf(text) ?? usual.toLowerCase().split(/[-_]/)[0] ?? 'und';
  const words = wordsOf(text.slice(0, 2_000));
  const stems = await stemsOf(
    tx,
    words.map(word => ({ language, ...word })),
  );
  const terms = words.flatMap(({ folded }) => {
    const found = stems.get(`${language} ${folded}`);
    return found === null ? [] : [found?.[0] ?? folded];
  });
  return { language, terms: [...new Set(terms)].slice(0, 32) };
}
