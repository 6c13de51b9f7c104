import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { newId } from '../../kernel/index.ts';
import { addTenant } from '../../testing/database.ts';
import { zipOf } from '../../testing/fixtures/office.ts';
import { type Call, type CallOptions, type ServedRoutes, serveRoutes } from '../../testing/serve-routes.ts';
import { indexDocument } from '../index-document.ts';
import { knowledgeRoutes } from '../routes.ts';
import { searchKnowledge } from '../search.ts';
import { type Bench, bench, never } from '../testing.ts';
import { syncSource } from './sync-source.ts';

const zip = (files: Record<string, string>) => ({
  name: 'handbook.zip',
  type: 'application/zip',
  content: new Uint8Array(zipOf(files)),
});
const markdown = (content: string) => ({ name: 'a.md', type: 'text/markdown', content });

describe('the routes by which knowledge comes in', () => {
  let on: Bench;
  let server: ServedRoutes;
  let call: Call;
  let theirs: string;
  before(async function () {
    this.timeout(120_000);
    on = await bench();
    server = await serveRoutes(knowledgeRoutes(on.deps), on.deps.log);
    call = server.callAs(`admin ${on.tenantId}`);
    theirs = `admin ${await addTenant(on.db)}`;
  });
  after(() => server.close());

  /** The five ways a call can be refused before its body is looked at. */
  async function guards(
    method: string,
    path: string,
    options: CallOptions,
    ofATenant: boolean,
  ): Promise<void> {
    const said = `${method} ${path}`;
    expect((await call(method, path, { ...options, as: null })).status, said).to.equal(401);
    expect((await call(method, path, { ...options, as: `rep ${on.tenantId}` })).status, said).to.equal(403);
    if (ofATenant) expect((await call(method, path, { ...options, as: theirs })).status, said).to.equal(404);
  }
  const best = async (text: string) =>
    (await searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 1, signal: never }))[0]?.body ??
    '';
  const index = (id: string) => indexDocument(on.deps, on.tenantId, id, never);

  describe('texts', () => {
    it('become documents that are found', async () => {
      const body = { title: 'Opening hours', text: 'The shop in Porto opens at nine.' };
      const added = await call('POST', '/v1/texts', { body });
      expect(added.status).to.equal(202);
      expect(added.body).to.include({ title: 'Opening hours', state: 'queued', sourceId: null });
      await index(added.body.id);
      expect(await best('When does the shop in Porto open?')).to.include('opens at nine');
    });
    it('are one document for one Idempotency-Key, which another text may not use', async () => {
      const key = newId();
      const body = { title: 'T', text: 'Once.' };
      const first = await call('POST', '/v1/texts', { body, key });
      expect((await call('POST', '/v1/texts', { body, key })).body.id).to.equal(first.body.id);
      const other = await call('POST', '/v1/texts', { body: { title: 'T', text: 'Twice.' }, key });
      expect([other.status, other.body.code]).to.deep.equal([409, 'upload-key-reused']);
    });
    it('are refused when empty, too long, or not said to be JSON', async () => {
      for (const body of [
        {},
        { title: 'T' },
        { title: ' ', text: 'a' },
        { title: 'T', text: ' \u0000 ' },
        { title: 'x'.repeat(201), text: 'a' },
      ])
        expect((await call('POST', '/v1/texts', { body })).status, JSON.stringify(body)).to.equal(422);
      expect((await call('POST', '/v1/texts', { file: markdown('a') })).status).to.equal(415);
      await guards('POST', '/v1/texts', { body: { title: 'T', text: 'a' } }, false);
    });
  });

  describe('questions and answers', () => {
    it('are found each by itself', async () => {
      const pairs = [
        { question: 'Do you ship to the Azores?', answer: 'Yes, within eight days.' },
        { question: 'May I pay in instalments?', answer: 'Yes, in three of equal size.' },
      ];
      const added = await call('POST', '/v1/questions', { body: { pairs } });
      expect(added.body.title).to.equal('Do you ship to the Azores?');
      await index(added.body.id);
      expect(await best('pay in instalments')).to.include('three of equal size');
    });
    it('are refused without a pair, or with half of one', async () => {
      for (const body of [
        {},
        { pairs: [] },
        { pairs: [{ question: 'A?' }] },
        { pairs: [{ question: ' ', answer: 'b' }] },
      ])
        expect((await call('POST', '/v1/questions', { body })).status, JSON.stringify(body)).to.equal(422);
      await guards('POST', '/v1/questions', { body: { pairs: [{ question: 'A?', answer: 'B' }] } }, false);
    });
  });

  describe('documents by the id of their sender', () => {
    const path = '/v1/documents/by-external-id/terms%2F2026';
    it('are added, stay as they are, get a new version, are read and deleted', async () => {
      const added = await call('PUT', path, { file: markdown('# Terms\n\nOne.') });
      expect(added.status).to.equal(202);
      expect(added.body).to.include({ externalId: 'terms/2026', version: 1 });
      await index(added.body.id);
      expect((await call('PUT', path, { file: markdown('# Terms\n\nOne.') })).status).to.equal(200);
      const changed = await call('PUT', path, { file: markdown('# Terms\n\nTwo.') });
      expect([changed.status, changed.body.id, changed.body.version]).to.deep.equal([202, added.body.id, 2]);
      expect((await call('GET', path)).body.id).to.equal(added.body.id);
      expect((await call('DELETE', path)).status).to.equal(204);
      expect((await call('GET', path)).body.code).to.equal('document-not-found');
    });
    it('are refused where the id or the file makes no sense, and to others', async () => {
      expect(
        (await call('PUT', '/v1/documents/by-external-id/a%00b', { file: markdown('a') })).status,
      ).to.equal(422);
      expect(
        (await call('PUT', `/v1/documents/by-external-id/${'x'.repeat(201)}`, { file: markdown('a') }))
          .status,
      ).to.equal(422);
      const png = { name: 'a.png', type: 'image/png', content: 'x' };
      expect((await call('PUT', path, { file: png })).status).to.equal(415);
      await call('PUT', path, { file: markdown('ours') });
      await guards('GET', path, {}, true);
      await guards('DELETE', path, {}, true);
      await guards('PUT', path, { file: markdown('a') }, false);
      const made = await call('PUT', path, { file: markdown('theirs'), as: theirs });
      expect(made.status, 'the same name is another document in another account').to.equal(202);
      expect((await call('GET', path)).body.id).not.to.equal(made.body.id);
    });
  });

  describe('sources', () => {
    it('of a site keep what was asked of them, page by page in lists', async () => {
      const address = 'https://Example.com/help/#top';
      const added = await call('POST', '/v1/sources', {
        body: { kind: 'site', address, depth: 2, everyMinutes: 1440 },
      });
      expect(added.status).to.equal(202);
      expect(added.body).to.include({
        kind: 'site',
        title: 'example.com',
        state: 'queued',
        everyMinutes: 1440,
      });
      expect(on.jobs.at(-1)).to.include({ name: 'knowledge.sync-source' });
      const second = await call('POST', '/v1/sources', { body: { kind: 'products' } });
      const page = (await call('GET', '/v1/sources?limit=1')).body;
      expect([page.sources[0].id, page.next]).to.deep.equal([second.body.id, second.body.id]);
      const rest = (await call('GET', `/v1/sources?after=${page.next}`)).body;
      expect(rest.sources.map((each: { id: string }) => each.id)).to.include(added.body.id);
    });
    it('are one source for one Idempotency-Key, which another source may not use', async () => {
      const key = randomUUID();
      const body = { kind: 'page', address: 'https://example.com/prices' };
      const [first, again] = [
        await call('POST', '/v1/sources', { body, key }),
        await call('POST', '/v1/sources', { body, key }),
      ];
      expect([first.status, again.status, again.body.id]).to.deep.equal([202, 202, first.body.id]);
      const other = { kind: 'page', address: 'https://example.com/terms' };
      const refused = await call('POST', '/v1/sources', { body: other, key });
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'upload-key-reused']);
      const file = zip({ 'a.md': 'Oats and barley.' });
      expect((await call('POST', '/v1/sources/archives', { file, key })).status).to.equal(409);
      const own = randomUUID();
      const stored = on.files.size;
      const archives = [
        await call('POST', '/v1/sources/archives', { file, key: own }),
        await call('POST', '/v1/sources/archives', { file, key: own }),
      ];
      expect(archives.map(({ body }) => body.id)).to.deep.equal(Array(2).fill(archives[0]?.body.id));
      expect(on.files.size).to.equal(stored + 1);
    });
    it('are refused where the kind, the address or the pace makes no sense', async () => {
      for (const body of [
        {},
        { kind: 'ftp' },
        { kind: 'site' },
        { kind: 'site', address: 'ftp://example.com' },
        { kind: 'site', address: 'https://user:secret@example.com' },
        { kind: 'site', address: 'https://example.com', depth: -1 },
        { kind: 'products', everyMinutes: 0 },
      ])
        expect((await call('POST', '/v1/sources', { body })).status, JSON.stringify(body)).to.equal(422);
      await guards('POST', '/v1/sources', { body: { kind: 'products' } }, false);
      await guards('GET', '/v1/sources', {}, false);
      expect((await call('GET', '/v1/sources', { as: theirs })).body.sources).to.deep.equal([]);
    });
    it('of an archive make a document of each file, and list what became of each', async () => {
      const files = {
        'a.md': '# A\n\nThe roaster is blue.',
        'b/c.md': '# C\n\nThe kettle is red.',
        'd.exe': 'MZ',
      };
      const added = await call('POST', '/v1/sources/archives', { file: zip(files) });
      expect(added.status).to.equal(202);
      const { id } = added.body;
      await syncSource(on.deps, on.tenantId, id, never);
      const { items, next } = (await call('GET', `/v1/sources/${id}/items?limit=2`)).body;
      expect(items).to.have.length(2);
      const more = (await call('GET', `/v1/sources/${id}/items?afterName=${encodeURIComponent(next)}`)).body;
      const names = [...items, ...more.items].map((each: { name: string }) => each.name).sort();
      expect(names).to.deep.equal(['a.md', 'b/c.md', 'd.exe']);
      expect((await call('GET', `/v1/documents?sourceId=${id}`)).body.documents).to.have.length(2);
      const replaced = await call('PUT', `/v1/sources/${id}/archive`, {
        file: zip({ 'a.md': '# A\n\nGreen.' }),
      });
      expect([replaced.status, replaced.body.id]).to.deep.equal([202, id]);
    });
    it('are no archive where the file is none, whatever it says it is', async () => {
      const fake = { ...zip({}), content: 'PK? no' };
      expect((await call('POST', '/v1/sources/archives', { file: fake })).status).to.equal(415);
      expect((await call('POST', '/v1/sources/archives', { file: markdown('a') })).status).to.equal(415);
      expect((await call('POST', '/v1/sources/archives', { body: {} })).status).to.equal(415);
      await guards('POST', '/v1/sources/archives', { file: zip({ 'a.md': 'a' }) }, false);
    });
    it('are synchronised, paused, resumed, cancelled and deleted by administrators of their account alone', async () => {
      const { id } = (await call('POST', '/v1/sources', { body: { kind: 'conversations' } })).body;
      const at = `/v1/sources/${id}`;
      expect((await call('POST', `${at}/pause`)).body.state).to.equal('paused');
      expect((await call('POST', `${at}/pause`)).status).to.be.oneOf([200, 202, 409]);
      expect((await call('POST', `${at}/resume`)).body.state).to.equal('queued');
      expect((await call('POST', `${at}/cancel`)).status).to.be.below(300);
      expect((await call('POST', `${at}/sync`)).body.state).to.equal('queued');
      for (const [method, path, options] of [
        ['GET', at, {}],
        ['GET', `${at}/items`, {}],
        ['PUT', `${at}/archive`, { file: zip({ 'a.md': 'a' }) }],
        ...['sync', 'pause', 'resume', 'cancel'].map(verb => ['POST', `${at}/${verb}`, {}] as const),
        ['DELETE', at, {}],
      ] as const) {
        await guards(method, path, options, true);
        expect((await call(method, path.replace(id, 'nonsense'), options)).status, path).to.equal(422);
        expect((await call(method, path.replace(id, randomUUID()), options)).status, path).to.equal(404);
      }
      expect((await call('DELETE', at)).status).to.equal(204);
      expect((await call('GET', at)).body.code).to.equal('source-not-found');
    });
  });

  describe('drafts', () => {
    const draft = async () => {
      const row = {
        tenant_id: on.tenantId,
        id: newId(),
        origin: randomUUID(),
        lead_id: 7,
        question: 'Is it loud?',
        answer: 'No, 40 dB.',
      };
      await on.db.withTenant(on.tenantId, tx => tx('question_drafts').insert(row));
      return row.id;
    };
    it('become knowledge once accepted, in better words if given, and once only', async () => {
      const id = await draft();
      const listed = (await call('GET', '/v1/question-drafts?limit=1')).body.drafts[0];
      expect(listed).to.include({ id, state: 'open', kind: 'pair', leadId: 7, needsEditing: false });
      const accepted = await call('POST', `/v1/question-drafts/${id}/accept`, {
        body: { answer: 'No: 40 dB at one metre.' },
      });
      expect(accepted.body).to.include({ state: 'accepted', answer: 'No: 40 dB at one metre.' });
      await index(accepted.body.documentId);
      expect(await best('Is it loud?')).to.include('at one metre');
      const again = await call('POST', `/v1/question-drafts/${id}/accept`, { body: {} });
      expect(again.body.documentId).to.equal(accepted.body.documentId);
      expect((await call('POST', `/v1/question-drafts/${id}/refuse`)).body.code).to.equal(
        'not-in-that-state',
      );
    });
    it('are put away when refused', async () => {
      const id = await draft();
      expect((await call('POST', `/v1/question-drafts/${id}/refuse`)).body.state).to.equal('refused');
      expect((await call('POST', `/v1/question-drafts/${id}/accept`, { body: {} })).status).to.equal(409);
      expect((await call('GET', '/v1/question-drafts?state=refused')).body.drafts[0].id).to.equal(id);
    });
    it('are the own account’s, for administrators alone, and refuse nonsense', async () => {
      const id = await draft();
      for (const [method, path, options] of [
        ['PATCH', `/v1/question-drafts/${id}`, { body: { answer: 'Theirs' } }],
        ['POST', `/v1/question-drafts/${id}/accept`, { body: {} }],
        ['POST', `/v1/question-drafts/${id}/refuse`, {}],
      ] as const)
        await guards(method, path, options, true);
      await guards('GET', '/v1/question-drafts', {}, false);
      expect((await call('GET', '/v1/question-drafts', { as: theirs })).body.drafts).to.deep.equal([]);
      expect((await call('GET', '/v1/question-drafts?state=lost')).status).to.equal(422);
      expect((await call('PATCH', `/v1/question-drafts/${id}`, { body: { answer: ' ' } })).status).to.equal(
        422,
      );
      expect((await call('GET', '/v1/question-drafts?limit=1')).body.drafts[0].answer).to.equal('No, 40 dB.');
    });
  });
});
