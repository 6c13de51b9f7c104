import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import type { Session } from '../testing/harness.ts';
import type { SandboxAccount } from '../testing/sandbox-process.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';

const olga = 9100001;
const priya = 9100002;
const hannah = 9100005;

describe('sessions', () => {
  let harness: SharedHarness;
  let account: SandboxAccount;
  let other: SandboxAccount;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    [account, other] = harness.accounts;
  });
  afterEach(() => harness.clock.reset());

  async function start(token: string | null, origin: string | null = account.origin) {
    const answer = await fetch(`${harness.url}/v1/session`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(origin === null ? {} : { origin }),
        ...(token === null ? {} : { 'x-auth-token': token }),
      },
      body: '{"locale":"en"}',
    });
    const body = (await answer.json()) as {
      code?: string;
      token?: string;
      expiresAt?: string;
      user?: { id: number };
    };
    return { status: answer.status, ...body };
  }

  const now = () => Math.floor(Date.now() / 1000);
  const signed = (overrides: Record<string, unknown> = {}, userId = priya) =>
    harness.oneTimeToken(account, userId, overrides);
  function handmade(header: object, claims: object, sign: (input: string) => string): string {
    const input = [header, claims]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${sign(input)}`;
  }
  const claims = (overrides: Record<string, unknown> = {}) => ({
    iss: account.origin,
    aud: 'http://127.0.0.1',
    jti: randomUUID(),
    iat: now(),
    nbf: now(),
    exp: now() + 1800,
    account_id: account.id,
    user_id: priya,
    subdomain: account.subdomain,
    client_uuid: harness.clientId,
    ...overrides,
  });
  const hs256 = (secret: string) => (input: string) =>
    createHmac('sha256', secret).update(input).digest('base64url');
  const typ = 'JWT';

  it('takes a one-time token that Kommo made for this page, for at most ten minutes', async () => {
    const begun = await start(await signed());
    expect(begun).to.include({ status: 200 });
    expect(begun.user?.id).to.equal(priya);
    expect(Date.parse(begun.expiresAt ?? '') - Date.now()).to.be.within(1, 600_000);
    const own = handmade({ typ, alg: 'HS256' }, claims(), hs256(harness.clientSecret));
    expect(await start(own), 'the claims of this suite are right ones').to.include({ status: 200 });
    const withPort = await start(await signed({ aud: new URL(harness.url).origin }));
    expect(withPort, 'audience with the port').to.include({ status: 200 });
  });

  it('refuses every other token with a code that says why', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = jwt.sign(claims(), privateKey, { algorithm: 'RS256' });
    const invalid: Record<string, string> = {
      'alg none': handmade({ typ, alg: 'none' }, claims(), () => ''),
      'alg None': handmade({ typ, alg: 'None' }, claims(), () => ''),
      'alg none with a signature': handmade({ typ, alg: 'none' }, claims(), hs256(harness.clientSecret)),
      RS256: rs256,
      'RS256 header, HMAC under the public key': handmade(
        { typ, alg: 'RS256' },
        claims(),
        hs256(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      ),
      'HS256 under the public key': handmade(
        { typ, alg: 'HS256' },
        claims(),
        hs256(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      ),
      HS512: jwt.sign(claims(), harness.clientSecret, { algorithm: 'HS512' }),
      'no alg': handmade({ typ }, claims(), hs256(harness.clientSecret)),
      'wrong secret': handmade({ typ, alg: 'HS256' }, claims(), hs256('x'.repeat(64))),
      'empty secret': handmade({ typ, alg: 'HS256' }, claims(), hs256('')),
      'payload changed': (await signed()).replace(/\.(.)/, '.f'),
      'payload no JSON': `${Buffer.from('{"typ":"JWT","alg":"HS256"}').toString('base64url')}.bm90anNvbg.x`,
      'payload a number': handmade(
        { typ, alg: 'HS256' },
        5 as unknown as object,
        hs256(harness.clientSecret),
      ),
      'header a number': handmade(5 as unknown as object, claims(), hs256(harness.clientSecret)),
      'nbf in the future': await signed({ nbf: now() + 120 }),
      'iat in the future': await signed({ iat: now() + 120, exp: now() + 1000 }),
      'lifetime above 31 minutes': await signed({ exp: now() + 31 * 60 + 5 }),
      'iat long ago': await signed({ iat: now() - 3600 }),
      'float times': await signed({ iat: now() + 0.5, nbf: now() + 0.5, exp: now() + 1800.5 }),
      'times as text': await signed({ exp: String(now() + 1800) }),
      'another integration': await signed({ client_uuid: randomUUID() }),
      'account as text': await signed({ account_id: String(account.id) }),
      'user 0': await signed({ user_id: 0 }),
      'negative account': await signed({ account_id: -1 }),
      '5 kB': await signed({ padding: 'x'.repeat(4000) }),
      'a session of ours': (await harness.session(account)).token,
    };
    for (const claim of ['iss', 'aud', 'jti', 'iat', 'nbf', 'exp', 'account_id', 'user_id', 'client_uuid']) {
      const { [claim]: _, ...rest } = claims() as Record<string, unknown>;
      invalid[`without ${claim}`] = handmade({ typ, alg: 'HS256' }, rest, hs256(harness.clientSecret));
      invalid[`${claim} null`] = await signed({ [claim]: null });
    }
    for (const [what, token] of Object.entries(invalid)) {
      expect(await start(token), what).to.include({ status: 401, code: 'one-time-token-invalid' });
    }
    for (const [what, token, code] of [
      [
        'expired',
        await signed({ iat: now() - 1900, nbf: now() - 1900, exp: now() - 100 }),
        'one-time-token-expired',
      ],
      ['wrong audience', await signed({ aud: 'https://evil.example' }), 'one-time-token-wrong-audience'],
      [
        'audience with a path',
        await signed({ aud: 'http://127.0.0.1/kommo' }),
        'one-time-token-wrong-audience',
      ],
      [
        'audience of another port',
        await signed({ aud: 'http://127.0.0.1:1' }),
        'one-time-token-wrong-audience',
      ],
      ['an account that has not installed', await signed({ account_id: 1 }), 'not-installed'],
      ['another account, issued here', await signed({ account_id: other.id }), 'one-time-token-wrong-origin'],
      ['another issuer', await signed({ iss: other.origin }), 'one-time-token-wrong-origin'],
      ['an inactive user', await signed({}, hannah), 'user-inactive'],
      ['an unknown user', await signed({ user_id: 424242 }), 'user-inactive'],
    ] as const) {
      expect(await start(token), what).to.include({ status: 401, code });
    }
    for (const origin of [null, other.origin, 'null', 'https://evil.example', `${account.origin}/`]) {
      expect(await start(await signed(), origin), `from ${origin}`).to.include({
        status: 401,
        code: 'one-time-token-wrong-origin',
      });
    }
    expect(await start(null)).to.include({ status: 401, code: 'one-time-token-invalid' });
  });

  it('joins the same session when the page comes with the same token again, and no other user or origin may', async () => {
    const jti = randomUUID();
    const [first, second] = [await start(await signed({ jti })), await start(await signed({ jti }))];
    expect(sessionIdOf(first.token)).to.equal(sessionIdOf(second.token));
    expect(await start(await signed({ jti }, olga))).to.include({
      status: 401,
      code: 'one-time-token-invalid',
    });
    const elsewhere = await harness.oneTimeToken(other, (await harness.state(other)).users[0].id, { jti });
    expect(await start(elsewhere, other.origin), 'another account has ids of its own').to.include({
      status: 200,
    });
    const parallel = randomUUID();
    const many = await Promise.all(
      Array.from({ length: 8 }, async () => start(await signed({ jti: parallel }))),
    );
    expect(new Set(many.map(begun => sessionIdOf(begun.token))).size).to.equal(1);
  });

  it('ends after ten minutes with a code that lets the page renew it', async () => {
    const session = await harness.session(account);
    expect((await harness.fetch(session, '/v1/documents')).status).to.equal(200);
    harness.clock.move(9 * 60_000);
    expect((await harness.fetch(session, '/v1/documents')).status).to.equal(200);
    harness.clock.move(61_000);
    const late = await harness.fetch(session, '/v1/documents');
    expect(late.status).to.equal(401);
    expect(await late.json()).to.include({ code: 'session-expired' });
  });

  it('refuses our own tokens when they are changed, or signed in another way', async () => {
    const { token } = await harness.session(account);
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = [
      handmade({ typ, alg: 'none' }, claims, () => ''),
      handmade({ typ, alg: 'HS256' }, { ...claims, typ: 'admin', by: 'me' }, hs256(harness.clientSecret)),
      handmade({ typ, alg: 'HS256' }, claims, hs256('')),
      token.slice(0, -2),
    ];
    for (const attempt of forged) {
      const answer = await harness.fetch(attempt, '/v1/documents', { headers: { origin: account.origin } });
      expect(answer.status, attempt).to.equal(401);
    }
  });

  it('feels a revocation of ours within five seconds, also where the session was just used', async function () {
    this.timeout(20_000);
    const session = await harness.session(account, priya);
    expect((await harness.fetch(session, '/v1/leads/18834645/thread')).status).to.equal(200);
    await end(session);
    const from = Date.now();
    let status = 200;
    while (status === 200 && Date.now() - from < 6_000) {
      status = (await harness.fetch(session, '/v1/leads/18834645/thread')).status;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(status).to.equal(401);
    expect(Date.now() - from).to.be.below(5_500);
  });

  async function end(session: Session): Promise<void> {
    const { sid, tid } = JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString());
    await harness.app.db.withTenant(tid, tx =>
      tx('sessions').where({ id: sid }).update({ revoked_at: new Date() }),
    );
  }
});

function sessionIdOf(token: string | undefined): string {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()).sid;
}
