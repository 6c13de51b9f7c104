import { createHash } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { ArchiveRefused } from './archive.ts';
import { notFound, Problem } from './errors.ts';
import { issueCode, recordInstall } from './oauth/grants.ts';
import { install, uninstall } from './oauth/hooks.ts';
import { signOneTimeToken } from './one-time-token.ts';
import type { User } from './records.ts';
import { openSession } from './sessions.ts';
import { integrationOf, nextId, type Site } from './site.ts';
import type { Integration } from './state.ts';

const NewIntegration = z.object({
  clientSecret: z.string().min(32),
  redirectUri: z.url(),
  disableUrl: z.url().nullish(),
  name: z.string().min(3).max(255),
  widgetCode: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_]*$/, 'letters, digits and _, beginning with a small letter'),
  scopes: z.array(z.string()).default(['crm']),
});
const ForUser = z.object({ clientId: z.string(), userId: z.int().optional() });
const NewToken = ForUser.extend({ overrides: z.record(z.string(), z.unknown()).default({}) });
const UserChange = z.object({
  rights: z.record(z.string(), z.unknown()).optional(),
  active: z.boolean().optional(),
  lang: z.enum(['en', 'es', 'pt', 'ru']).optional(),
});
const NewFault = z.object({
  match: z.object({ method: z.string().optional(), path: z.string().optional() }).default({}),
  kind: z.enum(['latency', 'status', 'lost-response', 'revoke']),
  ms: z.int().nonnegative().max(60_000).optional(),
  status: z.int().min(400).max(599).optional(),
  times: z.int().positive().optional(),
});

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
  integrationRoutes(site, router);
  credentialRoutes(site, router);
  worldRoutes(site, router);
  router.use((error: unknown, _req: Request, _res: Response, next: NextFunction) => {
    if (!(error instanceof z.ZodError)) throw error;
    const errors = error.issues.map(issue => ({ path: issue.path.join('.'), message: issue.message }));
    next(new Problem(400, 'Bad Request', 'The body is not as the control API wants it', { errors }));
  });
  return router;
}

function archiveRoute(site: Site, router: Router): void {
  const raw = express.raw({ type: () => true, limit: '25mb' });
  router.put('/integrations/:clientId/archive', raw, async (req, res) => {
    const { clientId } = needIntegration(site, String(req.params['clientId']));
    try {
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      const { manifest, digest } = await site.archives.put(clientId, body);
      res.json({ version: manifest.widget.version, locations: manifest.locations, digest });
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      const errors = error.complaints.map(message => ({ message }));
      throw new Problem(400, 'Bad Request', error.message, { errors });
    }
  });
}

function integrationRoutes(site: Site, router: Router): void {
  router.put('/integrations/:clientId', async (req, res) => {
    const clientId = req.params.clientId;
    if (['__proto__', 'constructor', 'prototype'].includes(clientId)) throw notFound();
    const { disableUrl, ...given } = NewIntegration.parse(req.body);
    site.store.state.integrations[clientId] = { clientId, ...given, disableUrl: disableUrl ?? null };
    await site.store.flush();
    res.json({ clientId, name: given.name, widgetCode: given.widgetCode });
  });
  router.post('/installs', async (req, res) => {
    const { clientId, userId } = ForUser.parse(req.body);
    res.json(await install(site, needIntegration(site, clientId), needUser(site, userId)));
  });
  router.delete('/installs/:clientId', async (req, res) => {
    const integration = needIntegration(site, req.params.clientId);
    res.json(await uninstall(site, integration));
  });
}

function credentialRoutes(site: Site, router: Router): void {
  router.post('/sessions', async (req, res) => {
    const { userId } = z.object({ userId: z.int() }).parse(req.body);
    openSession(site, res, needUser(site, userId).id);
    await site.store.flush();
    res.json({ userId });
  });
  router.post('/codes', async (req, res) => {
    const { clientId, userId } = ForUser.parse(req.body);
    const integration = needIntegration(site, clientId);
    const user = needUser(site, userId);
    recordInstall(site, integration, user, () => nextId(site));
    const code = issueCode(site, integration, user);
    await site.store.flush();
    res.json({ code });
  });
  router.post('/one-time-tokens', (req, res) => {
    const { clientId, userId, overrides } = NewToken.parse(req.body);
    const integration = needIntegration(site, clientId);
    res.json({ token: signOneTimeToken(site, integration, needUser(site, userId), overrides) });
  });
}

function worldRoutes(site: Site, router: Router): void {
  router.get('/calls', (req, res) => {
    res.json({ calls: site.calls.since(Number(req.query['since'] ?? 0)) });
  });
  router.get('/state', (_req, res) => {
    const { account, installs, users, leads } = site.data;
    res.json({
      accountId: account.id,
      account,
      installs: installs.map(one => ({ ...one, archive: site.archives.get(one.clientId)?.digest ?? null })),
      integrations: Object.values(site.store.state.integrations).map(({ clientSecret, ...shown }) => ({
        ...shown,
        secretDigest: createHash('sha256').update(clientSecret).digest('hex'),
      })),
      users,
      leads,
    });
  });
  router.post('/users/:id', async (req, res) => {
    const user = needUser(site, Number(req.params.id));
    const { rights, active, lang } = UserChange.parse(req.body);
    for (const [key, value] of Object.entries(rights ?? {})) {
      if (!Object.hasOwn(user.rights, key))
        throw new Problem(400, 'Bad Request', `There is no right named ${key}`);
      const old = user.rights[key as keyof User['rights']];
      const both = isObject(old) && isObject(value) ? { ...old, ...value } : value;
      Object.assign(user.rights, { [key]: both });
    }
    if (active !== undefined) user.rights.is_active = active;
    if (lang !== undefined) user.lang = lang;
    await site.store.flush();
    res.json(user);
  });
  router.post('/clock', (req, res) => {
    site.clock.skew(z.object({ skewSeconds: z.number() }).parse(req.body).skewSeconds);
    res.json({ now: site.clock.now() });
  });
  router.post('/limits', (req, res) => {
    site.limiter.enabled = z.object({ enabled: z.boolean() }).parse(req.body).enabled;
    res.json({ enabled: site.limiter.enabled });
  });
  router.post('/faults', (req, res) => {
    site.faults.add(NewFault.parse(req.body));
    res.status(201).json({});
  });
  router.delete('/faults', (_req, res) => {
    site.faults.clear();
    res.status(204).end();
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function needIntegration(site: Site, clientId: string): Integration {
  const integration = integrationOf(site, clientId);
  if (!integration) throw notFound();
  return integration;
}

/** The named user, or the first administrator. */
function needUser(site: Site, userId: number | undefined): User {
  const user = site.data.users.find(({ id, rights }) =>
    userId === undefined ? rights.is_admin : id === userId,
  );
  if (!user) throw notFound();
  return user;
}
