import type { DateTime } from 'luxon';

type Moment = DateTime<true>;
interface Deadline {
  words: RegExp;
  due(now: Moment, match: RegExpExecArray): Moment;
}

const numbers: Record<string, number> = {
  un: 1, una: 1, um: 1, uma: 1, one: 1, an: 1, a: 1, 'un par de': 2, 'um par de': 2, 'unas pocas': 3, 'algunas': 3, 'algumas': 3,
  'unos': 3, 'unos pocos': 3, 'alguns': 3,
  dos: 2, dois: 2, duas: 2, tres: 3, 'três': 3, cuatro: 4, quatro: 4, cinco: 5, seis: 6, siete: 7, sete: 7, ocho: 8, oito: 8,
  nueve: 9, nove: 9, diez: 10, dez: 10,
}; // biome-ignore format: a table
const amount = `(?<amount>\\d{1,3}|${Object.keys(numbers)
  .sort((a, b) => b.length - a.length)
  .join('|')})`;
const units: [RegExp, 'minutes' | 'hours' | 'days' | 'weeks' | 'months'][] = [
  [/^min/, 'minutes'],
  [/^h/, 'hours'],
  [/^d/, 'days'],
  [/^sem/, 'weeks'],
  [/^m[eê]s/, 'months'],
];
const fewMonths: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  six: 6,
  два: 2,
  три: 3,
  четыре: 4,
  шесть: 6,
};
const weekdaysTo = ['понедельнику', 'вторнику', 'среде', 'четвергу', 'пятнице', 'субботе', 'воскресенью'];

const word = (pattern: string) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'iu');
const endOfDay = (at: Moment) => at.set({ hour: 23, minute: 59 }).startOf('minute');
/** Of this week, or its last day once that has passed. */
const friday = (at: Moment) => endOfDay(at.set({ weekday: at.weekday > 5 ? 7 : 5 }));
/** On the named day that comes next; today's name means a week from now. */
const nextWeekday = (now: Moment, weekday: number) =>
  endOfDay(now.plus({ days: (weekday - now.weekday + 7) % 7 || 7 }));

