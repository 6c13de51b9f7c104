import { expect } from 'chai';
import { IntegrationRefused, KommoUnavailable } from './errors.ts';
import { GrantRefused, requestTokens } from './oauth.ts';

const integration = { clientId: 'id', clientSecret: 's'.repeat(64), redirectUri: 'https://us.example/back' };

/** What asking for tokens comes to when the token endpoint answers like this. */
function outcome(status: number, body: unknown): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const fetcher = async () => new Response(text, { status });
  return requestTokens(fetcher, 'https://acme.kommo.com', integration, {
    grant_type: 'refresh_token',
    refresh_token: 'old',
  }).catch(error => error);
}

const problem = { hint: 'Invalid refresh token', title: 'Bad Request', status: 400, detail: 'Не найден' };

describe('asking for tokens', () => {
  it("takes 400 and 401 with Kommo's problem document for a refusal, and its hint for the reason", async () => {
    for (const status of [400, 401]) {
      for (const [body, hint] of [
        [problem, 'Invalid refresh token'],
        [{ title: 'Bad Request', detail: 'Gone' }, 'Gone'],
        [{ title: 'Bad Request' }, 'Bad Request'],
        [{ error: 'invalid_grant' }, 'invalid_grant'],
        [{ hint: 5, detail: 'Gone' }, 'Gone'],
      ] as const) {
        const refused = await outcome(status, body);
        expect(refused, JSON.stringify(body)).to.be.instanceOf(GrantRefused);
        expect(refused).to.have.property('hint', hint);
      }
    }
  });

  it('takes a refusal of the integration for none of the grant', async () => {
    for (const hint of [
      'Client authentication failed',
      'Check the `client_id` parameter',
      'Check the `redirect_uri` parameter',
      'invalid_client',
    ]) {
      for (const status of [400, 401]) {
        const error = await outcome(status, { ...problem, hint });
        expect(error, hint).to.be.instanceOf(IntegrationRefused);
        expect(error).to.include({ code: 'integration-refused', retryable: true });
      }
    }
    expect(await outcome(400, { ...problem, hint: 'Token is not linked to client' })).to.be.instanceOf(
      GrantRefused,
    );
  });

  it('takes every other answer for one that says nothing about the grant', async () => {
    const html = '<html><body>Blocked</body></html>';
    const others: [status: number, body: unknown][] = [
      ...[402, 403, 404, 405, 408, 410, 429, 500, 502, 503].flatMap(status =>
        [problem, html].map((body): [number, unknown] => [status, body]),
      ),
      ...[400, 401].flatMap(status =>
        [html, '', '{}', '[]', '"no"', 'null', { hint: '' }, { status: 400 }].map(
          (body): [number, unknown] => [status, body],
        ),
      ),
      [200, html],
      [200, { access_token: 'a' }],
    ];
    for (const [status, body] of others) {
      const error = await outcome(status, body);
      expect(error, `${status} ${JSON.stringify(body)}`).to.be.instanceOf(KommoUnavailable);
    }
  });

  it('gives the pair on success', async () => {
    expect(await outcome(200, { access_token: 'a', refresh_token: 'r', expires_in: 86_400 })).to.deep.equal({
      accessToken: 'a',
      refreshToken: 'r',
      expiresInSeconds: 86_400,
    });
  });
});
