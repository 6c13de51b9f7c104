import type { Clock } from '../kernel/index.ts';

/** A clock that goes on by itself from wherever a test puts it. */
export interface MovableClock extends Clock {
  /** Moves the time of our server alone, by so many milliseconds. */
  move(ms: number): void;
  /** Back to the machine's time. */
  reset(): void;
}

export function movableClock(): MovableClock {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    move: ms => {
      offsetMs += ms;
    },
    reset: () => {
      offsetMs = 0;
    },
  };
}
