import { expect } from 'chai';
import { reindexTenant } from './reindex.ts';
import { searchKnowledge } from './search.ts';
import { unfinishedDocumentsSweep } from './sweep.ts';
import { addAndIndex, type Bench, bench, never } from './testing.ts';

const find = (on: Bench, text: string) =>
  searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 3, signal: never });

/** As versions were indexed before there was a vocabulary: stems beside words. */
async function makeOld(on: Bench): Promise<void> {
  await on.db.withTenant(on.tenantId, async tx => {
    await tx('document_versions').where({ tenant_id: on.tenantId }).update({ index_version: 0 });
    await tx('search_keys').where({ tenant_id: on.tenantId }).delete();
    await tx('search_words').where({ tenant_id: on.tenantId }).delete();
    await tx.raw(
      `insert into passage_terms (tenant_id, version_id, term, ordinals, weights)
      select tenant_id, version_id, 'warranti', ordinals, weights from passage_terms
      where tenant_id = ? and term = '=warranties'`,
      [on.tenantId],
    );
  });
}

describe('an index of an older kind', () => {
  it('is searched until it is made anew, which the sweep sees to, and better after', async () => {
    const on = await bench();
    await addAndIndex(on, 'The warranties of our boilers expire after three years.', 'text/plain');
    await makeOld(on);
    expect((await find(on, 'warranty'))[0]?.body).to.include('warranties');
    expect(await find(on, 'boliers')).to.deep.equal([]);

    const deps = { db: on.db, queue: on.deps.queue, embedder: null, soleProcess: false, log: on.deps.log };
    on.jobs.length = 0;
    await unfinishedDocumentsSweep({ ...deps, listTenants: async () => [on.tenantId] }).run(never);
    expect(on.jobs.map(({ name }) => name)).to.deep.equal(['knowledge.reindex']);
    await reindexTenant(on.db, on.tenantId, never);

    expect((await find(on, 'warranty'))[0]?.body).to.include('warranties');
    expect((await find(on, 'boliers'))[0]?.body).to.include('boilers');
    on.jobs.length = 0;
    await unfinishedDocumentsSweep({ ...deps, listTenants: async () => [on.tenantId] }).run(never);
    expect(on.jobs).to.deep.equal([]);
  });
});
