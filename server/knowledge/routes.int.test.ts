import { expect } from 'chai';
import { createApp, createMetrics, type Listening, listen } from '../http/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { tinyPdf } from '../testing/fixtures/tiny-pdf.ts';
import { indexDocument } from './index-document.ts';
import { knowledgeRoutes } from './routes.ts';
import { type Bench, bench, never } from './testing.ts';

const admin = (tenantId: TenantId) => `admin ${tenantId}`;

describe('the routes of knowledge', () => {
  let ours: Bench;
  let theirs: Bench;
  let server: Listening;

  before(async () => {
    ours = await bench();
    theirs = await bench();
    const app = createApp({
      routes: knowledgeRoutes(ours.deps),
      async authenticate(req) {
        const [role, tenantId] = req.get('authorization')?.split(' ') ?? [];
        if (!role) return null;
        const rep = { userId: 1, name: 'R', isAdmin: false, sessionId: 's', origin: 'https://x.kommo.com' };
        return role === 'admin'
          ? { kind: 'admin', tenantId: tenantId as TenantId, by: 'tests' }
          : { kind: 'rep', tenantId: tenantId as TenantId, ...rep };
      },
      log: ours.deps.log,
      metrics: createMetrics(),
      trustProxyHops: 0,
      rateLimitPerMinute: 10_000,
      isKnownOrigin: async () => false,
      validateAnswers: true,
    });
    server = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  after(() => server.close(0));

  async function call(
    method: string,
    path: string,
    init: { as?: string | null; body?: unknown; key?: string; type?: string } = {},
  ) {
    const as = init.as === undefined ? admin(ours.tenantId) : init.as;
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: {
        ...(as ? { authorization: as } : {}),
        ...(init.key ? { 'idempotency-key': init.key } : {}),
        ...(init.type ? { 'content-type': init.type } : {}),
      },
      ...(init.body === undefined ? {} : { body: init.body as FormData }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? null : JSON.parse(text),
      headers: response.headers,
    };
  }

  function form(
    content: string | Buffer,
    type = 'text/markdown',
    name = 'terms.md',
    title?: string,
  ): FormData {
    const data = new FormData();
    if (title !== undefined) data.set('title', title);
    data.set('file', new Blob([Uint8Array.from(Buffer.from(content))], { type }), name);
    return data;
  }

  const upload = async (content = '# Terms\n\nDelivery takes five days.') =>
    (await call('POST', '/v1/documents', { body: form(content) })).body.id as string;

  describe('upload', () => {
    it('takes a document in and shows it until it is ready', async () => {
      const { status, body } = await call('POST', '/v1/documents', {
        body: form('# Terms\n\nFive days.', undefined, undefined, 'Our terms'),
      });
      expect(status).to.equal(202);
      expect(body).to.include({
        title: 'Our terms',
        fileName: 'terms.md',
        state: 'queued',
        version: 1,
        passages: 0,
      });
      expect(ours.jobs.at(-1)).to.deep.equal({
        name: 'knowledge.index-document',
        key: body.id,
        payload: { tenantId: ours.tenantId, documentId: body.id },
      });
      await indexDocument(ours.deps, ours.tenantId, body.id, never);
      const ready = await call('GET', `/v1/documents/${body.id}`);
      expect(ready.body).to.include({ state: 'ready', searchableVersion: 1, passages: 1, language: 'en' });
    });

    it('never uses the name of a file as a path', async () => {
      const names = [
        '../../etc/passwd.md',
        'C:\\windows\\x.md',
        '//host/share/x.md',
        'a\u202efdp.md',
        'ünï.md',
      ];
      for (const name of names) {
        const { body } = await call('POST', '/v1/documents', { body: form('# Hi', undefined, name) });
        expect(body.fileName).to.match(/^[^/\\\u202e]+\.md$/);
      }
      for (const key of ours.files.keys()) expect(key).to.match(/^[0-9a-f-]{36} [0-9a-f-]{36}$/);
    });

    it('answers 413 to a file that is too large, declared or not', async () => {
      const large = await call('POST', '/v1/documents', { body: form('x'.repeat(200_001), 'text/plain') });
      expect([large.status, large.body.code]).to.deep.equal([413, 'body-too-large']);
      const huge = await call('POST', '/v1/documents', { body: form('x'.repeat(600_000), 'text/plain') });
      expect(huge.status).to.equal(413);
    });

    it('answers 415 to anything that is not a text or PDF, declared as what it is', async () => {
      const refused = async (init: Parameters<typeof call>[2]) =>
        (await call('POST', '/v1/documents', init)).status;
      expect(await refused({ body: form(tinyPdf({ pages: [['x']] }), 'text/plain') })).to.equal(415);
      expect(await refused({ body: form('# no pdf', 'application/pdf') })).to.equal(415);
      expect(await refused({ body: form('PK\u0003\u0004', 'application/zip', 'a.zip') })).to.equal(415);
      expect(await refused({ body: '{"file":"/etc/passwd"}', type: 'application/json' })).to.equal(415);
      expect(await refused({ body: 'file=/etc/passwd', type: 'application/x-www-form-urlencoded' })).to.equal(
        415,
      );
      expect(await refused({})).to.equal(415);
    });

    it('answers 400 or 422 to a broken, empty or missing file', async () => {
      const broken = {
        body: '--b\r\nContent-Disposition: form-data; name="file"',
        type: 'multipart/form-data; boundary=b',
      };
      expect((await call('POST', '/v1/documents', broken)).status).to.be.oneOf([400, 422]);
      expect((await call('POST', '/v1/documents', { body: form('') })).status).to.equal(422);
      const none = new FormData();
      none.set('title', 'x');
      expect((await call('POST', '/v1/documents', { body: none })).status).to.equal(422);
      const two = form('# one');
      two.append('file', new Blob(['# two'], { type: 'text/markdown' }), 'two.md');
      expect((await call('POST', '/v1/documents', { body: two })).status).to.equal(422);
    });

    it('gives the same document for the same key and file, and 409 for another file', async () => {
      const key = 'upload-key-1';
      const first = await call('POST', '/v1/documents', { body: form('# Same'), key });
      const files = ours.files.size;
      const second = await call('POST', '/v1/documents', { body: form('# Same'), key });
      expect(second.body.id).to.equal(first.body.id);
      expect(ours.files.size).to.equal(files);
      const other = await call('POST', '/v1/documents', { body: form('# Other'), key });
      expect([other.status, other.body.code]).to.deep.equal([409, 'upload-key-reused']);
      const parallel = await Promise.all(
        [1, 2, 3].map(() => call('POST', '/v1/documents', { body: form('# At once'), key: 'upload-key-2' })),
      );
      expect(new Set(parallel.map(({ body }) => body.id)).size).to.equal(1);
    });

    it('of a new version keeps the document', async () => {
      const id = await upload();
      const { status, body } = await call('PUT', `/v1/documents/${id}/file`, { body: form('# New') });
      expect(status).to.equal(202);
      expect(body).to.include({ id, version: 2, state: 'queued' });
    });
  });

  describe('reading', () => {
    it('lists page by page, newest first, without deleted ones', async () => {
      const on = await bench();
      const as = admin(on.tenantId);
      for (const number of [1, 2, 3])
        await call('POST', '/v1/documents', { as, body: form(`# ${number}`, undefined, `${number}.md`) });
      const first = (await call('GET', '/v1/documents?limit=2', { as })).body;
      expect(first.documents.map((row: { title: string }) => row.title)).to.deep.equal(['3', '2']);
      const second = (await call('GET', `/v1/documents?limit=2&after=${first.next}`, { as })).body;
      expect(second.documents.map((row: { title: string }) => row.title)).to.deep.equal(['1']);
      expect(second.next).to.equal(null);
      await call('DELETE', `/v1/documents/${first.documents[0].id}`, { as });
      expect((await call('GET', '/v1/documents', { as })).body.documents).to.have.length(2);
      expect((await call('GET', '/v1/documents?limit=0', { as })).status).to.equal(422);
    });

    it('shows a part of the text by its offsets', async () => {
      const id = await upload('# Terms 👍\n\nDelivery takes five days.');
      await indexDocument(ours.deps, ours.tenantId, id, never);
      const { body } = await call('GET', `/v1/documents/${id}/text?from=12&to=20`);
      expect(body).to.include({ text: 'Delivery', from: 12, to: 20, version: 1, length: 37 });
      expect((await call('GET', `/v1/documents/${id}/text?version=2`)).status).to.equal(404);
    });

    it('shows what an agent would find', async () => {
      const id = await upload('# Roasting\n\nBeans are roasted on Tuesdays.');
      await indexDocument(ours.deps, ours.tenantId, id, never);
      const { status, body } = await call(
        'GET',
        `/v1/knowledge/search?q=${encodeURIComponent('when are beans roasted?')}`,
      );
      expect(status).to.equal(200);
      expect(body.passages[0]).to.include({ documentId: id, title: 'terms' });
      expect(body.passages[0].score).to.be.greaterThan(body.supportThreshold);
      expect((await call('GET', '/v1/knowledge/search?q=')).status).to.equal(422);
      const again = await upload('# Roasting\n\nBeans are  roasted on Tuesdays.');
      await indexDocument(ours.deps, ours.tenantId, again, never);
      const found = await call('GET', '/v1/knowledge/search?q=when%20are%20beans%20roasted');
      const [{ documentId, alsoIn }] = found.body.passages;
      expect([documentId, alsoIn[0].documentId]).to.have.members([id, again]);
      expect(alsoIn[0].body).to.match(/Beans are +roasted on Tuesdays\./);
    });

    it('finds within tags, which are set as a whole, and lists by them', async () => {
      const tagged = await upload('# Opening\n\nThe roastery opens at dawn.');
      const other = await upload('# Hours\n\nThe roastery closes at dusk, it opens at dawn.');
      for (const id of [tagged, other]) await indexDocument(ours.deps, ours.tenantId, id, never);
      const tag = (id: string, tags: unknown, as?: string | null) =>
        call('PUT', `/v1/documents/${id}/tags`, {
          body: JSON.stringify({ tags }),
          type: 'application/json',
          ...(as === undefined ? {} : { as }),
        });
      expect((await tag(tagged, ['Old'])).status).to.equal(200);
      expect((await tag(tagged, ['Opening Hours', 'opening  hours', 'b'])).body.tags).to.deep.equal([
        'b',
        'opening hours',
      ]);
      const search = (query: string) => call('GET', `/v1/knowledge/search?q=roastery%20opens&${query}`);
      const ids = ({ body }: Awaited<ReturnType<typeof search>>) =>
        body.passages.map((passage: { documentId: string }) => passage.documentId);
      expect(ids(await search('tags=x,opening%20hours'))).to.deep.equal([tagged]);
      expect(ids(await search('tags=old'))).to.deep.equal([]);
      expect(ids(await search(`documentIds=${other}&languages=en`))).to.deep.equal([other]);
      expect(ids(await search('from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z'))).to.deep.equal([]);
      for (const bad of ['tags=', 'sourceIds=x', 'from=yesterday', 'languages=English'])
        expect((await search(bad)).status, bad).to.equal(422);
      const listed = (await call('GET', '/v1/documents?tag=B')).body.documents;
      expect(listed.map((row: { id: string }) => row.id)).to.deep.equal([tagged]);
      for (const bad of [['a,b'], [''], 'b', Array.from({ length: 21 }, (_, at) => `t${at}`)])
        expect((await tag(tagged, bad)).status, JSON.stringify(bad)).to.equal(422);
      expect((await tag(tagged, ['x'], null)).status).to.equal(401);
      expect((await tag(tagged, ['x'], `rep ${ours.tenantId}`)).status).to.equal(403);
      expect((await tag(tagged, ['x'], admin(theirs.tenantId))).status).to.equal(404);
    });
  });

  describe('the wall', () => {
    it('answers 404 to another tenant exactly as to anybody for a missing document', async () => {
      const id = await upload();
      const missing = '01890000-0000-7000-8000-000000000000';
      const as = admin(theirs.tenantId);
      const calls: [string, (id: string) => string, (() => FormData)?][] = [
        ['GET', own => `/v1/documents/${own}`],
        ['GET', own => `/v1/documents/${own}/text`],
        ['DELETE', own => `/v1/documents/${own}`],
        ['PUT', own => `/v1/documents/${own}/file`, () => form('# Poison')],
      ];
      for (const [method, path, body] of calls) {
        const answers = [];
        for (const asked of [id, missing]) {
          const answer = await call(method, path(asked), { as, body: body?.() });
          const { requestId: _, instance: __, ...same } = answer.body;
          answers.push({ status: answer.status, ...same });
        }
        expect(answers[0]).to.deep.equal(answers[1]);
        expect(answers[0]?.status).to.equal(404);
      }
      expect((await call('GET', `/v1/documents/${id}`)).body).to.include({ version: 1 });
      expect((await call('GET', '/v1/documents', { as })).body.documents).to.deep.equal([]);
    });

    it('asks for an administrator on every route', async () => {
      const id = await upload();
      for (const { method, path } of knowledgeRoutes(ours.deps)) {
        const url = path.replace('{documentId}', id);
        expect((await call(method.toUpperCase(), url, { as: null })).status).to.equal(401);
        expect((await call(method.toUpperCase(), url, { as: `rep ${ours.tenantId}` })).status).to.equal(403);
      }
    });
  });

  it('deletes once and keeps an audit line for each change', async () => {
    const id = await upload();
    expect((await call('DELETE', `/v1/documents/${id}`)).status).to.equal(204);
    expect((await call('DELETE', `/v1/documents/${id}`)).status).to.equal(404);
    expect((await call('GET', `/v1/documents/${id}`)).status).to.equal(404);
    const events = await ours.db.withTenant(ours.tenantId, tx =>
      tx('audit_events').where({ target: id }).orderBy('id').select('event', 'actor_kind', 'actor_id'),
    );
    expect(events).to.deep.equal([
      { event: 'knowledge.document-added', actor_kind: 'admin', actor_id: 'tests' },
      { event: 'knowledge.document-deleted', actor_kind: 'admin', actor_id: 'tests' },
    ]);
  });
});