/** What chrono does not know, or takes for something shorter ("pasado mañana" holds "mañana"). */
export const knownDeadlines: Deadline[] = [
  { words: word('pasado ma[ñn]ana|depois de amanh[ãa]'), due: now => endOfDay(now.plus({ days: 2 })) },
  {
    words: word(
      'next week|(?:la )?pr[oó]xima semana|(?:la |na )?semana que (?:viene|vem)|на (?:следующей|будущей) неделе',
    ),
    due: now => endOfDay(now.plus({ weeks: 1 }).set({ weekday: 5 })),
  },
  {
    words: word(
      '(?:by |before |at )?(?:the )?end of (?:the |this )?week|eow|(?:a |para )?fin(?:al|ales)? de (?:esta |la )?semana|(?:at[eé] o )?fi[nm](?:al)? da semana|(?:en |n)?[ae]sta semana|(?:n)?essa semana|this week|(?:до конца|к концу|в конце) недели|на этой неделе',
    ),
    due: friday,
  },
  {
    words: word(
      '(?:by |at )?(?:the )?end of (?:the |this )?month|(?:a |para )?fin(?:al|ales)? de(?:l)? mes|(?:at[eé] o |no )?fi[nm](?:al)? do m[eê]s|(?:до конца|к концу|в конце) месяца',
    ),
    due: now => endOfDay(now.endOf('month')),
  },
  {
    words: word(
      'next month|(?:el )?mes que viene|(?:el )?pr[oó]ximo m[eê]s|m[eê]s que vem|в следующем месяце',
    ),
    due: now => endOfDay(now.plus({ months: 1 }).endOf('month')),
  },
  {
    words: word(
      `(?:en|dentro de|em|daqui a|no prazo de|en un plazo de|en las pr[oó]ximas|nas pr[oó]ximas|en menos de|em at[eé]|em menos de) ${amount} (?<unit>minutos?|horas?|d[ií]as?(?: [uú]te(?:is|l)| h[aá]biles)?|semanas?|mes(?:es)?|m[eê]s)`,
    ),
    due: (now, { groups }) => {
      const unit =
        units.find(([pattern]) => pattern.test((groups?.['unit'] ?? '').toLowerCase()))?.[1] ?? 'days';
      const given = (groups?.['amount'] ?? '').toLowerCase();
      const later = now.plus({ [unit]: numbers[given] ?? Number(given) });
      return unit === 'minutes' || unit === 'hours' ? later : endOfDay(later);
    },
  },
  {
    // Months of the calendar: chrono's month after 31 January is 3 March.
    words: word(
      `in (?<months>\\d{1,2}|an?|one|two|three|four|six) months?|через (?:(?<mesyats>\\d{1,2}|два|три|четыре|шесть) )?месяц(?:а|ев)?`,
    ),
    due: (now, { groups }) => {
      const given = (groups?.['months'] ?? groups?.['mesyats'] ?? 'one').toLowerCase();
      return endOfDay(now.plus({ months: fewMonths[given] ?? Number(given) }));
    },
  },
  {
    words: word(
      '(?:(?:na|at[eé]|para|pra|de) )?(?:pr[oó]xima )?(?:(?<two>ter[çc]a)|(?<three>quarta)|(?<four>quinta)|(?<five>sexta))-feira',
    ),
    due: (now, { groups }) =>
      nextWeekday(now, ['two', 'three', 'four', 'five'].findIndex(day => groups?.[day]) + 2),
  },
  {
    words: word(`ко? (?<day>${weekdaysTo.join('|')})`),
    due: (now, { groups }) => nextWeekday(now, weekdaysTo.indexOf((groups?.['day'] ?? '').toLowerCase()) + 1),
  },
  {
    words: word(
      '(?:(?:on|by) (?:the )?(?<day>3[01]|[12]?\\d)(?:st|nd|rd|th)|(?:el |para el |no |at[eé] o )?d[ií]a (?<dia>3[01]|[12]?\\d))(?! ?(?:of|de|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez|[/.:]\\d))',
    ),
    due: (now, { groups }) => {
      const day = Math.max(1, Number(groups?.['day'] ?? groups?.['dia']));
      const month = day < now.day ? now.plus({ months: 1 }) : now;
      return endOfDay(month.set({ day: Math.min(day, month.daysInMonth) }));
    },
  },
];

/** Looked at only where chrono finds nothing. */
export const vagueDeadlines: Deadline[] = [
  {
    words: word(
      '(?:by |before )?(?:the )?end of (?:the |business )?day|eod|cob|(?:a |antes del? )?fin(?:al)? de(?:l)? d[ií]a|a lo largo del d[ií]a|durante el d[ií]a|(?:at[eé] o )?fi[nm](?:al)? do dia|ao longo do dia|до конца (?:рабочего )?дня|к концу дня|в течение дня|right away|right now|immediately|at once|straight away|enseguida|ahora mismo|en un rato|en un momento|daqui a pouco|logo mais|в скором времени сегодня|de inmediato|inmediatamente|agora mesmo|imediatamente|j[aá] j[aá]|прямо сейчас|сейчас(?: же)?|немедленно|сразу же',
    ),
    due: now => endOfDay(now),
  },
  {
    words: word('first thing(?: in the morning)?|a primera hora|logo cedo|logo pela manh[ãa]|с утра'),
    due: now => endOfDay(now.plus({ days: 1 })),
  },
  {
    words: word(
      'in the (?:coming|next(?: few)?) days|en los pr[oó]ximos d[ií]as|nos pr[oó]ximos dias|в ближайшие (?:\\p{L}+ )?дни',
    ),
    due: now => endOfDay(now.plus({ days: 3 })),
  },
];
