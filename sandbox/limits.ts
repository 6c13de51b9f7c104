import type { Clock } from './clock.ts';

const requestsPerSecond = 7;

/** Kommo: seven requests a second. Off until a test asks for it. */
export interface Limiter {
  enabled: boolean;
  /** Counts one request; false when it is one too many. */
  admit(): boolean;
}

export function openLimiter(clock: Clock): Limiter {
  let recent: number[] = [];
  return {
    enabled: false,
    admit() {
      if (!this.enabled) return true;
      const nowMs = clock.nowMs();
      // A clock that was turned back leaves calls in the future, which are none of this second's.
      recent = recent.filter(at => Math.abs(nowMs - at) < 1000);
      if (recent.length >= requestsPerSecond) return false;
      recent.push(nowMs);
      return true;
    },
  };
}
