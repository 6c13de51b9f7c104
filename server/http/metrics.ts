import type { NextFunction, Request, Response } from 'express';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Counts and times requests by operation, never by path: paths hold ids. */
  observe(req: Request, res: Response, next: NextFunction): void;
  runsEnded: Counter<'state' | 'model_kind'>;
}

/** One registry per app, so that tests can run several in a process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time until the answer was sent, streams included.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  });
  const runsEnded = new Counter({
    name: 'cardwise_runs_ended_total',
    help: 'Agent runs by how they ended.',
    labelNames: ['state', 'model_kind'] as const,
    registers: [registry],
  });
  return {
    registry,
    runsEnded,
    observe(req, res, next) {
      const end = duration.startTimer();
      res.on('close', () => {
        const route: unknown = req.route?.path;
        end({
          method: req.method,
          route: typeof route === 'string' ? route : 'none',
          status: String(res.statusCode),
        });
      });
      next();
    },
  };
}
