import { z } from 'zod';
import { toError } from '../kernel/index.ts';
import { IntegrationRefused, KommoUnavailable } from './errors.ts';

/** A pair of tokens as Kommo gives it; both change with every refresh. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
}

/** Kommo's own "no": the code or refresh token will never work again. */
export class GrantRefused extends Error {
  constructor(readonly hint: string) {
    super(`Kommo refused the grant: ${hint}`);
  }
}

export interface Integration {
  clientId: string;
  clientSecret: string;
  /** Byte for byte as it stands in the integration's settings. */
  redirectUri: string;
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

/** Exchanges a code or refresh token at the account's own host. @throws GrantRefused, IntegrationRefused, KommoUnavailable */
export async function requestTokens(
  fetcher: typeof fetch,
  origin: string,
  integration: Integration,
  grant:
    | { grant_type: 'authorization_code'; code: string }
    | { grant_type: 'refresh_token'; refresh_token: string },
): Promise<TokenPair> {
  let answer: Response;
  let body: string;
  try {
    answer = await fetcher(`${origin}/oauth2/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        client_id: integration.clientId,
        client_secret: integration.clientSecret,
        redirect_uri: integration.redirectUri,
        ...grant,
      }),
      signal: AbortSignal.timeout(15_000),
    });
    body = await answer.text();
  } catch (thrown) {
    throw thrown instanceof KommoUnavailable ? thrown : new KommoUnavailable(toError(thrown));
  }
  const parsed = parseJson(body);
  const reason = answer.status === 400 || answer.status === 401 ? reasonOf(parsed) : null;
  if (reason !== null)
    throw blamesIntegration(reason) ? new IntegrationRefused(reason) : new GrantRefused(reason);
  const tokens = TokenAnswer.safeParse(parsed);
  if (!answer.ok || !tokens.success)
    throw new KommoUnavailable(new Error(`token endpoint answered ${answer.status}`));
  return {
    accessToken: tokens.data.access_token,
    refreshToken: tokens.data.refresh_token,
    expiresInSeconds: tokens.data.expires_in,
  };
}

const text = z.string().min(1).optional().catch(undefined);
const OAuthProblem = z.object({ hint: text, detail: text, title: text, error: text });

/**
 * Why the token endpoint refuses; null unless the body is its problem document. A firewall or a balancer
 * in between answers 4xx too, says nothing about the grant, and must not cost one.
 *
 * Captures show `hint` in English and the rest localised, so the hint comes first.
 */
function reasonOf(body: unknown): string | null {
  const { data } = OAuthProblem.safeParse(body);
  return data?.hint ?? data?.detail ?? data?.title ?? data?.error ?? null;
}

/**
 * A wrong secret or redirect address is refused with the same 400 as a lost grant. Taking the one for the
 * other would disconnect every account at the first mistake in the configuration.
 */
function blamesIntegration(reason: string): boolean {
  return (
    /client|redirect[_ ]ur[il]|grant[_ ]type|scope|integration/i.test(reason) &&
    !/\btoken\b|\bcode\b/i.test(reason)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
