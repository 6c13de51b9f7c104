/** The sandbox's own time, which tests may move away from the machine's. */
export interface Clock {
  nowMs(): number;
  /** Unix seconds, the platform's unit. */
  now(): number;
  skew(seconds: number): void;
  advance(seconds: number): void;
}

export function openClock(source: () => number = Date.now): Clock {
  let skewMs = 0;
  const nowMs = () => source() + skewMs;
  return {
    nowMs,
    now: () => Math.floor(nowMs() / 1000),
    skew: seconds => {
      skewMs = seconds * 1000;
    },
    advance: seconds => {
      skewMs += seconds * 1000;
    },
  };
}
