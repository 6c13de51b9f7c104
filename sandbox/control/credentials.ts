import type { Router } from 'express';
import { z } from 'zod';
import { issueCode, recordInstall } from '../oauth/grants.ts';
import { signOneTimeToken } from '../one-time-token.ts';
import { openSession } from '../sessions.ts';
import { nextId, type Site } from '../site.ts';
import { ForUser, needIntegration, needUser } from './need.ts';

const NewToken = ForUser.extend({ overrides: z.record(z.string(), z.unknown()).default({}) });

/** Signing in, OAuth codes and one-time tokens, without clicking through the page. */
export function credentialRoutes(site: Site, router: Router): void {
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
