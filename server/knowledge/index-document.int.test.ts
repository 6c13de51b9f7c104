import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import type { Embedder } from '../llm/index.ts';
import { ModelUnavailable } from '../llm/index.ts';
import { tinyPdf } from '../testing/fixtures/tiny-pdf.ts';
import { replaceDocument } from './add-document.ts';
import { deleteDocument } from './delete-document.ts';
import { selectDocuments } from './document-queries.ts';
import { indexDocument } from './index-document.ts';
import { searchKnowledge } from './search.ts';
import { embedTenant } from './spaces/fill-spaces.ts';
import { unfinishedDocumentsSweep } from './sweep.ts';
import { add, addAndIndex, type Bench, bench, never, system } from './testing.ts';

const policy = '# Warranty\n\nThe boiler is covered for 36 months from the day of delivery.';
const newPolicy = '# Warranty\n\nThe boiler is covered for 48 months from the day of delivery.';

const look = async ({ db, tenantId }: Bench, id: string) =>
  (await db.withTenant(tenantId, tx => selectDocuments(tx, tenantId, { id, limit: 1 })))[0];

const find = (on: Bench, text = 'How long is the boiler covered?') =>
  searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 5, signal: never });

const replace = (on: Bench, id: string, content: string | Buffer, mediaType = 'text/markdown' as const) =>
  replaceDocument(
    on.deps,
    on.tenantId,
    id,
    { title: 'A document', fileName: 'a.md', mediaType, bytes: Buffer.from(content) },
    { actor: system, idempotencyKey: null },
  );

/** Time passes for a document: its worker is not heard of any more. */
const fallSilent = ({ db, tenantId }: Bench, id: string) =>
  db.withTenant(tenantId, tx =>
    tx('documents')
      .where({ tenant_id: tenantId, id })
      .update({ updated_at: tx.raw(`now() - interval '2 minutes'`) }),
  );

const countRows = ({ db, tenantId }: Bench, table: string) =>
  db.withTenant(tenantId, async tx => Number((await tx(table).count('* as n'))[0]?.['n']));

/** A database of a process that is killed before its nth transaction. */
function dyingBefore(db: Db, nth: number): { db: Db; died(): boolean } {
  let begun = 0;
  return {
    died: () => begun >= nth,
    db: {
      ...db,
      withTenant(tenantId, work) {
        begun += 1;
        return begun >= nth ? Promise.reject(new Error('killed')) : db.withTenant(tenantId, work);
      },
    },
  };
}

function countingEmbedder(): Embedder & { texts: string[]; failing: boolean } {
  const embedder = {
    model: 'counting',
    dimensions: 3,
    texts: [] as string[],
    failing: false,
    async embed(texts: string[]) {
      if (embedder.failing) throw new ModelUnavailable();
      embedder.texts.push(...texts);
      return texts.map(text => [text.length % 7, text.length % 5, 1]);
    },
  };
  return embedder;
}

describe('indexing a document', () => {
  it('makes it searchable and says so', async () => {
    const on = await bench();
    const id = await addAndIndex(on, policy);
    expect(await look(on, id)).to.include({
      state: 'ready',
      stage: null,
      passages: 1,
      version: 1,
      searchable_version: 1,
    });
    expect((await find(on))[0]).to.include({ documentId: id, body: policy });
  });

  it('is whole after a kill at any point and a second run', async function () {
    this.timeout(90_000);
    let points = 0;
    for (let nth = 1; ; nth += 1) {
      const on = await bench({ embedder: countingEmbedder() });
      const id = await add(on, policy);
      const dying = dyingBefore(on.db, nth);
      await indexDocument({ ...on.deps, db: dying.db }, on.tenantId, id, never).catch(() => {});
      if (!dying.died()) break;
      points += 1;
      expect((await look(on, id))?.searchable_version).to.equal(null);
      expect(await find(on)).to.deep.equal([]);
      await fallSilent(on, id);
      await indexDocument(on.deps, on.tenantId, id, never);
      expect(await look(on, id)).to.include({ state: 'ready', passages: 1 });
      expect(await countRows(on, 'passages')).to.equal(1);
      expect(await find(on)).to.have.length(1);
    }
    expect(points).to.be.at.least(6);
  });

  it('happens once when two workers begin at once, and not again afterwards', async () => {
    const on = await bench();
    const id = await add(on, policy);
    await Promise.all([1, 2, 3].map(() => indexDocument(on.deps, on.tenantId, id, never)));
    await indexDocument(on.deps, on.tenantId, id, never);
    const indexed = await on.db.withTenant(on.tenantId, tx =>
      tx('audit_events').where({ event: 'knowledge.document-indexed', target: id }),
    );
    expect(indexed).to.have.length(1);
    expect(await countRows(on, 'passages')).to.equal(1);
  });

  it('lets a worker that was thought dead write nothing more', async () => {
    const embedder = countingEmbedder();
    const on = await bench({ embedder });
    const id = await add(on, policy);
    const slow: Embedder = {
      ...embedder,
      async embed(texts, signal) {
        await fallSilent(on, id);
        await indexDocument(on.deps, on.tenantId, id, never);
        return embedder.embed(texts, signal);
      },
    };
    await indexDocument({ ...on.deps, embedder: slow }, on.tenantId, id, never);
    expect(await look(on, id)).to.include({ state: 'ready', passages: 1 });
    expect(await countRows(on, 'passages')).to.equal(1);
  });

  it('goes back to the queue when this process stops', async () => {
    const on = await bench();
    const id = await add(on, policy);
    const stopping = new AbortController();
    stopping.abort();
    const outcome = await indexDocument(on.deps, on.tenantId, id, stopping.signal).catch(
      thrown => thrown.name,
    );
    expect(outcome).to.equal('AbortError');
    expect((await look(on, id))?.state).to.equal('queued');
  });

  it('gives up after five failures of our own and says so', async () => {
    const on = await bench({ extractorPath: '/nowhere/extract-process.mjs' });
    const id = await add(on, policy);
    for (let attempt = 1; attempt < 5; attempt += 1) {
      expect(await indexDocument(on.deps, on.tenantId, id, never).catch(() => 'thrown')).to.equal('thrown');
    }
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(await look(on, id)).to.include({ state: 'failed', failure_code: 'indexing-failed' });
  });
});

