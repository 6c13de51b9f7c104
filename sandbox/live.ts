import type { Clock } from './clock.ts';

export interface LiveEntry {
  seq: number;
  at: number;
  kind: 'call' | 'hook' | 'bot' | 'channel' | 'message';
  /** One line that says what happened. */
  title: string;
  status: number | string | null;
  request: unknown;
  response: unknown;
}

const entriesKept = 400;

/** What goes in and out of the account as it happens, bodies included, for whoever watches its page. */
export interface Live {
  add(entry: Omit<LiveEntry, 'seq' | 'at'>): void;
  since(seq: number): LiveEntry[];
  /** Answers a function that ends the watching. */
  watch(tell: (entry: LiveEntry) => void): () => void;
}

export function openLive(clock: Clock): Live {
  const entries: LiveEntry[] = [];
  const watchers = new Set<(entry: LiveEntry) => void>();
  let seq = 0;
  return {
    add(given) {
      seq += 1;
      // A copy: the record it shows goes on changing.
      const entry = structuredClone({ seq, at: clock.now(), ...given });
      entries.push(entry);
      if (entries.length > entriesKept) entries.splice(0, entries.length - entriesKept);
      for (const tell of watchers) tell(entry);
    },
    since: from => entries.filter(entry => entry.seq > from),
    watch(tell) {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
  };
}
