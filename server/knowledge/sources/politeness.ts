import { setTimeout as pause } from 'node:timers/promises';

const nextAt = new Map<string, number>();
const hostsMax = 10_000;

/** Waits until this process may ask a host again: one call after the other, with a pause between them. */
export async function politely(host: string, pauseMs: number, signal: AbortSignal): Promise<void> {
  const now = performance.now();
  const at = Math.max(now, nextAt.get(host) ?? 0);
  if (nextAt.size >= hostsMax) {
    for (const [known, time] of nextAt) if (time < now) nextAt.delete(known);
  }
  nextAt.set(host, at + pauseMs);
  if (at > now) await pause(at - now, undefined, { signal });
}