describe('a hostile document', () => {
  const text = tinyPdf({ pages: [['Secret.']] });
  const cases: [string, Buffer, string][] = [
    ['truncated', text.subarray(0, 60), 'document-unreadable'],
    ['encrypted', tinyPdf({ pages: [['Secret.']], encrypted: true }), 'document-encrypted'],
    ['scanned', tinyPdf({ pages: [[]] }), 'document-has-no-text'],
    [
      'bomb',
      tinyPdf({ pages: [['x']], content: Buffer.alloc(100_000_000, '(a) Tj ') }),
      'document-too-complex',
    ],
  ];
  for (const [name, bytes, code] of cases) {
    it(`fails alone with its reason: ${name}`, async () => {
      const on = await bench({ extractionLimits: { timeMsMax: 15_000, memoryMbMax: 250 } });
      const id = await addAndIndex(on, bytes, 'application/pdf');
      const row = await look(on, id);
      expect(row).to.include({ state: 'failed', failure_code: code });
      expect(row?.failure_detail).to.match(/\.$/);
    });
  }

  it('in an unknown encoding says so, and one without words too', async () => {
    const on = await bench();
    const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 7919) % 256 || 1));
    expect((await look(on, await addAndIndex(on, noise, 'text/plain')))?.failure_code).to.equal(
      'document-encoding',
    );
    expect((await look(on, await addAndIndex(on, ' \n-- ', 'text/plain')))?.failure_code).to.equal(
      'document-has-no-text',
    );
  });

  it('as a new version leaves the old one searchable', async () => {
    const on = await bench();
    const id = await addAndIndex(on, policy);
    await replace(on, id, Buffer.from([0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x81]));
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(await look(on, id)).to.include({
      state: 'failed',
      version: 2,
      searchable_version: 1,
      passages: 1,
    });
    expect((await find(on))[0]?.body).to.equal(policy);
  });
});

describe('a new version', () => {
  it('takes the place of the old one in one step', async () => {
    const on = await bench();
    const id = await addAndIndex(on, policy);
    await replace(on, id, newPolicy);
    expect((await find(on)).map(({ body }) => body)).to.deep.equal([policy]);
    await indexDocument(on.deps, on.tenantId, id, never);
    expect((await find(on)).map(({ body }) => body)).to.deep.equal([newPolicy]);
    expect(await countRows(on, 'passages')).to.equal(1);
    expect(await look(on, id)).to.include({ state: 'ready', version: 2, searchable_version: 2 });
  });

  it('is never half in place, whatever dies', async function () {
    this.timeout(90_000);
    for (let nth = 1; ; nth += 1) {
      const on = await bench();
      const id = await addAndIndex(on, policy);
      await replace(on, id, newPolicy);
      const dying = dyingBefore(on.db, nth);
      await indexDocument({ ...on.deps, db: dying.db }, on.tenantId, id, never).catch(() => {});
      if (!dying.died()) break;
      expect((await find(on)).map(({ body }) => body)).to.deep.equal([policy]);
    }
  });

  it('with the same content changes nothing', async () => {
    const on = await bench();
    const id = await addAndIndex(on, policy);
    await replace(on, id, policy);
    expect(await look(on, id)).to.include({ state: 'ready', version: 1 });
    expect(on.files.size).to.equal(1);
  });

  it('stops the indexing of the version before it', async () => {
    const embedder = countingEmbedder();
    const on = await bench();
    const id = await add(on, policy);
    const slow: Embedder = {
      ...embedder,
      async embed(texts, signal) {
        await replace(on, id, newPolicy);
        return embedder.embed(texts, signal);
      },
    };
    await indexDocument({ ...on.deps, embedder: slow }, on.tenantId, id, never);
    expect(await look(on, id)).to.include({ state: 'queued', version: 2, searchable_version: null });
  });
});

