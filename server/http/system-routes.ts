import { z } from 'zod';
import type { Metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { type Route, route } from './route.ts';

export interface SystemChecks {
  database(): Promise<void>;
  queue(): Promise<void>;
  pendingMigrations(): Promise<string[]>;
  /** True from the first signal to stop on, so that a balancer sends nobody new. */
  isStopping(): boolean;
}

const Check = z.enum(['ok', 'failed']);
const Readiness = z.object({
  ready: z.boolean(),
  checks: z.object({ database: Check, queue: Check, migrations: Check }),
});

/** Health, metrics and the description of all routes, these included. */
export function systemRoutes(
  checks: SystemChecks,
  metrics: Metrics,
  all: () => Route[],
  about: { version: string; serverUrl: string },
): Route[] {
  const works = (check: Promise<void>) =>
    check.then(
      () => 'ok' as const,
      () => 'failed' as const,
    );
  return [
    route({
      method: 'get',
      path: '/livez',
      operation: 'livez',
      summary: 'Answers while the process lives.',
      tag: 'system',
      permission: 'public',
      answers: { 200: z.object({ alive: z.literal(true) }) },
      handle: async () => ({ status: 200, body: { alive: true } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      operation: 'readyz',
      summary: 'Whether the process can do its work: database, queue, migrations.',
      tag: 'system',
      permission: 'public',
      answers: { 200: Readiness, 503: Readiness },
      async handle() {
        const [database, queue, migrations] = await Promise.all([
          works(checks.database()),
          works(checks.queue()),
          works(
            checks
              .pendingMigrations()
              .then(names => (names.length > 0 ? Promise.reject(new Error('pending')) : undefined)),
          ),
        ]);
        const ready = !checks.isStopping() && [database, queue, migrations].every(state => state === 'ok');
        return { status: ready ? 200 : 503, body: { ready, checks: { database, queue, migrations } } };
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      operation: 'metrics',
      summary: 'Prometheus metrics.',
      tag: 'system',
      permission: 'operator',
      answers: { 200: z.string() },
      produces: 'text/plain; version=0.0.4; charset=utf-8',
      handle: async () => ({ status: 200, body: await metrics.registry.metrics() }),
    }),
    route({
      method: 'get',
      path: '/openapi.json',
      operation: 'openapi',
      summary: 'This description.',
      tag: 'system',
      permission: 'public',
      answers: { 200: z.record(z.string(), z.unknown()) },
      handle: async () => ({ status: 200, body: openApi(all(), about) }),
    }),
  ];
}
