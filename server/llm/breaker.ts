import type { Clock } from '../kernel/index.ts';
import { ModelRateLimited } from './errors.ts';

/**
 * Keeps a model that fails out of the way for a while, so that nobody waits for it in vain. Closed: asked as
 * usual. Open: passed over. Once the pause is over one caller tries it; whether that works decides.
 */
export interface Breaker {
  /** Whether to ask now. A true after a pause is given to one caller only. */
  admits(): boolean;
  succeeded(): void;
  failed(error: unknown): void;
}

const failuresMax = 3;
const pauseMs = 30_000;
const pauseMsMax = 300_000;
/** A caller that got the one try and never said what came of it blocks the next one for no longer. */
const tryMs = 60_000;

export function openBreaker(clock: Clock): Breaker {
  let failures = 0;
  let closedAgainAt = 0;
  return {
    admits() {
      const now = clock.now().getTime();
      if (now < closedAgainAt) return false;
      if (failures >= failuresMax) closedAgainAt = now + tryMs;
      return true;
    },
    succeeded() {
      failures = 0;
      closedAgainAt = 0;
    },
    failed(error) {
      failures += 1;
      const asked = error instanceof ModelRateLimited ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      const own = failures >= failuresMax ? pauseMs * 2 ** (failures - failuresMax) : 0;
      const pause = Math.min(Math.max(asked, own), pauseMsMax);
      closedAgainAt = pause > 0 ? clock.now().getTime() + pause : 0;
    },
  };
}
