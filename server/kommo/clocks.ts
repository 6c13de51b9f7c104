import { LRUCache } from 'lru-cache';

/** How far an account's server is before or behind this machine, as the dates of its answers tell. */
export interface KommoClocks {
  heard(origin: string, date: Date | null): void;
  /** Unix seconds; this machine's own where none was heard yet. */
  now(origin: string): number;
}

export function kommoClocks(): KommoClocks {
  const aheadMs = new LRUCache<string, number>({ max: 10_000 });
  return {
    heard(origin, date) {
      if (date !== null) aheadMs.set(origin, date.getTime() - Date.now());
    },
    now: origin => Math.floor((Date.now() + (aheadMs.get(origin) ?? 0)) / 1000),
  };
}
