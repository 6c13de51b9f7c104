import * as chrono from 'chrono-node';
import { DateTime } from 'luxon';
import { knownDeadlines, vagueDeadlines } from './deadlines.ts';

export interface When {
  dueAt: Date;
  /** The text without the words that named the time. */
  rest: string;
}

/** Kommo shows a task that ends in the last minute of a day as one for the whole day. */
const wholeDay = { hour: 23, minute: 59 };

export interface Context {
  locale: string;
  now: Date;
  timeZone: string;
}

/**
 * Reads when something is due from a rep's words, such as "tomorrow 10:00 call Anna", in the rep's language or
 * English. Days and hours are those of the account's time zone. A day without an hour means the whole day, no
 * time at all means today, and an hour that has passed means tomorrow's.
 */
export function readWhen(text: string, context: Context): When {
  return (
    findWhen(text, context) ?? {
      dueAt: inZone(context.now, context.timeZone).set(wholeDay).startOf('minute').toJSDate(),
      rest: text.trim(),
    }
  );
}

/** The same, or null where the text names no time. */
export function findWhen(text: string, { locale, now, timeZone }: Context): When | null {
  const zoned = inZone(now, timeZone);
  const known = byWords(text, knownDeadlines, zoned);
  if (known) return withHour(known, locale, zoned);
  const spelled = spellHours(text);
  const found = parse(spelled, locale, zoned);
  if (!found) return byWords(text, vagueDeadlines, zoned);
  const { start } = found;
  const named = start.isCertain('hour')
    ? { hour: start.get('hour') ?? 0, minute: start.get('minute') ?? 0 }
    : wholeDay;
  // Not chrono's own date: it takes the offset of today, which clocks may have changed by then.
  let due = DateTime.fromObject(
    { year: start.get('year') ?? 0, month: start.get('month') ?? 1, day: start.get('day') ?? 1, ...named },
    { zone: zoned.zone },
  );
  if (!namesDay(start) && due < zoned) due = due.plus({ days: 1 });
  return { dueAt: due.toJSDate(), rest: without(spelled, found.index, found.text.length) };
}

/** "In two weeks at ten": the hour of a day that was named by words of our own. */
function withHour(known: When, locale: string, zoned: DateTime<true>): When {
  const due = DateTime.fromJSDate(known.dueAt, { zone: zoned.zone });
  if (due.hour !== wholeDay.hour || due.minute !== wholeDay.minute) return known;
  const spelled = spellHours(known.rest);
  const found = parse(spelled, locale, zoned);
  const start = found?.start;
  if (!found || !start?.isCertain('hour') || namesDay(start)) return known;
  const at = { hour: start.get('hour') ?? 0, minute: start.get('minute') ?? 0 };
  return { dueAt: due.set(at).toJSDate(), rest: without(spelled, found.index, found.text.length) };
}

function namesDay(start: chrono.ParsedComponents): boolean {
  return (['day', 'weekday', 'month'] as const).some(part => start.isCertain(part));
}

function byWords(text: string, deadlines: typeof knownDeadlines, now: DateTime<true>): When | null {
  for (const { words, due } of deadlines) {
    const match = words.exec(text);
    if (match)
      return { dueAt: due(now, match).toJSDate(), rest: without(text, match.index, match[0].length) };
  }
  return null;
}

function without(text: string, start: number, length: number): string {
  const before = text.slice(0, start).replace(dangling, '');
  const rest = `${before} ${text.slice(start + length).replace(trailing, '')}`;
  return rest.replaceAll(/\s+/g, ' ').replace(/^[\s,;:–-]+|[\s,;:–-]+$/g, '');
}

/** What belongs to the words of a time and not to what is to be done. */
const dangling = /(?<!\p{L})(?:a|el|la|no|na|em|en|at|on|by|para el|pr[oó]xim[oa]|el pr[oó]ximo)\s*$/iu;
const trailing = /^\s*(?:que viene|que vem)(?!\p{L})/iu;

function inZone(now: Date, timeZone: string): DateTime<true> {
  const zoned = DateTime.fromJSDate(now, { zone: timeZone });
  return (zoned.isValid ? zoned : DateTime.fromJSDate(now, { zone: 'utc' })) as DateTime<true>;
}

function parse(text: string, locale: string, zoned: DateTime<true>): chrono.ParsedResult | undefined {
  const reference = { instant: zoned.toJSDate(), timezone: zoned.offset };
  const own = parsers[locale.toLowerCase().split(/[-_]/)[0] ?? 'en'] ?? chrono.en;
  let longest: chrono.ParsedResult | undefined;
  // A rep may write the words of their language or English ones: who understands more of the text is right.
  for (const language of new Set([own, chrono.en])) {
    const [first] = language.parse(text, reference, { forwardDate: true });
    if (first && first.text.length > (longest?.text.length ?? 0)) longest = first;
  }
  return longest;
}

const parsers: Record<string, Pick<typeof chrono.en, 'parse'>> = {
  en: chrono.en,
  es: chrono.es,
  pt: chrono.pt,
  ru: chrono.ru,
};

const hourWords = [
  ['one', 'una', 'uma', 'час'],
  ['two', 'dos', 'duas', 'два'],
  ['three', 'tres', 'três', 'три'],
  ['four', 'cuatro', 'quatro', 'четыре'],
  ['five', 'cinco', 'cinco', 'пять'],
  ['six', 'seis', 'seis', 'шесть'],
  ['seven', 'siete', 'sete', 'семь'],
  ['eight', 'ocho', 'oito', 'восемь'],
  ['nine', 'nueve', 'nove', 'девять'],
  ['ten', 'diez', 'dez', 'десять'],
  ['eleven', 'once', 'onze', 'одиннадцать'],
  ['twelve', 'doce', 'doze', 'двенадцать'],
];
const hourOf = new Map(
  hourWords.flatMap((spellings, index) => spellings.map(word => [word, index + 1] as const)),
);
const spelledHour = new RegExp(
  `(?<![\\p{L}\\d])(at|a las|a la|às|as|à|в)\\s+(${[...hourOf.keys()].join('|')})(?![\\p{L}\\d])`,
  'giu',
);

/** Hours as words and "15h" become figures, which the date parser knows in every language. */
function spellHours(text: string): string {
  return text
    .replaceAll(spelledHour, (_, at: string, word: string) => `${at} ${hourOf.get(word.toLowerCase())}:00`)
    .replaceAll(
      /(?<=\d{1,2})\s?h(?!\p{L})(?:(\d{2})(?!\d))?/giu,
      (_, minutes?: string) => `:${minutes ?? '00'}`,
    );
}
