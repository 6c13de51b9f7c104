export type Times = {
  /** Short: the hour today, the day and the hour before. */
  short(at: string): string;
  /** Date and hour in full. */
  full(at: string): string;
};

/** Times as the account's clock shows them, in the rep's language. */
export function openTimes(locale: string, timezone: string | undefined, now: () => number = Date.now): Times {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    try {
      return new Intl.DateTimeFormat(locale, { ...options, ...(timezone && { timeZone: timezone }) });
    } catch {
      // A zone that this browser does not know: its own clock is better than none.
      return new Intl.DateTimeFormat(locale, options);
    }
  };
  const hour = format({ hour: '2-digit', minute: '2-digit' });
  const day = format({ dateStyle: 'short' });
  const dayAndHour = format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const full = format({ dateStyle: 'long', timeStyle: 'short' });
  const show = (at: string, draw: (date: Date) => string): string => {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? '' : draw(date);
  };
  return {
    short: at => show(at, date => (day.format(date) === day.format(now()) ? hour : dayAndHour).format(date)),
    full: at => show(at, date => full.format(date)),
  };
}
