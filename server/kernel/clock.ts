import { LRUCache } from 'lru-cache';

/** The time, so that tests can move it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Seconds since 1970, as Kommo and JWTs count. */
export function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** The calendar day of `at` in an IANA time zone, as `YYYY-MM-DD`; an unknown zone counts as UTC. */
export function dayIn(timeZone: string, at: Date): string {
  return dateFormat('en-CA', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** Making a formatter costs a hundred times what using it does. */
const formats = new LRUCache<string, Intl.DateTimeFormat>({ max: 1000 });

/** A formatter in a language and time zone; English and UTC where the platform knows no such language or zone. */
export function dateFormat(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, timeZone, options]);
  const known = formats.get(key);
  if (known) return known;
  const made = makeFormat(locale, timeZone, options);
  formats.set(key, made);
  return made;
}

function makeFormat(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  for (const [language, zone] of [
    [locale, timeZone],
    [locale, 'UTC'],
  ] as const) {
    try {
      return new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    } catch {
      // Names of languages and zones come from accounts; the next best is tried.
    }
  }
  return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
}
