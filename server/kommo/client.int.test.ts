import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createLogger, newTenantId } from '../kernel/index.ts';
import { openOutbound } from '../outbound/index.ts';
import { memoryBudget } from './budget/memory-budget.ts';
import { openPacing, type Pacing } from './budget/pacing.ts';
import { type Account, type KommoClient, kommoClient } from './client.ts';

/** A server that answers as told: what Kommo and the network between do, byte by byte. */
describe('the client of an account', () => {
  let server: Server;
  let account: Account;
  let client: KommoClient;
  let pacing: Pacing;
  let answers: RequestListener[];
  let seen: { method: string; url: string; headers: Record<string, unknown>; body: string }[];
  let replaced: string[];
  let logs: string[];
  let outbound: ReturnType<typeof openOutbound>;

  const json =
    (status: number, body: unknown, type = 'application/hal+json'): RequestListener =>
    (_req, res) =>
      res.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  const problem = (status: number, extra: object = {}) =>
    json(status, { title: 'Problem', status, detail: 'Because', ...extra }, 'application/problem+json');
  const html =
    (status: number): RequestListener =>
    (_req, res) =>
      res.writeHead(status, { 'content-type': 'text/html' }).end('<html>no</html>');
  const cut: RequestListener = req => req.socket.destroy();

  beforeEach(async () => {
    [answers, seen, replaced, logs] = [[], [], [], []];
    server = createServer((req, res) => {
      let body = '';
      req.on('data', chunk => {
        body += chunk;
      });
      req.on('end', () => {
        seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
        (answers.shift() ?? json(500, { unplanned: true }))(req, res);
      });
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    account = { tenantId: newTenantId(), origin };
    outbound = openOutbound({ privateOrigins: [origin] });
    const log = createLogger('warn', { write: line => void logs.push(line) });
    pacing = openPacing({
      budget: memoryBudget({ perAccount: 1_000, perAddress: 10_000, address: 'here', blockMs: 60_000 }),
      fetch: outbound.trustedFetch,
      log,
      watch: { waited: () => {}, ended: () => {} },
    });
    const grants = {
      accessToken: async () => 'old',
      replaceAccessToken: async (_tenantId: string, refused: string) => {
        replaced.push(refused);
        return 'new';
      },
      store: async () => undefined,
      forget: () => {},
    };
    client = kommoClient({ grants, pacing, fetch: outbound.trustedFetch, log });
  });
  afterEach(async () => {
    await pacing.close();
    outbound.close();
    server.closeAllConnections();
    await new Promise(closed => server.close(closed));
    expect(answers, 'planned answers that nobody asked for').to.have.length(0);
  });

  const failure = (work: Promise<unknown>) =>
    work.then(
      value => ({ passed: value }),
      error => error,
    );
  async function all(list: AsyncIterable<unknown>): Promise<unknown[]> {
    const items: unknown[] = [];
    for await (const item of list) items.push(item);
    return items;
  }
  const page = (items: unknown[], next?: string): RequestListener =>
    json(200, {
      _links: {
        self: { href: 'x' },
        ...(next ? { next: { href: `https://other.kommo.com/api/v4${next}` } } : {}),
      },
      _embedded: { leads: items },
    });

  it('follows the pages of a list on its own host to the end, passing every item on as it is', async () => {
    answers.push(page([{ id: 1 }, 'odd'], '/leads?page=2&limit=2'), page([{ id: 3 }]));
    expect(
      await all(client.list(account, '/leads?limit=2', { embedded: 'leads', lane: 'sync' })),
    ).to.deep.equal([{ id: 1 }, 'odd', { id: 3 }]);
    expect(seen.map(({ url }) => url)).to.deep.equal([
      '/api/v4/leads?limit=2',
      '/api/v4/leads?page=2&limit=2',
    ]);
  });

  it('takes 204 for an empty list and for a record that is not there', async () => {
    const nothing: RequestListener = (_req, res) => res.writeHead(204).end();
    answers.push(nothing, nothing, problem(404));
    expect(await all(client.list(account, '/leads', { embedded: 'leads' }))).to.deep.equal([]);
    expect(await client.get(account, '/leads/1')).to.equal(null);
    expect(await client.get(account, '/talks/1')).to.equal(null);
  });

  it('ends a list after so many pages, and gives up one whose pages run in a circle', async () => {
    answers.push(page([1], '/leads?page=2'), page([2], '/leads?page=3'));
    expect(await all(client.list(account, '/leads', { embedded: 'leads', pagesMax: 2 }))).to.deep.equal([
      1, 2,
    ]);
    answers.push(page([1], '/leads?page=2'), page([2], '/leads?page=2'));
    expect(await failure(all(client.list(account, '/leads', { embedded: 'leads' })))).to.have.property(
      'code',
      'kommo-unavailable',
    );
    answers.push(json(200, { unexpected: true }));
    expect(await failure(all(client.list(account, '/leads', { embedded: 'leads' })))).to.have.property(
      'code',
      'kommo-unavailable',
    );
  });

  it('writes JSON under the account and gives back what Kommo answers, null for nothing', async () => {
    answers.push(json(200, { id: 5, updated_at: 6 }), (_req, res) => res.writeHead(204).end());
    expect(await client.write(account, 'PATCH', '/leads/5', { price: 7 }, { actAs: 9 })).to.deep.equal({
      status: 200,
      body: { id: 5, updated_at: 6 },
    });
    expect(seen[0]).to.deep.include({ method: 'PATCH', url: '/api/v4/leads/5', body: '{"price":7}' });
    expect(seen[0]?.headers).to.include({
      authorization: 'Bearer old',
      'content-type': 'application/json',
      'x-context-user-id': '9',
    });
    expect(await client.write(account, 'DELETE', '/webhooks', { destination: 'x' })).to.deep.equal({
      status: 204,
      body: null,
    });
  });

  it('takes a whole address on the host of the account, and sends its token nowhere else', async () => {
    answers.push(json(202, {}));
    await client.write(account, 'POST', `${account.origin}/api/v4/salesbot/1/continue/2`, {});
    expect(seen[0]?.url).to.equal('/api/v4/salesbot/1/continue/2');
    for (const elsewhere of ['https://evil.example/api/v4/x', `${account.origin}.evil.example/`, 'leads'])
      expect(await failure(client.write(account, 'POST', elsewhere, {}))).to.have.property(
        'code',
        'kommo-rejected',
      );
  });

  it("keeps Kommo's own faults of a body, from writes and from batches of deletes", async () => {
    const errors = [
      { code: 'NotSupportedChoice', path: 'custom_fields_values.0.field_id', detail: 'No such field' },
    ];
    answers.push(
      problem(400, { 'validation-errors': [{ request_id: '0', errors }] }),
      problem(422, { errors: [{ errors }] }),
    );
    for (const status of [400, 422]) {
      const error = await failure(client.write(account, 'POST', '/leads', [{}]));
      expect(error).to.include({ code: 'kommo-rejected', kommoStatus: status, retryable: false });
      expect(error.faults).to.deep.equal(errors);
      expect(error.message).to.contain('No such field');
    }
  });

  it('names each refusal of a write', async () => {
    for (const [status, code] of [
      [402, 'kommo-unpaid'],
      [403, 'kommo-forbidden'],
      [404, 'kommo-record-not-found'],
      [405, 'kommo-rejected'],
    ] as const) {
      answers.push(problem(status));
      expect(await failure(client.write(account, 'POST', '/leads', []))).to.have.property('code', code);
    }
  });

  it('never repeats a write whose outcome nobody knows, and says so', async () => {
    for (const answer of [html(500), html(502), html(504), cut]) {
      answers.push(answer);
      const error = await failure(client.write(account, 'POST', '/leads', [{}]));
      expect(error).to.include({ code: 'kommo-ambiguous', retryable: false });
    }
    expect(seen).to.have.length(4);
  });

  it('repeats a write that Kommo surely did not perform: after a 429, and with a fresh token after a 401', async function () {
    this.timeout(10_000);
    answers.push((_req, res) => res.writeHead(429).end('Too many requests'), json(200, { ok: 1 }));
    expect((await client.write(account, 'POST', '/leads', [{}])).body).to.deep.equal({ ok: 1 });
    answers.push(problem(401), json(200, { ok: 2 }));
    expect((await client.write(account, 'POST', '/leads', [{}])).body).to.deep.equal({ ok: 2 });
    expect(replaced).to.deep.equal(['old']);
    expect(seen.at(-1)?.headers).to.include({ authorization: 'Bearer new' });
  });

  it('says that nothing was changed where nobody listens, or the name is refused', async function () {
    this.timeout(10_000);
    const closed = createServer();
    await new Promise<void>(listening => closed.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise(done => closed.close(done));
    const door = openOutbound({ privateOrigins: [origin] });
    const grants = {
      accessToken: async () => 'token',
      replaceAccessToken: async () => 'token',
      store: async () => undefined,
      forget: () => {},
    };
    const other = kommoClient({ grants, pacing, fetch: door.trustedFetch, log: createLogger('silent') });
    const error = await failure(other.write({ ...account, origin }, 'POST', '/leads', [{}]));
    expect(error).to.include({ code: 'kommo-unavailable', retryable: true });
    door.close();
  });

  it('asks to reconnect when a fresh token is refused too, unless it is the user who is', async () => {
    answers.push(problem(401), problem(401));
    expect(await failure(client.get(account, '/leads'))).to.have.property('code', 'reconnect-needed');
    answers.push(problem(401), problem(401));
    expect(await failure(client.get(account, '/leads', { actAs: 4 }))).to.have.property(
      'code',
      'kommo-forbidden',
    );
  });

  it('repeats reads that fail for a passing reason, and only those', async function () {
    this.timeout(10_000);
    answers.push(html(503), cut, json(200, { fine: true }));
    expect(await client.get(account, '/leads')).to.deep.equal({ fine: true });
    answers.push(problem(403));
    expect(await failure(client.get(account, '/leads'))).to.have.property('code', 'kommo-forbidden');
    answers.push(html(200));
    expect(await failure(client.get(account, '/leads'))).to.have.property('code', 'kommo-unavailable');
    expect(seen).to.have.length(5);
  });

  it('stops every call of the address at the first 403 that is no answer of the API, and alarms once', async () => {
    answers.push(html(403));
    const first = await failure(client.write(account, 'POST', '/leads', [{}]));
    expect(first).to.include({ code: 'kommo-blocked', retryable: true });
    for (const lane of ['rep', 'client', 'sync'] as const)
      expect(
        await failure(client.get({ ...account, origin: 'https://another.kommo.com' }, '/x', { lane })),
      ).to.include({
        code: 'kommo-blocked',
      });
    expect(seen, 'nothing is sent while blocked').to.have.length(1);
    expect(logs.filter(line => line.includes('blocked our address'))).to.have.length(1);
    expect(await pacing.blockedForMs()).to.be.above(50_000);
  });

  it('takes a 403 in JSON for a missing right, whatever was refused just before', async function () {
    this.timeout(20_000);
    answers.push(problem(429), problem(429), problem(429));
    expect(await failure(client.get(account, '/leads'))).to.have.property('code', 'kommo-unavailable');
    answers.push(problem(403));
    expect(await failure(client.get(account, '/leads'))).to.have.property('code', 'kommo-forbidden');
    expect(await pacing.blockedForMs()).to.equal(0);
  });

  it('leaves at once with the caller, waiting or under way', async () => {
    const leaving = new AbortController();
    answers.push(() => leaving.abort(new Error('gone')));
    const error = await failure(client.get(account, '/leads', { signal: leaving.signal }));
    expect(error).to.have.property('message', 'gone');
    expect(await failure(client.get(account, '/leads', { signal: leaving.signal }))).to.have.property(
      'message',
      'gone',
    );
  });
});
