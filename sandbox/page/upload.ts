import { randomBytes, randomUUID } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';
import { ArchiveRefused } from '../archive.ts';
import { chatScopes } from '../conversations/scopes.ts';
import { forbidden, Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import type { Integration } from '../state.ts';
import { pageAdmin } from './page-user.ts';

const Given = z.object({
  code: z.string().regex(/^[a-z][A-Za-z0-9_]*$/),
  name: z.string().trim().min(3).max(255),
  redirectUri: z.union([z.url(), z.literal('')]).default(''),
});

/** A private integration made from the page: anybody's widget archive. The same code again replaces the archive. */
export function uploadRoutes(site: Site, router: Router): void {
  const raw = express.raw({ type: () => true, limit: '25mb' });
  router.put('/ajax/page/archive', raw, async (req, res) => {
    if (req.get('x-requested-with') !== 'XMLHttpRequest') throw forbidden();
    pageAdmin(site, req, res);
    const given = Given.parse(req.query);
    const { integrations } = site.store.state;
    const known = Object.values(integrations).find(({ widgetCode }) => widgetCode === given.code);
    const integration = known ?? newIntegration(site, given);
    try {
      await site.archives.put(integration.clientId, Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      const errors = error.complaints.map(message => ({ message }));
      throw new Problem(400, 'Bad Request', error.message, { errors });
    }
    integrations[integration.clientId] = integration;
    await site.store.flush();
    // The secret is shown to the administrator who made the integration, once.
    res.json({ clientId: integration.clientId, clientSecret: known ? null : integration.clientSecret });
  });
}

function newIntegration(site: Site, { code, name, redirectUri }: z.infer<typeof Given>): Integration {
  return {
    clientId: randomUUID(),
    clientSecret: randomBytes(32).toString('hex'),
    redirectUri: redirectUri || `${site.origin()}/installed`,
    disableUrl: null,
    name,
    widgetCode: code,
    scopes: ['crm', ...chatScopes],
  };
}
