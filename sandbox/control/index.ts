import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { conversationControl } from '../conversations/control.ts';
import { Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import { accountRoutes } from './accounts.ts';
import { catalogControl } from './catalogs.ts';
import { credentialRoutes } from './credentials.ts';
import { hookRoutes } from './hooks.ts';
import { archiveRoute, integrationRoutes } from './integrations.ts';
import { recordRoutes } from './records.ts';
import { troubleRoutes } from './trouble.ts';
import { userRoutes } from './users.ts';

/** What a developer does in the platform's own settings, and what a test does to the platform. */
export function controlRoutes(site: Site): Router {
  const router = Router();
  // A header of ours makes every call a preflighted one, so no web page can send it.
  router.use((req, _res, next) => {
    if (req.get('x-sandbox-control') !== '1') {
      throw new Problem(403, 'Forbidden', 'Control calls need the header X-Sandbox-Control: 1');
    }
    next();
  });
  archiveRoute(site, router);
  router.use(express.json({ limit: '1mb' }));
  accountRoutes(site, router);
  integrationRoutes(site, router);
  credentialRoutes(site, router);
  userRoutes(site, router);
  troubleRoutes(site, router);
  hookRoutes(site, router);
  conversationControl(site, router);
  catalogControl(site, router);
  recordRoutes(site, router);
  router.use((error: unknown, _req: Request, _res: Response, next: NextFunction) => {
    if (!(error instanceof z.ZodError)) throw error;
    const errors = error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }));
    next(new Problem(400, 'Bad Request', 'The body is not as the control API wants it', { errors }));
  });
  return router;
}
