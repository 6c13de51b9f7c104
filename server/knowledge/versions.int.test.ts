import { expect } from 'chai';
import type { Embedder } from '../llm/index.ts';
import { replaceDocument, upsertDocument } from './add-document.ts';
import { controlDocument } from './control-document.ts';
import { deleteDocument } from './delete-document.ts';
import { selectDocuments } from './document-queries.ts';
import { enqueueNext } from './enqueue.ts';
import { indexDocument } from './index-document.ts';
import { searchKnowledge } from './search.ts';
import { add, addAndIndex, type Bench, bench, never, system } from './testing.ts';
import { compareVersions, listVersions, restoreVersion } from './versions.ts';

const paragraph = (about: string) =>
  `## ${about}\n\n${`The ${about} takes a while to explain properly. `.repeat(12)}`;
const first = [paragraph('delivery'), paragraph('warranty'), paragraph('service')].join('\n\n');
const second = [paragraph('delivery'), paragraph('guarantee'), paragraph('service')].join('\n\n');

function counting(): Embedder & { texts: string[] } {
  const texts: string[] = [];
  return {
    model: 'counting',
    dimensions: 3,
    texts,
    async embed(batch) {
      texts.push(...batch);
      return batch.map(text => [text.length % 7, text.length % 5, 1]);
    },
  };
}

const upload = (content: string, title = 'A document') => ({
  title,
  fileName: 'a.md',
  mediaType: 'text/markdown' as const,
  bytes: Buffer.from(content),
});
const options = { actor: system, idempotencyKey: null };

async function replace(on: Bench, id: string, content: string): Promise<void> {
  await replaceDocument(on.deps, on.tenantId, id, upload(content), options);
  await indexDocument(on.deps, on.tenantId, id, never);
}

const look = async ({ db, tenantId }: Bench, id: string) =>
  (await db.withTenant(tenantId, tx => selectDocuments(tx, tenantId, { id, limit: 1 })))[0];
const versionsOf = ({ db, tenantId }: Bench, id: string) =>
  db.withTenant(tenantId, tx => listVersions(tx, tenantId, id));
const find = async (on: Bench, text: string) =>
  (await searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 5, signal: never }))
    .map(({ body }) => body)
    .join('\n');

describe('versions of a document', () => {
  it('embed only the passages that changed, also when an older one comes back', async () => {
    const embedder = counting();
    const on = await bench({ embedder });
    const id = await addAndIndex(on, first);
    expect(embedder.texts).to.have.length(3);
    await replace(on, id, second);
    expect(embedder.texts.slice(3).map(text => text.includes('guarantee'))).to.deep.equal([true]);
    await restoreVersion(on.deps, on.tenantId, id, 1, system);
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(embedder.texts).to.have.length(4);
    expect(await find(on, 'warranty')).to.include('The warranty takes');
    expect(await find(on, 'guarantee')).not.to.include('guarantee');
  });

  it('are listed, say which one is searched, and can be compared', async () => {
    const on = await bench();
    const id = await addAndIndex(on, first);
    await replace(on, id, second);
    await restoreVersion(on.deps, on.tenantId, id, 1, system);
    const shown = (await versionsOf(on, id)).map(row => [row.number, row.searchable, row.restored_from]);
    expect(shown).to.deep.equal([
      [3, false, 1],
      [2, true, null],
      [1, false, null],
    ]);
    const { added, removed, kept } = await on.db.withTenant(on.tenantId, tx =>
      compareVersions(tx, on.tenantId, id, { from: 1, to: 2 }),
    );
    expect(kept).to.equal(2);
    expect(added.map(({ text }) => text.slice(0, 12))).to.deep.equal(['## guarantee']);
    expect(removed.map(({ text }) => text.slice(0, 11))).to.deep.equal(['## warranty']);
  });

  it('are restored once when somebody asks twice, and not at all when they are not there', async () => {
    const on = await bench();
    const id = await addAndIndex(on, first);
    await replace(on, id, second);
    for (let times = 0; times < 2; times += 1) await restoreVersion(on.deps, on.tenantId, id, 1, system);
    expect(await versionsOf(on, id)).to.have.length(3);
    const missing = await restoreVersion(on.deps, on.tenantId, id, 9, system).catch(thrown => thrown.code);
    expect(missing).to.equal('version-not-found');
    const other = await bench();
    const foreign = await restoreVersion(other.deps, other.tenantId, id, 1, system).catch(
      thrown => thrown.code,
    );
    expect(foreign).to.equal('document-not-found');
  });
});

