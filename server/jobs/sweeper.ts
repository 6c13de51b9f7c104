import { type Logger, toError } from '../kernel/index.ts';

/** Work that was accepted and whose job may be lost: found again by the state of its row. */
export interface Sweep {
  name: string;
  run(signal: AbortSignal): Promise<void>;
}

export interface Sweeper {
  /** Runs every sweep once, now. Tests call it instead of waiting. */
  sweepNow(): Promise<void>;
  close(): Promise<void>;
}

/** Runs the sweeps at once and then every `everyMs`; one at a time, so that they never pile up. */
export function startSweeper(sweeps: Sweep[], { everyMs, log }: { everyMs: number; log: Logger }): Sweeper {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;

  async function sweep(): Promise<void> {
    for (const { name, run } of sweeps) {
      if (stopping.signal.aborted) return;
      try {
        await run(stopping.signal);
      } catch (thrown) {
        log.error({ sweep: name, err: toError(thrown) }, 'a sweep failed');
      }
    }
  }
  function sweepNow(): Promise<void> {
    clearTimeout(timer);
    running = running.then(sweep).then(() => {
      if (!stopping.signal.aborted) timer = setTimeout(sweepNow, everyMs).unref();
    });
    return running;
  }
  void sweepNow();
  return {
    sweepNow,
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