describe('deleting', () => {
  it('takes a document out of search at once, also while it is being indexed', async () => {
    const on = await bench();
    const id = await addAndIndex(on, policy);
    const other = await add(on, newPolicy);
    const slow: Embedder = {
      ...countingEmbedder(),
      async embed() {
        await deleteDocument(on.db, on.tenantId, other, system);
        return [];
      },
    };
    await indexDocument({ ...on.deps, embedder: slow }, on.tenantId, other, never);
    await deleteDocument(on.db, on.tenantId, id, system);
    expect(await find(on)).to.deep.equal([]);
    expect(await countRows(on, 'passage_terms')).to.equal(0);
    expect(await look(on, id)).to.equal(undefined);
    expect(await deleteDocument(on.db, on.tenantId, id, system).catch(thrown => thrown.code)).to.equal(
      'document-not-found',
    );
  });
});

describe('vectors', () => {
  const paragraph = (topic: string) => `${topic} ${'matters to everyone who drinks it. '.repeat(25)}`;

  it('of unchanged passages are not made again', async () => {
    const embedder = countingEmbedder();
    const on = await bench({ embedder });
    const id = await addAndIndex(on, `# A\n\n${paragraph('Coffee')}\n\n# B\n\n${paragraph('Tea')}`);
    expect(embedder.texts).to.have.length(2);
    await replace(on, id, `# A\n\n${paragraph('Coffee')}\n\n# B\n\n${paragraph('Milk')}`);
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(embedder.texts).to.have.length(3);
    expect(embedder.texts[2]).to.include('Milk');
  });

  it('may be missing: the document is searchable, and they are made later', async () => {
    const embedder = countingEmbedder();
    embedder.failing = true;
    const on = await bench({ embedder });
    await addAndIndex(on, policy);
    expect(await find(on)).to.have.length(1);
    await sweep(on, false);
    expect(on.jobs.map(({ name }) => name)).to.include('knowledge.embed-passages');
    embedder.failing = false;
    await embedTenant(on.deps, on.tenantId, never);
    expect(await countRows(on, 'passage_embeddings')).to.equal(1);
    on.jobs.length = 0;
    await sweep(on, false);
    expect(on.jobs).to.deep.equal([]);
  });
});

function sweep(on: Bench, soleProcess: boolean): Promise<void> {
  const { db, queue, embedder, log } = on.deps;
  return unfinishedDocumentsSweep({
    db,
    log,
    queue,
    embedder,
    soleProcess,
    listTenants: async () => [on.tenantId],
  }).run(never);
}

describe('the sweep', () => {
  const stateOf = async (on: Bench, id: string) => (await look(on, id))?.state;

  it('finds a document whose job was lost', async () => {
    const on = await bench({
      queue: {
        add: () => Promise.reject(new Error('no queue')),
        work: async () => {},
        ping: async () => {},
        close: async () => {},
      },
    });
    const id = await add(on, policy);
    expect(on.logged.join()).to.include('the sweep will add it');
    const healthy = { ...on, deps: { ...on.deps, queue: (await bench()).deps.queue } };
    const jobs: string[] = [];
    healthy.deps.queue.add = async job => {
      jobs.push(job.key);
    };
    await sweep(healthy, false);
    expect(jobs).to.deep.equal([]);
    await fallSilent(on, id);
    await sweep(healthy, false);
    expect(jobs).to.deep.equal([id]);
  });

  it('finds a document whose worker died, sooner where no other process can have it', async () => {
    const on = await bench();
    const id = await add(on, policy);
    await on.db.withTenant(on.tenantId, tx =>
      tx('documents').where({ tenant_id: on.tenantId, id }).update({ state: 'indexing' }),
    );
    await sweep(on, false);
    expect(await stateOf(on, id)).to.equal('indexing');
    await sweep(on, true);
    expect(await stateOf(on, id)).to.equal('queued');
    expect(on.jobs.at(-1)?.key).to.equal(id);
  });
});
