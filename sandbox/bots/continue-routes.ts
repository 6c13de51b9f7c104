import express, { type Request, type Response, type Router } from 'express';
import { conversationsOf } from '../conversations/of.ts';
import { notFound, unauthorized } from '../errors.ts';
import { authenticate, isAdmin } from '../rest/actor.ts';
import type { Site } from '../site.ts';
import { continueRun } from './continue.ts';
import { postRequest } from './handlers/widget-request.ts';
import { readContinue } from './read-continue.ts';

/** Where a widget's server says how the bot goes on. Before the other routes, as it answers a wrong token its own way. */
export function continueRoutes(site: Site, router: Router): void {
  router.post(
    '/:kind/:botId/continue/:continueId',
    express.json({ limit: '1mb' }),
    async (req, res, next) => {
      const kind = req.params['kind'];
      if (kind !== 'salesbot' && kind !== 'marketingbot') {
        next();
        return;
      }
      const { bot, run } = waitingRun(site, req, kind) ?? {};
      try {
        requireAdminToken(site, req, res);
      } catch (error) {
        // Seen: after a call with a wrong token the request comes again.
        if (bot && run?.pending && !run.pending.resent) {
          run.pending.resent = true;
          postRequest(site, bot, run).catch(() => undefined);
        }
        throw error;
      }
      const body = readContinue(req.body as unknown);
      if (!bot || !run) throw notFound();
      const going = continueRun(site, bot, run, body);
      await site.store.flush();
      res.status(202).end();
      await going;
    },
  );
}

/** @throws Problem 401, also for the page's session and for somebody who is no administrator */
function requireAdminToken(site: Site, req: Request, res: Response): void {
  const actor = authenticate(site, req, res);
  if (actor.clientId === null || !isAdmin(actor)) throw unauthorized();
}

function waitingRun(site: Site, req: Request, kind: string) {
  const { bots, runs } = conversationsOf(site);
  const { botId, continueId } = req.params;
  const bot = bots.find(one => String(one.id) === botId && one.kind === kind);
  const run = runs.find(
    one =>
      one.botId === bot?.id &&
      one.state === 'waiting-continue' &&
      String(one.pending?.continueId) === continueId,
  );
  return bot && run ? { bot, run } : undefined;
}