describe('a document by the name its sender gives it', () => {
  const place = { sourceId: null, externalId: 'sku-1', address: null };

  it('is one document, however often and by how many it is sent at once', async () => {
    const on = await bench();
    const sent = await Promise.all(
      [1, 2, 3, 4].map(() => upsertDocument(on.deps, on.tenantId, place, upload('Same.'), options)),
    );
    expect(new Set(sent.map(({ documentId }) => documentId)).size).to.equal(1);
    expect(sent.map(({ outcome }) => outcome).sort()).to.deep.equal([
      'added',
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    const changed = await upsertDocument(on.deps, on.tenantId, place, upload('Other.'), options);
    expect(changed.outcome).to.equal('changed');
    expect(on.files.size).to.equal(2);
  });

  it('is a new one after it was deleted', async () => {
    const on = await bench();
    const before = await upsertDocument(on.deps, on.tenantId, place, upload('Same.'), options);
    await deleteDocument(on.db, on.tenantId, before.documentId, system);
    const after = await upsertDocument(on.deps, on.tenantId, place, upload('Same.'), options);
    expect(after.outcome).to.equal('added');
    expect(after.documentId).not.to.equal(before.documentId);
  });
});

describe('a hand on the indexing', () => {
  const control = (on: Bench, id: string, ...verbs: ('pause' | 'resume' | 'cancel' | 'retry')[]) =>
    verbs.reduce(
      (before, verb) => before.then(() => controlDocument(on.deps, on.tenantId, id, verb, system)),
      Promise.resolve(),
    );

  it('pauses and resumes', async () => {
    const on = await bench();
    const id = await add(on, first);
    await control(on, id, 'pause', 'pause');
    await indexDocument(on.deps, on.tenantId, id, never);
    expect((await look(on, id))?.state).to.equal('paused');
    on.jobs.length = 0;
    await control(on, id, 'resume', 'resume');
    expect(on.jobs.map(({ key }) => key)).to.include(id);
    await indexDocument(on.deps, on.tenantId, id, never);
    expect((await look(on, id))?.state).to.equal('ready');
  });

  it('cancels midway: nothing more is written, the version before answers, and a retry finishes it', async () => {
    const on = await bench();
    const id = await addAndIndex(on, first);
    await replaceDocument(on.deps, on.tenantId, id, upload(second), options);
    const cancelling: Embedder = {
      ...counting(),
      async embed(texts) {
        await control(on, id, 'cancel');
        return texts.map(() => [1, 2, 3]);
      },
    };
    await indexDocument({ ...on.deps, embedder: cancelling }, on.tenantId, id, never);
    expect(await look(on, id)).to.include({
      state: 'failed',
      failure_code: 'indexing-cancelled',
      searchable_version: 1,
    });
    expect(await find(on, 'warranty')).to.include('The warranty takes');
    await control(on, id, 'retry');
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(await look(on, id)).to.include({ state: 'ready', searchable_version: 2 });
  });

  it('refuses what makes no sense', async () => {
    const on = await bench();
    const id = await addAndIndex(on, first);
    for (const verb of ['pause', 'resume', 'cancel', 'retry'] as const)
      expect(await control(on, id, verb).catch(thrown => thrown.code), verb).to.equal('not-in-that-state');
  });
});

describe('fairness between tenants', () => {
  it('puts at most two documents of a tenant into the queue, and the next when one is done', async () => {
    const on = await bench();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await add(on, `Document ${count}.`));
    expect([...new Set(on.jobs.map(({ key }) => key))]).to.deep.equal(ids.slice(0, 2));
    on.jobs.length = 0;
    await indexDocument(on.deps, on.tenantId, ids[0] ?? '', never);
    await enqueueNext(on.deps, on.tenantId);
    expect(on.jobs.map(({ key }) => key)).to.deep.equal(ids.slice(1, 3));
  });
});
