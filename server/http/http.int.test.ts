import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';
import { createLogger } from '../kernel/index.ts';
import { createApp, createMetrics, listen, openApi, type Route, route, systemRoutes } from './index.ts';
import { Problem } from './problem.ts';
import type { SystemChecks } from './system-routes.ts';

const account = 'https://northwind.kommo.com';
const couldBe = 'https://unknown.kommo.com';

describe('the HTTP frame', () => {
  let url: string;
  let stop: () => Promise<void>;
  let checks: SystemChecks;
  let failing: Set<string>;
  let logs: string[];

  before(async () => {
    failing = new Set();
    logs = [];
    const fails = async (what: string) => {
      if (failing.has(what)) throw new Error(`${what} is down`);
    };
    checks = {
      database: () => fails('database'),
      queue: () => fails('queue'),
      pendingMigrations: async () => (failing.has('migrations') ? ['20990101000000_later'] : []),
      isStopping: () => failing.has('stopping'),
    };
    const metrics = createMetrics();
    const routes: Route[] = [];
    routes.push(
      ...systemRoutes(checks, metrics, () => routes, { version: '1', serverUrl: 'http://x' }),
      route({
        method: 'post',
        path: '/echo/{n}',
        operation: 'echo',
        summary: 's',
        tag: 't',
        permission: 'public',
        params: z.object({ n: z.coerce.number().int() }),
        body: z.object({ text: z.string() }),
        answers: { 200: z.object({ text: z.string() }) },
        handle: async ({ body, params }) => ({
          status: params.n === 500 ? (null as never) : 200,
          body: params.n === 13 ? { wrong: 1 } : body,
        }),
      }),
      route({
        method: 'post',
        path: '/early',
        operation: 'early',
        summary: 's',
        tag: 't',
        permission: 'public',
        beforeInstall: true,
        answers: { 204: null },
        handle: async () => ({ status: 204 }),
      }),
    );
    const app = createApp({
      routes,
      authenticate: async req =>
        req.get('authorization') === 'Bearer operator' ? { kind: 'operator' } : null,
      log: createLogger('debug', { write: line => void logs.push(line) }),
      metrics,
      trustProxyHops: 0,
      rateLimitPerMinute: 1_000,
      isKnownOrigin: async (origin, beforeInstall) =>
        origin === account || (beforeInstall && origin === couldBe),
      validateAnswers: true,
    });
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${listening.port}`;
    stop = async () => {
      await listening.close(0);
      metrics.registry.clear();
    };
  });
  afterEach(() => failing.clear());
  after(() => stop());

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  async function problem(answer: Response) {
    expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
    return Problem.parse(await answer.json());
  }

  it('answers every failure with a problem document of its status, code and request id', async () => {
    for (const [answer, status, code] of [
      [await fetch(`${url}/nowhere`), 404, 'no-such-route'],
      [await fetch(`${url}/echo/1`), 404, 'no-such-route'],
      [await fetch(`${url}/echo/%E0%A4%A`, { method: 'POST' }), 400, 'malformed-body'],
      [await post('/echo/1', '{"text":'), 400, 'malformed-body'],
      [await post('/echo/1', 'null'), 400, 'malformed-body'],
      [await post('/echo/1', JSON.stringify({ text: 'x'.repeat(300_000) })), 413, 'body-too-large'],
      [await post('/echo/1', 'text', { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
      [
        await post('/echo/1', '{}', { 'content-type': 'application/json; charset=koi8-r' }),
        415,
        'unsupported-media-type',
      ],
      [await post('/echo/1', 'x', { 'content-encoding': 'gzip' }), 400, 'malformed-body'],
      [await post('/echo/x', '{"text":1}'), 422, 'invalid-input'],
      [await post('/echo/1', '{"text":"a"}', { 'idempotency-key': 'short' }), 422, 'invalid-input'],
      [await post('/echo/13', '{"text":"a"}'), 500, 'internal'],
      [await fetch(`${url}/metrics`), 401, 'unauthenticated'],
    ] as const) {
      const said = await problem(answer);
      expect({ status: answer.status, code: said.code, said: said.status }).to.deep.equal({
        status,
        code,
        said: status,
      });
      expect(said.requestId).to.equal(answer.headers.get('x-request-id')).and.not.equal('');
      expect(said.type).to.equal(`urn:cardwise:problem:${code}`);
    }
    const faults = (await problem(await post('/echo/x', '{"text":1}'))).errors?.map(fault => fault.path);
    expect(faults).to.deep.equal(['path.n', 'body.text']);
  });

  it('says nothing of a bug but its request id, and logs it once', async () => {
    logs.length = 0;
    const said = await problem(await post('/echo/13', '{"text":"a"}'));
    expect(JSON.stringify(said)).not.to.match(/schema|echo broke|at /);
    const lines = logs.filter(line => line.includes(said.requestId));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('broke its own schema');
  });

  it("keeps a caller's plain request id and replaces any other", async () => {
    for (const [given, kept] of [
      ['a-good_id-123', true],
      ['x'.repeat(64), true],
      ['short', false],
      ['x'.repeat(65), false],
      ['with space in', false],
      ['<script>alert', false],
    ] as const) {
      const id = (await fetch(`${url}/livez`, { headers: { 'x-request-id': given } })).headers.get(
        'x-request-id',
      );
      if (kept) expect(id).to.equal(given);
      else expect(id).to.match(/^[0-9a-f-]{36}$/);
    }
  });

  it('sets the headers that keep answers out of caches, frames and guesses', async () => {
    for (const path of ['/livez', '/nowhere']) {
      const { headers } = await fetch(`${url}${path}`);
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy'))
        .to.contain("default-src 'none'")
        .and.contain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('strict-transport-security')).to.be.a('string');
      for (const name of ['x-powered-by', 'etag', 'server']) expect(headers.get(name), name).to.equal(null);
    }
  });

  it('lets pages of installed accounts read answers, and of other accounts the early route alone', async () => {
    const allowed = async (path: string, origin: string, method: string) => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          origin,
          ...(method === 'OPTIONS'
            ? { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-auth-token' }
            : {}),
        },
      });
      expect(answer.headers.get('access-control-allow-credentials')).to.equal(null);
      return answer.headers.get('access-control-allow-origin');
    };
    for (const method of ['OPTIONS', 'POST']) {
      expect(await allowed('/early', account, method)).to.equal(account);
      expect(await allowed('/early', couldBe, method)).to.equal(couldBe);
      expect(await allowed('/echo/1', account, method)).to.equal(account);
      for (const [path, origin] of [
        ['/echo/1', couldBe],
        ['/early', 'https://evil.example'],
        ['/echo/1', 'https://evil.example'],
        ['/echo/1', 'null'],
        ['/early', `${account}.evil.example`],
        ['/early', 'http://northwind.kommo.com'],
        ['/nowhere', couldBe],
      ] as const) {
        expect(await allowed(path, origin, method), `${method} ${path} from ${origin}`).to.equal(null);
      }
    }
    const { headers } = await fetch(`${url}/echo/1`, {
      method: 'OPTIONS',
      headers: { origin: account, 'access-control-request-method': 'POST' },
    });
    expect(headers.get('access-control-allow-headers'))
      .to.match(/X-Auth-Token/i)
      .and.match(/Idempotency-Key/i)
      .and.match(/Last-Event-ID/i);
    expect(headers.get('vary')).to.match(/origin/i);
  });

  it('is ready only while database, queue and migrations are, and not once it stops', async () => {
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
    for (const what of ['database', 'queue', 'migrations']) {
      failing = new Set([what]);
      const answer = await fetch(`${url}/readyz`);
      const { ready, checks: said } = (await answer.json()) as {
        ready: boolean;
        checks: Record<string, string>;
      };
      expect([answer.status, ready, said[what]]).to.deep.equal([503, false, 'failed']);
      expect(Object.values(said).filter(state => state === 'ok')).to.have.length(2);
    }
    failing = new Set(['stopping']);
    expect((await fetch(`${url}/readyz`)).status).to.equal(503);
    expect((await fetch(`${url}/livez`)).status).to.equal(200);
  });

  it('gives metrics to the operator, by operation and never by path', async () => {
    await post('/echo/777123', '{"text":"a"}');
    const text = await (
      await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer operator' } })
    ).text();
    expect(text).to.contain('route="/echo/:n"').and.not.contain('777123');
  });

  it('limits each caller with standard headers, and says when to come back', async () => {
    const metrics = createMetrics();
    const app = createApp({
      routes: systemRoutes(checks, metrics, () => [], { version: '1', serverUrl: 'http://x' }),
      authenticate: async req => (req.get('authorization') ? { kind: 'operator' } : null),
      log: createLogger('silent'),
      metrics,
      trustProxyHops: 0,
      rateLimitPerMinute: 3,
      isKnownOrigin: async () => false,
      validateAnswers: true,
    });
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    const get = (headers = {}) => fetch(`http://127.0.0.1:${listening.port}/livez`, { headers });
    for (let times = 0; times < 3; times += 1) expect((await get()).status).to.equal(200);
    const answer = await get({ 'x-forwarded-for': '9.9.9.9' });
    expect(answer.status).to.equal(429);
    expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 60);
    expect(answer.headers.get('ratelimit-policy')).to.match(/q=3; ?w=60/);
    expect(await problem(answer)).to.include({ code: 'too-many-requests' });
    await listening.close(0);
    metrics.registry.clear();
  });
});

