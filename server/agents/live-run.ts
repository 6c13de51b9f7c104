import type { NumberedEvent, RunEvent } from './events.ts';

/** Why a run was told to end. */
export class RunStopped extends Error {
  constructor(readonly why: 'asked' | 'dropped' | 'shutdown' | 'killed' | 'time') {
    super(`The run was stopped: ${why}.`);
    this.name = 'AbortError';
  }
}

export interface LiveRun {
  readonly runId: string;
  readonly signal: AbortSignal;
  emit(event: RunEvent): void;
  /** Everything said so far. */
  text(): string;
  appendText(text: string): void;
  /** Takes back what was said after the first `length` units: whoever follows is told to cut there. */
  truncate(length: number): void;
  /** Events after `afterSeq`, then all later ones as they come. Returns what ends the following. */
  follow(afterSeq: number, listener: (event: NumberedEvent) => void): () => void;
  stop(why: RunStopped['why']): void;
  /** Somebody follows it through another process: the grace begins anew. */
  followedElsewhere(): void;
  /** Resolves when the last event was given out. */
  readonly ended: Promise<void>;
}

export interface LiveRunOptions {
  runId: string;
  /** A run that nobody follows for so long is cancelled. */
  graceMs: number;
  onEnd(): void;
}

/**
 * A run that executes in this process, with everything it has told so far. Text is kept whole and not by
 * pieces: deltas carry their offset, so one delta from the start replays any number of them.
 */
export function startLiveRun({ runId, graceMs, onEnd }: LiveRunOptions): LiveRun {
  const controller = new AbortController();
  const told: NumberedEvent[] = [];
  const listeners = new Set<(event: NumberedEvent) => void>();
  let seq = 0;
  let textSeq = 0;
  let text = '';
  let pending = '';
  let flushing = false;
  let grace: NodeJS.Timeout | undefined;
  let finish: () => void = () => {};
  let over = false;
  const ended = new Promise<void>(resolve => {
    finish = resolve;
  });

  function give(event: RunEvent): NumberedEvent {
    seq += 1;
    const numbered = { seq, event };
    for (const listener of listeners) listener(numbered);
    return numbered;
  }
  /** Tokens that arrive together become one event. */
  function flush(): void {
    flushing = false;
    if (pending === '') return;
    const offset = text.length;
    text += pending;
    const piece = pending;
    pending = '';
    textSeq = give({ type: 'text.delta', data: { offset, text: piece } }).seq;
  }
  function watch(): void {
    clearTimeout(grace);
    if (listeners.size === 0 && !over)
      grace = setTimeout(() => controller.abort(new RunStopped('dropped')), graceMs);
  }

  watch();
  return {
    runId,
    signal: controller.signal,
    ended,
    text: () => text + pending,
    appendText(piece) {
      pending += piece;
      if (flushing) return;
      flushing = true;
      setImmediate(flush);
    },
    truncate(length) {
      flush();
      if (text.length <= length) return;
      text = text.slice(0, length);
      textSeq = give({ type: 'text.delta', data: { offset: length, text: '' } }).seq;
    },
    emit(event) {
      flush();
      told.push(give(event));
      if (event.type !== 'done' && event.type !== 'error') return;
      over = true;
      clearTimeout(grace);
      listeners.clear();
      onEnd();
      finish();
    },
    follow(lastSeq, listener) {
      flush();
      // A number we never gave is another process's: whoever comes from there is told everything.
      const afterSeq = lastSeq > seq ? 0 : lastSeq;
      const missed = told.filter(event => event.seq > afterSeq);
      if (textSeq > afterSeq) {
        missed.push({ seq: textSeq, event: { type: 'text.delta', data: { offset: 0, text } } });
        missed.sort((a, b) => a.seq - b.seq);
      }
      for (const event of missed) listener(event);
      if (over) return () => {};
      listeners.add(listener);
      watch();
      return () => {
        listeners.delete(listener);
        watch();
      };
    },
    followedElsewhere: watch,
    stop: why => controller.abort(new RunStopped(why)),
  };
}
