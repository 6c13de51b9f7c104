import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { ZodError } from 'zod';
import { continueRoutes } from '../bots/continue-routes.ts';
import { notFound, Problem } from '../errors.ts';
import { addressOf, type Site } from '../site.ts';
import { refuseAddress } from '../strike.ts';
import { accountRoutes } from './account.ts';
import { authenticate } from './actor.ts';
import { sendProblem } from './answer.ts';
import { botRoutes } from './bots.ts';
import { catalogRoutes } from './catalogs.ts';
import { catalogueRoutes } from './catalogue.ts';
import { complexRoutes } from './complex.ts';
import { contactChatRoutes } from './contact-chats.ts';
import { entityRoutes } from './entities.ts';
import { entityWriteRoutes } from './entity-writes.ts';
import { eventRoutes } from './events.ts';
import { fieldWriteRoutes } from './field-writes.ts';
import { linkRoutes } from './links.ts';
import { setActor } from './locals.ts';
import { noteRoutes } from './notes.ts';
import { pipelineWriteRoutes } from './pipeline-writes.ts';
import { pipelineRoutes } from './pipelines.ts';
import { sourceRoutes } from './sources.ts';
import { tagRoutes } from './tags.ts';
import { talkMessageRoutes } from './talk-messages.ts';
import { talkRoutes } from './talks.ts';
import { taskRoutes } from './tasks.ts';
import { unsortedRoutes } from './unsorted.ts';
import { webhookRoutes } from './webhooks.ts';
import { widgetRoutes } from './widgets.ts';

/** REST v4. No CORS headers: the platform's API is for servers and for the account's own page. */
export function restRoutes(site: Site): Router {
  const router = Router();
  router.use((req, res, next) => {
    // The account's own page is no client of the API.
    const verdict = req.get('authorization') ? site.limiter.judge(addressOf(req)) : 'served';
    if (verdict === 'served') next();
    else if (verdict === 'banned') refuseAddress(res);
    // Clients know this refusal by its body not being JSON.
    else res.status(429).type('text/html').send('<html><body><h1>429 Too Many Requests</h1></body></html>');
  });
  continueRoutes(site, router);
  router.use((req, res, next) => {
    setActor(res, authenticate(site, req, res));
    next();
  });
  router.use(express.json({ limit: '2mb', type: ['application/json', 'application/hal+json'] }));

  // Before the records, whose `/:id` would swallow these paths.
  pipelineRoutes(site, router);
  pipelineWriteRoutes(site, router);
  complexRoutes(site, router);
  tagRoutes(site, router);
  unsortedRoutes(site, router);
  sourceRoutes(site, router);
  fieldWriteRoutes(site, router);
  catalogRoutes(site, router);
  catalogueRoutes(site, router);
  linkRoutes(site, router);
  eventRoutes(site, router);
  noteRoutes(site, router);
  accountRoutes(site, router);
  contactChatRoutes(site, router);
  entityRoutes(site, router);
  entityWriteRoutes(site, router);
  taskRoutes(site, router);
  talkRoutes(site, router);
  talkMessageRoutes(site, router);
  widgetRoutes(site, router);
  webhookRoutes(site, router);
  botRoutes(site, router);
  router.use(() => {
    throw notFound();
  });
  return router;
}

/** Renders what the routes threw. Anything unforeseen is a bug of the sandbox and says so on stderr. */
export function renderErrors(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) {
    next(error);
    return;
  }
  if (error instanceof Problem) {
    sendProblem(res, error);
    return;
  }
  if (error instanceof ZodError) {
    sendProblem(res, new Problem(400, 'Bad Request', 'The body is not as expected'));
    return;
  }
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    sendProblem(res, new Problem(error.status, 'Bad Request', 'The request could not be read'));
    return;
  }
  console.error(error);
  sendProblem(res, new Problem(500, 'Internal Server Error', 'The sandbox failed'));
}
