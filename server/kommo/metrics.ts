import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { PacingWatch } from './budget/pacing.ts';

/** What an operator sees of the calls to Kommo: how they end, how long they wait, whether we are blocked. */
export function kommoMetrics(registry: Registry, blockedForMs: () => Promise<number>): PacingWatch {
  const calls = new Counter({
    name: 'cardwise_kommo_calls_total',
    help: 'Calls to Kommo by how they ended: passed, refused (429), blocked (403 of our address), failed.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  const waits = new Histogram({
    name: 'cardwise_kommo_wait_seconds',
    help: "Time calls to Kommo waited for their turn within the account's rate.",
    labelNames: ['lane'] as const,
    buckets: [0.01, 0.05, 0.15, 0.3, 0.5, 1, 2, 5, 15, 60, 300],
    registers: [registry],
  });
  const blocked = new Gauge({
    name: 'cardwise_kommo_blocked_seconds',
    help: 'For how long Kommo blocks our address still; 0 if it does not.',
    registers: [registry],
    async collect() {
      this.set((await blockedForMs()) / 1000);
    },
  });
  blocked.set(0);
  return {
    ended: outcome => calls.inc({ outcome }),
    waited: (lane, ms) => waits.observe({ lane }, ms / 1000),
  };
}
