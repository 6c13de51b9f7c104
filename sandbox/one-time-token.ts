import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import jwt from 'jsonwebtoken';
import type { User } from './records.ts';
import { sessionOf } from './sessions.ts';
import { integrationOf, type Site } from './site.ts';
import type { Integration } from './state.ts';

const lifetimeSeconds = 1800;

/**
 * The token that tells an integration's server which user of which account is at its widget.
 *
 * Kommo: HS256 with the integration's secret as it stands; `aud` is scheme and host of the redirect address,
 * without its port; a bearer for 30 minutes in spite of its name.
 */
export function signOneTimeToken(
  site: Site,
  integration: Integration,
  user: User,
  overrides: Record<string, unknown> = {},
): string {
  const now = site.clock.now();
  const redirect = new URL(integration.redirectUri);
  const { account } = site.data;
  const claims = {
    iss: site.origin(),
    aud: `${redirect.protocol}//${redirect.hostname}`,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    account_id: account.id,
    user_id: user.id,
    subdomain: account.subdomain,
    client_uuid: integration.clientId,
    is_admin: user.rights.is_admin,
    ...overrides,
  };
  // A string payload is signed as it is: overrides may be claims that the library would refuse to write.
  return jwt.sign(JSON.stringify(claims), integration.clientSecret, {
    algorithm: 'HS256',
    header: { typ: 'JWT', alg: 'HS256' },
  });
}

export function oneTimeTokenRoutes(site: Site): Router {
  const router = Router();
  router.get('/ajax/v2/integrations/:clientId/disposable_token', (req, res) => {
    const session = sessionOf(site, req);
    if (!session || req.get('x-requested-with') !== 'XMLHttpRequest') {
      res.status(401).json({ title: 'Unauthorized', status: 401, detail: 'The page session is missing' });
      return;
    }
    res.locals['userId'] = session.user.id;
    const integration = integrationOf(site, req.params.clientId);
    // Given before the install too: the settings dialog of a widget runs then, and its server says what is missing.
    if (!integration) {
      res.status(404).json({ title: 'Not Found', status: 404, detail: 'The integration is unknown' });
      return;
    }
    res.json({ token: signOneTimeToken(site, integration, session.user) });
  });
  return router;
}
