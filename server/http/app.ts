import cors from 'cors';
import express, { type Express, type Request } from 'express';
import helmet from 'helmet';
import type { Logger } from '../kernel/index.ts';
import { addressLimit, failureLimit, requestLimit } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { type Authenticate, mountRoutes } from './mount.ts';
import { NoSuchRoute, problemHandler } from './problem.ts';
import { assignRequestId } from './request-id.ts';
import type { Route } from './route.ts';

export interface AppOptions {
  routes: Route[];
  authenticate: Authenticate;
  log: Logger;
  metrics: Metrics;
  trustProxyHops: number;
  rateLimitPerMinute: number;
  /** May a page of this origin read our answers? `beforeInstall` asks for the one route open to any Kommo account. */
  isKnownOrigin(origin: string, beforeInstall: boolean): Promise<boolean>;
  validateAnswers: boolean;
}

export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxyHops);
  app.set('etag', false);
  app.use(assignRequestId, options.metrics.observe);
  app.use(
    helmet({
      // Answers are data; the two pages we serve carry no script.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"], frameAncestors: ["'none'"] },
      },
      crossOriginResourcePolicy: { policy: 'cross-origin' },
      referrerPolicy: { policy: 'no-referrer' },
    }),
  );
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  app.use(crossOrigin(options));
  app.use(addressLimit(options.rateLimitPerMinute, withoutAddressLimit(options.routes)));
  mountRoutes(app, options.routes, {
    authenticate: options.authenticate,
    log: options.log,
    limit: requestLimit(options.rateLimitPerMinute),
    failureLimit: failureLimit(options.rateLimitPerMinute),
    validateAnswers: options.validateAnswers,
  });
  app.use(() => {
    throw new NoSuchRoute();
  });
  app.use(problemHandler(options.log));
  return app;
}

/** Paths whose routes count failures instead. */
function withoutAddressLimit(routes: Route[]): (path: string) => boolean {
  const patterns = routes
    .filter(({ limit }) => limit === 'failures')
    .map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`));
  return path => patterns.some(pattern => pattern.test(path));
}

/** Only pages of an installed account may read answers; the session route also those that could become one. */
function crossOrigin({ routes, isKnownOrigin }: AppOptions) {
  const early = new Set(routes.filter(route => route.beforeInstall).map(route => route.path));
  return cors((req, done) => {
    const origin = req.headers.origin;
    const { path } = req as Request;
    const answer = (allowed: boolean) =>
      done(null, {
        origin: allowed && origin ? origin : false,
        methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        allowedHeaders: [
          'Authorization',
          'Content-Type',
          'Idempotency-Key',
          'Last-Event-ID',
          'X-Auth-Token',
          'X-Request-Id',
          'X-Requested-With',
        ],
        exposedHeaders: ['Retry-After', 'X-Request-Id', 'RateLimit', 'RateLimit-Policy'],
        maxAge: 600,
      });
    if (origin === undefined) answer(false);
    else isKnownOrigin(origin, early.has(path)).then(answer, done);
  });
}
