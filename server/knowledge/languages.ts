/** Languages whose words are reduced to stems, by the name of PostgreSQL's Snowball dictionary. */
const stemmers = {
  ar: 'arabic_stem',
  da: 'danish_stem',
  de: 'german_stem',
  en: 'english_stem',
  es: 'spanish_stem',
  fi: 'finnish_stem',
  fr: 'french_stem',
  hu: 'hungarian_stem',
  id: 'indonesian_stem',
  it: 'italian_stem',
  nl: 'dutch_stem',
  no: 'norwegian_stem',
  pt: 'portuguese_stem',
  ro: 'romanian_stem',
  ru: 'russian_stem',
  sv: 'swedish_stem',
  tr: 'turkish_stem',
} as const;

export type LanguageCode = keyof typeof stemmers;

export const languageCodes = Object.keys(stemmers) as LanguageCode[];

/** Null for languages without a stemmer, whose words match only as they are written. */
export function stemmerOf(language: string): string | null {
  return Object.hasOwn(stemmers, language) ? stemmers[language as LanguageCode] : null;
}
