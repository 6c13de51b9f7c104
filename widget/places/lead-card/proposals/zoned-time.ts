const two = (n: number): string => String(n).padStart(2, '0');

function formatOf(timezone: string | undefined): Intl.DateTimeFormat {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const options = { ...parts, second: '2-digit', hourCycle: 'h23', calendar: 'iso8601' } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...options, ...(timezone && { timeZone: timezone }) });
  } catch {
    // A zone that this browser does not know: its own clock is better than none.
    return new Intl.DateTimeFormat('en', options);
  }
}

/** The wall clock of a zone at an instant, as if it were UTC. */
function wallClock(at: number, format: Intl.DateTimeFormat): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** What a field for date and time shows for an instant, on the account's clock; empty for what is no time. */
export function toFieldTime(iso: unknown, timezone: string | undefined): string {
  const at = typeof iso === 'string' || typeof iso === 'number' ? new Date(iso).getTime() : Number.NaN;
  if (Number.isNaN(at)) return '';
  const clock = new Date(wallClock(at, formatOf(timezone)));
  const day = `${clock.getUTCFullYear()}-${two(clock.getUTCMonth() + 1)}-${two(clock.getUTCDate())}`;
  return `${day}T${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}`;
}

/** The instant that such a field means on the account's clock; a time that the change of clocks skips is moved on. */
export function fromFieldTime(field: string, timezone: string | undefined): string | null {
  const wanted = Date.parse(`${field}Z`);
  if (Number.isNaN(wanted)) return null;
  const format = formatOf(timezone);
  // Twice: the first guess may lie on the other side of a change of clocks.
  let at = wanted;
  for (let round = 0; round < 2; round += 1) at += wanted - wallClock(at, format);
  if (wallClock(at, format) !== wanted) at = Math.max(at, at + wanted - wallClock(at, format));
  return new Date(at).toISOString();
}
