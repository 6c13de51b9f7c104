import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { amojoRoutes } from './amojo/routes.ts';
import { controlRoutes } from './control/index.ts';
import { atOwnAddress, namedAccount } from './named-account.ts';
import { authorizeRoutes } from './oauth/authorize.ts';
import { tokenRoutes } from './oauth/token.ts';
import { oneTimeTokenRoutes } from './one-time-token.ts';
import { pageRoutes } from './page/routes.ts';
import { staticRoutes } from './page/static.ts';
import { botRunV2 } from './rest/bots.ts';
import { renderErrors, restRoutes } from './rest/index.ts';
import { addressOf, type Site } from './site.ts';
import { refuseAddress, strike } from './strike.ts';

const platformPaths = ['/api/v4', '/api/v2', '/oauth2', '/ajax', '/drive', '/v2/origin'];

/** Everything at one account's address: the account itself, and the API of any other one that a request names. */
export function accountHandler(site: Site) {
  const own = accountApp(site);
  const apis = new Map<Site, Express>();
  return (req: IncomingMessage, res: ServerResponse) => {
    const named = namedAccount(site.world, req);
    if (!named) {
      own(req, res);
      return;
    }
    if (!named.site) {
      res.writeHead(401, { 'content-type': 'application/problem+json' });
      res.end(JSON.stringify({ title: 'Unauthorized', status: 401, detail: 'Account not found' }));
      return;
    }
    const api = apis.get(named.site) ?? apiApp(named.site);
    apis.set(named.site, api);
    req.url = named.url;
    api(req, res);
  };
}

/** Everything one account answers. */
function accountApp(site: Site): Express {
  const app = bareApp();
  app.use((req, _res, next) => {
    atOwnAddress.add(req);
    next();
  });
  app.use(preferCanonicalHost(site));
  app.use('/control', controlRoutes(site));
  apiRoutes(site, app);
  app.use(authorizeRoutes(site));
  app.use(oneTimeTokenRoutes(site));
  app.use(staticRoutes(site));
  app.use(pageRoutes(site));
  app.use(renderErrors);
  return app;
}

/** What an account answers under any name: its API, never its page or the control. */
function apiApp(site: Site): Express {
  const app = bareApp();
  apiRoutes(site, app);
  app.use(renderErrors);
  return app;
}

function bareApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(requestId);
  return app;
}

function apiRoutes(site: Site, app: Express): void {
  app.use(recordCalls(site));
  for (const path of ['/api/v4', '/api/v2', '/oauth2', '/drive']) app.use(path, keepOutBanned(site));
  for (const path of platformPaths) app.use(path, strike(site));
  app.use(tokenRoutes(site));
  app.use('/api/v4', restRoutes(site));
  app.use(botRunV2(site));
  app.use('/v2/origin/custom', amojoRoutes(site));
}

function keepOutBanned(site: Site) {
  return (req: Request, res: Response, next: NextFunction) => {
    const { addresses } = site.world;
    const address = addressOf(req);
    if (!addresses.isBanned(address)) {
      next();
      return;
    }
    addresses.count(address, 'banned');
    refuseAddress(res);
  };
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
    const bodies = watchBodies(path, req, res);
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
      // The page's own questions would fill the view they ask for.
      if (path.startsWith('/ajax/')) return;
      const title = `${req.method} ${path}${query ? `?${query}` : ''}`;
      site.live.add({ kind: 'call', title, status: res.statusCode, ...bodies() });
    });
    next();
  };
}

const bodyShownMax = 20_000;

/** What was asked and answered, for the page; never tokens and secrets, which pass only under /oauth2. */
function watchBodies(path: string, req: Request, res: Response) {
  let sent: unknown = null;
  const send = res.send.bind(res);
  res.send = body => {
    sent ??= body;
    return send(body);
  };
  return () =>
    path.startsWith('/oauth2')
      ? { request: null, response: null }
      : { request: shown(req.body), response: shown(sent) };
}

function shown(body: unknown): unknown {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : body;
  if (typeof text !== 'string')
    return JSON.stringify(text ?? null).length > bodyShownMax ? '…' : (text ?? null);
  if (text.length > bodyShownMax) return `${text.slice(0, bodyShownMax)}…`;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
