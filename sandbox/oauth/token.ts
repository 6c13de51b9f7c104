import { randomUUID, timingSafeEqual } from 'node:crypto';
import express, { Router } from 'express';
import { z } from 'zod';
import { unauthorized } from '../errors.ts';
import { integrationOf, type Site } from '../site.ts';
import type { TokenPair } from '../state.ts';
import { accessSeconds, issuePair, markUsed, pairOfAccessToken } from './grants.ts';

const TokenRequest = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.enum(['authorization_code', 'refresh_token']),
  code: z.string().optional(),
  refresh_token: z.string().optional(),
  redirect_uri: z.string(),
});
type TokenRequest = z.infer<typeof TokenRequest>;

class TokenRefused extends Error {}

/** Kommo: the token endpoint reads JSON and forms alike, and explains a refusal only by its `hint`. */
export function tokenRoutes(site: Site): Router {
  const router = Router();
  router.post('/oauth2/access_token', express.json(), express.urlencoded(), async (req, res) => {
    try {
      const { pair, accessToken } = exchange(site, req.body);
      res.locals['userId'] = pair.userId;
      await site.store.flush();
      res.json({
        token_type: 'Bearer',
        expires_in: accessSeconds,
        server_time: site.clock.now(),
        access_token: accessToken,
        refresh_token: pair.refreshToken,
      });
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      res.status(400).type('application/problem+json');
      res.send(
        JSON.stringify({
          hint: error.message,
          title: 'Bad Request',
          type: 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson',
          status: 400,
          detail: 'The request is missing required parameters or they are invalid',
        }),
      );
    }
  });

  router.get('/oauth2/account/current/subdomain', (req, res) => {
    const refreshToken = req.get('x-refresh-token');
    const now = site.clock.now();
    const pair = site.data.pairs.find(
      one => one.refreshToken === refreshToken && !one.retired && one.refreshExpiresAt > now,
    );
    if (!pair) throw unauthorized();
    res.json(subdomainOf(site));
  });
  router.get('/oauth2/account/subdomain', (req, res) => {
    const pair = pairOfAccessToken(site, (req.get('authorization') ?? '').replace(/^Bearer /i, ''));
    if (!pair) throw unauthorized();
    res.json(subdomainOf(site));
  });
  return router;
}

function subdomainOf(site: Site) {
  const { id, subdomain } = site.data.account;
  return { id, subdomain, domain: site.host(), top_level_domain: 'com' };
}

function exchange(site: Site, body: unknown): { pair: TokenPair; accessToken: string } {
  const parsed = TokenRequest.safeParse(body);
  if (!parsed.success) {
    const missing = parsed.error.issues[0]?.path.join('.') ?? 'body';
    throw new TokenRefused(`Check the \`${missing}\` parameter`);
  }
  const request = parsed.data;
  const integration = integrationOf(site, request.client_id);
  if (!integration || !sameText(integration.clientSecret, request.client_secret)) {
    throw new TokenRefused('Client authentication failed');
  }
  if (integration.redirectUri !== request.redirect_uri)
    throw new TokenRefused('Check the `redirect_uri` parameter');
  return request.grant_type === 'authorization_code'
    ? exchangeCode(site, request, integration.scopes)
    : refresh(site, request);
}

function exchangeCode(site: Site, request: TokenRequest, scopes: string[]) {
  const code = site.data.codes.find(one => one.code === request.code && one.clientId === request.client_id);
  if (!code) throw new TokenRefused('Cannot decrypt the authorization code');
  if (code.used) throw new TokenRefused('Authorization code has been revoked');
  if (code.expiresAt <= site.clock.now()) throw new TokenRefused('Authorization code has expired');
  code.used = true;
  const user = site.data.users.find(({ id }) => id === code.userId);
  return issuePair(site, {
    grantId: randomUUID(),
    generation: 1,
    clientId: code.clientId,
    userId: code.userId,
    grantedByAdmin: user?.rights.is_admin ?? false,
    scopes,
  });
}

/**
 * Rotates a refresh token. Asked again with the previous one before the new pair was used (its answer was lost),
 * it issues another pair, and the unused one is void.
 */
function refresh(site: Site, request: TokenRequest) {
  const old = site.data.pairs.find(
    pair =>
      pair.refreshToken === request.refresh_token &&
      pair.clientId === request.client_id &&
      !pair.retired &&
      pair.refreshExpiresAt > site.clock.now(),
  );
  if (!old) throw new TokenRefused('Invalid refresh token');
  markUsed(site, old);
  const siblings = site.data.pairs.filter(
    pair => pair.grantId === old.grantId && pair.generation > old.generation,
  );
  for (const lost of siblings) lost.retired = true;
  const { grantId, clientId, userId, grantedByAdmin, scopes } = old;
  const generation = Math.max(old.generation, ...siblings.map(pair => pair.generation)) + 1;
  return issuePair(site, { grantId, clientId, userId, grantedByAdmin, scopes, generation });
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
