const minute = 60_000;

/**
 * How long to wait before the next attempt, or null when there is none.
 *
 * Kommo: after 5 min, after 15 min when the last code was 0-99 or from 300 on; then after 15 min and after 1 h, only
 * when it was 499 or 5xx.
 */
export function retryAfterMs(attempts: number, lastStatus: number): number | null {
  const bad = lastStatus < 100 || lastStatus >= 300;
  const unwell = lastStatus === 499 || (lastStatus >= 500 && lastStatus <= 599);
  switch (attempts) {
    case 1:
      return bad ? 5 * minute : null;
    case 2:
      return bad ? 15 * minute : null;
    case 3:
      return unwell ? 15 * minute : null;
    case 4:
      return unwell ? 60 * minute : null;
    default:
      return null;
  }
}

/** Kommo: a status from 100 to 299 within two seconds. */
export function isDelivered(status: number): boolean {
  return status >= 100 && status <= 299;
}

const windowSeconds = 2 * 3600;
const invalidMax = 100;

/** The invalid answers of the last two hours, this one included, and whether they are one too many. */
export function countInvalid(invalidAt: number[], now: number): { invalidAt: number[]; disable: boolean } {
  const recent = [...invalidAt.filter(at => at > now - windowSeconds), now];
  return { invalidAt: recent, disable: recent.length > invalidMax };
}
