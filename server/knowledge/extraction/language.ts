import { detectAll } from 'tinyld';
import { type LanguageCode, languageCodes } from '../languages.ts';

/** The language of a text among those we have stemmers for, or null where it cannot be told. */
export function languageOf(text: string): LanguageCode | null {
  const sample = text.slice(0, 6000);
  if (!/\p{L}{2}/u.test(sample)) return null;
  const [best, second] = detectAll(sample, { only: [...languageCodes] });
  if (!best || !isSupported(best.lang)) return null;
  if (second && best.accuracy < 1.2 * second.accuracy) return null;
  return best.lang;
}

function isSupported(code: string): code is LanguageCode {
  return (languageCodes as readonly string[]).includes(code);
}
