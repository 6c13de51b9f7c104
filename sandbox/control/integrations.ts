import express, { type Router } from 'express';
import { z } from 'zod';
import { ArchiveRefused } from '../archive.ts';
import { chatScopes } from '../conversations/scopes.ts';
import { notFound, Problem } from '../errors.ts';
import { install, uninstall } from '../oauth/hooks.ts';
import type { Site } from '../site.ts';
import { ForUser, needIntegration, needUser } from './need.ts';

const NewIntegration = z.object({
  clientSecret: z.string().min(32),
  redirectUri: z.url(),
  disableUrl: z.url().nullish(),
  name: z.string().min(3).max(255),
  widgetCode: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_]*$/, 'letters, digits and _, beginning with a small letter'),
  scopes: z.array(z.string()).default(['crm', ...chatScopes]),
});

export function archiveRoute(site: Site, router: Router): void {
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

/** What a developer registers, and what an administrator installs. */
export function integrationRoutes(site: Site, router: Router): void {
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
