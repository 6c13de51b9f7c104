import { dateFormat } from '../kernel/index.ts';
import { en, type Texts } from './en.ts';
import { es } from './es.ts';
import { pt } from './pt.ts';
import { ru } from './ru.ts';

export type { Texts } from './en.ts';
export { findWhen, readWhen, type When } from './read-when.ts';

/** What the server itself says to people: whole sentences, the same keys in every locale. */
const byLanguage: Record<string, Texts> = { en, es, pt, ru };

export const locales = Object.keys(byLanguage);

/** The texts of a BCP 47 tag's language; English where we have none. */
export function textsFor(locale: string): Texts {
  return byLanguage[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? en;
}

/** Puts named values into a text: `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A moment in the account's time zone and the reader's language, such as "3 Mar 2026, 14:05". */
export function formatMoment(at: Date, locale: string, timeZone: string): string {
  return dateFormat(locale, timeZone, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
