import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { forbidden, notFound, Problem } from '../errors.ts';
import { install, uninstall } from '../oauth/hooks.ts';
import type { User } from '../records.ts';
import { openSession, sessionOrSignIn } from '../sessions.ts';
import { integrationOf, type Site } from '../site.ts';
import { bootData } from './boot-data.ts';
import { cardData } from './card-data.ts';
import { document, scriptJson } from './html.ts';
import { liveRoutes } from './live.ts';
import { pageAdmin, pageUser } from './page-user.ts';
import { talkRoutes } from './talks.ts';
import { uploadRoutes } from './upload.ts';

const pages = [
  '/leads/',
  '/leads/add',
  '/leads/detail/:id',
  '/messenger',
  '/messenger/:talkId',
  '/live',
  '/settings/widgets',
  '/settings/advanced/:code',
];
const relayTimeoutMs = 10_000;

/** The page with the lead card, and the calls that only this page makes. */
export function pageRoutes(site: Site): Router {
  const router = Router();
  router.get('/', (_req, res) => {
    const first = site.data.leads[0];
    res.redirect(302, first ? `/leads/detail/${first.id}` : '/leads/');
  });
  for (const path of pages) {
    router.get(path, (req, res) => {
      const { user } = sessionOrSignIn(site, req, res);
      res.set('Cache-Control', 'no-store');
      res.send(shell(site, user));
    });
  }

  uploadRoutes(site, router);
  router.use('/ajax/page', express.json({ limit: '1mb' }), (req, _res, next) => {
    // The header cannot come from a form or another origin, as nothing here answers a preflight.
    if (req.get('x-requested-with') !== 'XMLHttpRequest') throw forbidden();
    next();
  });
  router.get('/ajax/page/boot', (req, res) => {
    res.json(bootData(site, pageUser(site, req, res)));
  });
  router.get('/ajax/page/card/:id', (req, res) => {
    const card = cardData(site, pageUser(site, req, res), Number(req.params.id));
    if (!card) throw notFound();
    res.json(card);
  });
  router.post('/ajax/page/session', async (req, res) => {
    const { userId } = z.object({ userId: z.int() }).parse(req.body);
    const user = site.data.users.find(({ id }) => id === userId);
    if (!user?.rights.is_active) throw forbidden();
    openSession(site, res, user.id);
    await site.store.flush();
    res.status(204).end();
  });
  talkRoutes(site, router);
  liveRoutes(site, router);
  widgetCalls(site, router);
  return router;
}

function widgetCalls(site: Site, router: Router): void {
  router.put('/ajax/page/widgets/:clientId', async (req, res) => {
    const integration = needAdmin(site, req, res);
    const { settings } = z.object({ settings: z.record(z.string(), z.unknown()) }).parse(req.body);
    const known = site.data.installs.find(({ clientId }) => clientId === integration.clientId);
    const delivery = known ? null : await install(site, integration, pageUser(site, req, res));
    const installed = site.data.installs.find(({ clientId }) => clientId === integration.clientId);
    if (installed) installed.settings = settings;
    await site.store.flush();
    res.json({ delivery });
  });
  router.delete('/ajax/page/widgets/:clientId', async (req, res) => {
    res.json({ delivery: await uninstall(site, needAdmin(site, req, res)) });
  });
  router.post('/ajax/page/relay', async (req, res) => {
    pageUser(site, req, res);
    res.json(await relay(site, z.object({ url: z.url(), data: z.unknown() }).parse(req.body)));
  });
}

/**
 * `crm_post`: a POST from the platform's server on behalf of a widget.
 *
 * The sandbox relays only to origins of registered integrations, or it would be an open door into the network.
 */
async function relay(site: Site, { url, data }: { url: string; data?: unknown }) {
  const allowed = Object.values(site.store.state.integrations).map(one => new URL(one.redirectUri).origin);
  if (!allowed.includes(new URL(url).origin)) throw forbidden();
  const fields = Object.entries(data ?? {}).map(([key, value]) => [key, String(value)] as [string, string]);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(relayTimeoutMs),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    throw new Problem(502, 'Bad Gateway', 'The address did not answer');
  }
}

function needAdmin(site: Site, req: Request, res: Response) {
  pageAdmin(site, req, res);
  const integration = integrationOf(site, String(req.params['clientId']));
  if (!integration) throw notFound();
  return integration;
}

function shell(site: Site, user: User): string {
  return document({
    title: site.data.account.name,
    lang: user.lang,
    body: `<div id="crm" class="crm"></div>
<div id="toasts" class="toasts" role="status"></div>
<script type="application/json" id="boot">${scriptJson(bootData(site, user))}</script>
<script src="/static/require.js"></script>
<script src="/static/modules.js"></script>
<script src="/static/boot.js"></script>`,
  });
}