describe('the codes of errors', () => {
  it('name one class each, in kebab-case', async () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const owners = new Map<string, string>();
    for (const name of await readdir(root, { recursive: true })) {
      if (
        !name.endsWith('.ts') ||
        name.endsWith('.test.ts') ||
        name.endsWith('.contract.ts') ||
        name.includes('testing')
      )
        continue;
      const source = await readFile(join(root, name), 'utf8');
      for (const [, owner = '', body = ''] of source.matchAll(/class (\w+) extends AppError \{(.*?)\n\}/gs)) {
        const [, code] = /readonly code = '([^']*)'/.exec(body) ?? [];
        if (code === undefined) continue; // given with each instance: NotFound, Unauthenticated, UnreadableBody
        expect(code, owner).to.match(/^[a-z]+(-[a-z]+)*$/);
        expect(owners.get(code), `${code} is both ${owner} and`).to.equal(undefined);
        owners.set(code, owner);
      }
    }
    expect(owners.size).to.be.greaterThan(25);
  });
});

describe('the OpenAPI file', () => {
  it('names each operation once, declares what its paths hold, and resolves its references', () => {
    const routes = [
      route({
        method: 'get',
        path: '/a/{id}',
        operation: 'a',
        summary: 's',
        tag: 't',
        permission: 'rep',
        params: z.object({ id: z.uuid() }),
        answers: { 200: z.object({ x: z.int() }) },
        handle: async () => 'handled',
      }),
    ];
    const file = openApi(routes, { version: '1', serverUrl: 'http://x' });
    const text = JSON.stringify(file);
    for (const [, ref = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = ref
        .split('/')
        .reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], file);
      expect(found, ref).to.be.an('object');
    }
    expect(file['openapi']).to.match(/^3\.1/);
  });
});
