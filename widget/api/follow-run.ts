import { ApiFault, isAbort } from './api-fault.ts';
import type { Client } from './client.ts';
import { readEvents } from './read-events.ts';
import type { RunEvent } from './types.ts';

/** Together below the 10 s for which the API keeps a run whose reader went away. */
const BACK_OFF_MS = [300, 1_000, 2_000, 4_000];

export type Follow = {
  /** Opens the stream; asked again with the same key it joins the same run. */
  open(signal: AbortSignal): Promise<Response>;
  /** The run, where it is known before the stream says so. */
  runId?: string | null;
  signal: AbortSignal;
  receive(event: RunEvent): void;
  reconnecting(): void;
  /** Waits, and rejects when `signal` aborts. */
  wait?(ms: number, signal: AbortSignal): Promise<void>;
};

/** An answer that says "no" in plain words; asking again at once would change nothing. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiFault && error.status >= 400 && error.status < 500 && error.status !== 408;

/**
 * Follows one run to its last event, over dropped connections.
 *
 * @throws ApiFault with code `stream-dropped` when the run could not be reached again in time
 * @throws ApiFault as the API answered, when it refused the question
 */
export async function followRun(client: Pick<Client, 'events'>, follow: Follow): Promise<void> {
  const { signal, wait = pause } = follow;
  let runId = follow.runId ?? null;
  let lastEventId: string | null = null;
  let ended = false;
  let attempt = 0;

  for (;;) {
    try {
      const answer =
        runId !== null && (lastEventId !== null || attempt > 0)
          ? await client.events(runId, lastEventId, signal)
          : await follow.open(signal);
      if (answer.body) {
        await readEvents(answer.body, ({ id, event }) => {
          if (signal.aborted || ended) return;
          attempt = 0;
          if (id !== null) lastEventId = id;
          if (event.name === 'run.started') runId = event.data.runId;
          ended = event.name === 'done' || event.name === 'error';
          follow.receive(event);
        });
      }
    } catch (error) {
      if (signal.aborted || isAbort(error) || isFinal(error)) throw error;
      // A refusal of the first question, such as a 500, is the caller's to show: nothing has begun.
      if (runId === null && error instanceof ApiFault && error.status > 0) throw error;
    }
    if (ended || signal.aborted) return;
    const delay = BACK_OFF_MS[attempt];
    if (delay === undefined) throw new ApiFault(runId === null ? 'network' : 'stream-dropped', 0);
    attempt += 1;
    follow.reconnecting();
    await wait(delay, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
