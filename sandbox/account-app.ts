import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { controlRoutes } from './control.ts';
import { authorizeRoutes } from './oauth/authorize.ts';
import { tokenRoutes } from './oauth/token.ts';
import { oneTimeTokenRoutes } from './one-time-token.ts';
import { pageRoutes } from './page/routes.ts';
import { staticRoutes } from './page/static.ts';
import { renderErrors, restRoutes } from './rest/index.ts';
import type { Site } from './site.ts';
import { strike } from './strike.ts';

const platformPaths = ['/api/v4', '/oauth2', '/ajax'];

/** Everything one account answers. */
export function accountApp(site: Site): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(requestId);
  app.use(preferCanonicalHost(site));
  app.use('/control', controlRoutes(site));
  app.use(recordCalls(site));
  for (const path of platformPaths) app.use(path, strike(site));
  app.use(tokenRoutes(site));
  app.use(authorizeRoutes(site));
  app.use(oneTimeTokenRoutes(site));
  app.use('/api/v4', restRoutes(site));
  app.use(staticRoutes(site));
  app.use(pageRoutes(site));
  app.use(renderErrors);
  return app;
}

function requestId(_req: Request, res: Response, next: NextFunction): void {
  res.set('X-Request-Id', randomUUID());
  next();
}

/**
 * One address per account, or session and origin would depend on how the address was typed. A foreign name that
 * resolves to this machine is refused: its page would be of our origin and could steer the sandbox.
 */
function preferCanonicalHost(site: Site) {
  return (req: Request, res: Response, next: NextFunction) => {
    if (req.hostname === '127.0.0.1' || (!site.loopbackOnly && req.hostname !== 'localhost')) {
      next();
      return;
    }
    const page = req.method === 'GET' && (req.get('accept') ?? '').includes('text/html');
    if (req.hostname !== 'localhost') res.status(421).type('text/plain').send('This sandbox is at 127.0.0.1');
    else if (page) res.redirect(307, site.origin() + req.originalUrl);
    else next();
  };
}

function recordCalls(site: Site) {
  return (req: Request, res: Response, next: NextFunction) => {
    const [path = '', query = ''] = req.originalUrl.split('?', 2);
    if (!platformPaths.some(prefix => path.startsWith(prefix))) {
      next();
      return;
    }
    res.on('close', () => {
      const userId: unknown = res.locals['userId'];
      site.calls.add({
        method: req.method,
        path,
        query,
        status: res.statusCode,
        userId: typeof userId === 'number' ? userId : null,
        at: site.clock.now(),
      });
    });
    next();
  };
}
