import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openOutbound } from '../../outbound/index.ts';
import { zipOf } from '../../testing/fixtures/office.ts';
import { indexDocument } from '../index-document.ts';
import { searchKnowledge } from '../search.ts';
import { type Bench, bench, never, system } from '../testing.ts';
import { addArchive, addSource, controlSource, deleteSource } from './add-source.ts';
import { draftsFrom } from './conversations.ts';
import { type Outcome, selectItems, selectSources } from './source-queries.ts';
import { sourcesSweep } from './sweep-sources.ts';
import { syncSource } from './sync-source.ts';

type Page = { body?: string; status?: number; headers?: Record<string, string> } | string;

/** A request of its own, without a key. */
const once = { actor: system, idempotencyKey: null };
describe('sources', function () {
  this.timeout(240_000);
  let server: Server;
  let origin: string;
  let pages: Record<string, Page> = {};
  let asked: string[] = [];
  let outbound: ReturnType<typeof openOutbound>;

  before(async () => {
    server = createServer((req, res) => answer(req, res));
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    outbound = openOutbound({ privateOrigins: [origin] });
  });
  after(async () => {
    outbound.close();
    await new Promise(done => server.close(done));
  });
  beforeEach(() => {
    pages = {};
    asked = [];
  });

  function answer(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url ?? '/';
    asked.push(path);
    const page = pages[path];
    const {
      body = '',
      status = 200,
      headers = {},
    } = typeof page === 'string' ? { body: page } : (page ?? { status: 404 });
    if (headers['etag'] && req.headers['if-none-match'] === headers['etag'])
      res.writeHead(304, headers).end();
    else res.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  }

  const html = (title: string, text: string, ...links: string[]) =>
    `<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p>${links.map(link => `<a href="${link}">x</a>`).join('')}</body></html>`;
  const open = () => bench({ fetchPublic: outbound.trustedFetch });
  const site = (on: Bench, more: Record<string, unknown> = {}) => {
    const settings = { address: `${origin}/`, depth: 3, pagesMax: 50, sitemap: true, exclude: [], ...more };
    return addSource(
      on.deps,
      on.tenantId,
      { kind: 'site', title: 'Site', settings, everyMinutes: null },
      once,
    );
  };
  const look = async (on: Bench, id: string) =>
    (await on.db.withTenant(on.tenantId, tx => selectSources(tx, on.tenantId, { id, limit: 1 })))[0];
  const sync = async (on: Bench, id: string) => {
    // Slice after slice, as the queue would.
    do await syncSource(on.deps, on.tenantId, id, never);
    while ((await look(on, id))?.state === 'queued');
    const { rows } = await on.db.withTenant(on.tenantId, tx =>
      tx.raw(`select id from documents where state = 'queued' order by id`),
    );
    for (const row of rows) await indexDocument(on.deps, on.tenantId, row.id, never);
  };
  const again = async (on: Bench, id: string) => {
    await controlSource(on.deps, on.tenantId, id, 'sync', system);
    await sync(on, id);
  };
  const outcomes = async (on: Bench, id: string): Promise<Record<string, Outcome | null>> => {
    const rows = await on.db.withTenant(on.tenantId, tx =>
      selectItems(tx, on.tenantId, id, { outcome: null, after: null, limit: 100 }),
    );
    return Object.fromEntries(rows.map(row => [row.name.replace(origin, ''), row.outcome]));
  };
  const find = async (on: Bench, text: string) =>
    (await searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 5, signal: never }))
      .map(({ body }) => body)
      .join('\n');

  it('read a site by links and sitemap, as its robots.txt allows, each page once', async () => {
    pages = {
      '/robots.txt': {
        body: `User-agent: *\nDisallow: /private\nSitemap: ${origin}/map.xml`,
        headers: { 'content-type': 'text/plain' },
      },
      '/map.xml': `<urlset><url><loc>${origin}/from-map?b=2&amp;a=1</loc></url><url><loc>https://elsewhere.example/x</loc></url></urlset>`,
      '/': html(
        'Home',
        'Welcome to the shop.',
        '/delivery?utm_source=x',
        '/delivery#top',
        '/private',
        '/hidden',
        'https://elsewhere.example/',
        '/photo.jpg',
      ),
      '/delivery': html('Delivery', 'Delivery takes five days.', '/', '/old'),
      '/from-map?a=1&b=2': html('Map', 'The map page speaks of pumps.'),
      '/hidden':
        '<html><head><meta name="robots" content="noindex"></head><body>Not for search engines.</body></html>',
      '/old': { status: 301, headers: { location: '/delivery' } },
    };
    const on = await open();
    const id = await site(on);
    await sync(on, id);
    expect(await outcomes(on, id)).to.deep.equal({
      '/': 'added',
      '/delivery': 'added',
      '/from-map?a=1&b=2': 'added',
      '/hidden': 'left-out',
      '/old': 'left-out',
      '/private': 'left-out',
    });
    expect(await look(on, id)).to.include({
      state: 'ready',
      documents: 3,
      progress_done: 6,
      progress_total: 6,
    });
    expect(asked.filter(path => path.startsWith('/private'))).to.deep.equal([]);
    expect(await find(on, 'How long does delivery take?')).to.include('five days');
  });

  it('notice what changed by ETag and by text, and what is gone, at the next run', async () => {
    pages = {
      '/': html('Home', 'Welcome.', '/a', '/b', '/c'),
      '/a': { body: html('A', 'Spare parts for eleven years.'), headers: { etag: '"1"' } },
      '/b': html('B', 'The token is 1.').replace('<head>', '<head><meta name="csrf" content="1">'),
      '/c': html('C', 'Cancelled orders are refunded.'),
    };
    const on = await open();
    const id = await site(on);
    await sync(on, id);
    pages['/b'] = html('B', 'The token is 1.').replace('<head>', '<head><meta name="csrf" content="2">');
    delete pages['/c'];
    await again(on, id);
    expect(await outcomes(on, id)).to.deep.equal({
      '/': 'unchanged',
      '/a': 'unchanged',
      '/b': 'unchanged',
      '/c': 'removed',
    });
    expect(await find(on, 'Are cancelled orders refunded?')).not.to.include('refunded');
    pages['/a'] = { body: html('A', 'Spare parts for twelve years.'), headers: { etag: '"2"' } };
    await again(on, id);
    expect((await outcomes(on, id))['/a']).to.equal('changed');
    expect(await find(on, 'spare parts years')).to.include('twelve');
  });

  it('keep everything when the site is down or its start is gone', async () => {
    pages = { '/': html('Home', 'Open from nine to five.', '/a'), '/a': html('A', 'Something.') };
    const on = await open();
    const id = await site(on);
    await sync(on, id);
    pages = { '/robots.txt': { status: 503 } };
    await again(on, id);
    pages = {};
    await again(on, id);
    expect(await look(on, id)).to.include({ state: 'failed', failure_code: 'page-refused', documents: 2 });
    expect(await find(on, 'When are you open?')).to.include('nine to five');
  });

  it('go on where a killed worker stopped, and make each document once', async () => {
    pages = { '/': html('Home', 'Start.', ...Array.from({ length: 4 }, (_, n) => `/p${n}`)) };
    for (let n = 0; n < 4; n += 1) pages[`/p${n}`] = html(`P${n}`, `Page number ${n} has a text of its own.`);
    for (let dieAt = 3; dieAt <= 17; dieAt += 7) {
      const on = await open();
      const id = await site(on);
      let begun = 0;
      const dying = {
        ...on.db,
        withTenant: ((tenantId, work) => {
          begun += 1;
          return begun >= dieAt ? Promise.reject(new Error('killed')) : on.db.withTenant(tenantId, work);
        }) as typeof on.db.withTenant,
      };
      await syncSource({ ...on.deps, db: dying }, on.tenantId, id, never).catch(() => {});
      await sourcesSweep({ ...on.deps, listTenants: async () => [on.tenantId], soleProcess: true }).run(
        never,
      );
      await sync(on, id);
      expect(await look(on, id)).to.include({ state: 'ready', documents: 5 });
    }
  });

  it('are refused with a reason where an address is private, however it is spelt and wherever it comes from', async () => {
    const door = openOutbound({
      privateOrigins: [origin],
      resolve: ((host: string, _options: object, done: (error: null, found: object[]) => void) =>
        done(null, [
          { address: host === 'rebind.example' ? '10.0.0.7' : '93.184.216.34', family: 4 },
        ])) as never,
    });
    const addresses = [
      'http://127.1/',
      'http://0x7f000001/',
      'http://[::ffff:7f00:1]/',
      'http://2130706433/',
      'http://169.254.169.254/latest',
      'http://localhost/',
      'http://rebind.example/',
      'http://0177.0.0.1./',
      'http://[64:ff9b::a00:7]/',
    ];
    for (const address of addresses) {
      const on = await bench({
        fetchPublic: host =>
          String(host).includes('localhost') ? door.fetch('http://127.0.0.1/') : door.fetch(host),
      });
      const settings = { address, depth: 0, pagesMax: 1, sitemap: false, exclude: [] };
      const id = await addSource(
        on.deps,
        on.tenantId,
        { kind: 'page', title: 'P', settings, everyMinutes: null },
        once,
      );
      await sync(on, id);
      expect(await look(on, id), address).to.include({
        state: 'failed',
        failure_code: 'address-refused',
        documents: 0,
      });
    }
    pages = { '/': { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } } };
    const on = await bench({
      fetchPublic: input =>
        String(input).startsWith(origin) ? outbound.trustedFetch(input) : door.fetch(input),
    });
    const id = await site(on);
    await sync(on, id);
    expect(await look(on, id)).to.include({ state: 'failed', failure_code: 'address-refused' });
    door.close();
  });

  it('make a document of each file of an archive; the next archive changes, adds and removes', async () => {
    const on = await open();
    const first = zipOf({
      'docs/a.md': '# A\n\nAlpha text.',
      'docs/b.csv': 'Model,Price\nUno,649',
      'x.exe': 'MZ',
      'in.zip': 'PK',
      '__MACOSX/a': 'x',
    });
    const archive = { title: 'Docs', fileName: 'docs.zip' };
    const id = await addArchive(on.deps, on.tenantId, { id: null, ...archive, bytes: first }, once);
    await sync(on, id);
    expect(await outcomes(on, id)).to.deep.equal({
      'docs/a.md': 'added',
      'docs/b.csv': 'added',
      'in.zip': 'left-out',
      'x.exe': 'left-out',
    });
    const second = zipOf({ 'docs/a.md': '# A\n\nAlpha text.', 'docs/c.md': 'Gamma.' });
    await addArchive(on.deps, on.tenantId, { id, ...archive, bytes: second }, once);
    await sync(on, id);
    expect(await outcomes(on, id)).to.include({
      'docs/a.md': 'unchanged',
      'docs/b.csv': 'removed',
      'docs/c.md': 'added',
    });
    expect((await look(on, id))?.documents).to.equal(2);
    await deleteSource(on.deps, on.tenantId, id, system);
    expect(await find(on, 'Gamma')).to.equal('');
  });

  it('turn products into lines that carry their fields', async () => {
    const records = [
      { Name: 'Uno', Price: '649', SKU: 'U-1' },
      { Name: 'Forte', Price: '1190' },
    ];
    const on = await bench({ readProducts: async () => [{ id: 'catalog:1', title: 'Products', records }] });
    const id = await addSource(
      on.deps,
      on.tenantId,
      { kind: 'products', title: 'P', settings: {}, everyMinutes: null },
      once,
    );
    await sync(on, id);
    expect(await find(on, 'What is the price of the Forte?')).to.include('Name: Forte | Price: 1190');
  });

  it('propose what won clients asked, masked, once, and never as knowledge by itself', async () => {
    const messages = [
      { id: '1', from: 'client' as const, text: 'Hello' },
      { id: '2', from: 'client' as const, text: 'Do you deliver to Porto? My number is +351 912 345 678' },
      { id: '3', from: 'company' as const, text: 'Yes, within two days.' },
      { id: '4', from: 'client' as const, text: 'Thanks.' },
    ];
    const on = await bench({
      async *readWonConversations() {
        yield { leadId: 7, messages };
      },
    });
    const id = await addSource(
      on.deps,
      on.tenantId,
      { kind: 'conversations', title: 'C', settings: {}, everyMinutes: null },
      once,
    );
    await sync(on, id);
    await again(on, id);
    const drafts = await on.db.withTenant(on.tenantId, tx =>
      tx('question_drafts').select('question', 'answer', 'state'),
    );
    expect(drafts).to.have.length(1);
    expect(drafts[0]).to.include({ answer: 'Yes, within two days.', state: 'open' });
    expect(drafts[0].question).to.include('Porto').and.not.to.include('912');
    expect((await look(on, id))?.documents).to.equal(0);
    expect(
      draftsFrom({
        leadId: 1,
        messages: [{ id: '1', from: 'company', text: 'Interested in our offer, dear client?' }],
      }),
    ).to.deep.equal([]);
  });
});
