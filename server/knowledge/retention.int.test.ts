import { expect } from 'chai';
import { deleteDocument } from './delete-document.ts';
import { retentionSweep } from './retention.ts';
import { addAndIndex, bench, never, system } from './testing.ts';

describe('retention', () => {
  it('removes text and file of what was deleted long ago, and files without a row, and nothing else', async () => {
    const on = await bench();
    const kept = await addAndIndex(on, 'This one stays.');
    const recent = await addAndIndex(on, 'This one was deleted just now.');
    const old = await addAndIndex(on, 'This one was deleted long ago.');
    await deleteDocument(on.db, on.tenantId, recent, system);
    await deleteDocument(on.db, on.tenantId, old, system);
    await on.db.withTenant(on.tenantId, tx =>
      tx('documents')
        .where({ id: old })
        .update({ deleted_at: tx.raw(`now() - interval '31 days'`) }),
    );
    on.files.set(`${on.tenantId} left-by-a-crash`, Buffer.from('x'));
    const listTenants = async () => [on.tenantId];
    const sweep = retentionSweep({ ...on.deps, retentionDays: 30, listTenants, everyMs: 0 });
    await sweep.run(never);
    const texts = await on.db.withTenant(on.tenantId, tx =>
      tx('document_versions').select('document_id as id', 'text', 'file_key as key'),
    );
    const has = Object.fromEntries(
      texts.map(({ id, text, key }) => [id, [text !== null, on.files.has(`${on.tenantId} ${key}`)]]),
    );
    expect(has).to.deep.equal({ [kept]: [true, true], [recent]: [true, true], [old]: [false, false] });
    expect(on.files.size).to.equal(2);
  });

  it('forgets words that only deleted documents had, and keeps those that others have', async () => {
    const on = await bench();
    await addAndIndex(on, 'Boilers are repaired on Mondays.');
    const gone = await addAndIndex(on, 'Boilers of Ottokar Zwiebelfisch are repaired.');
    const listTenants = async () => [on.tenantId];
    const sweep = retentionSweep({ ...on.deps, retentionDays: 30, listTenants, everyMs: 0 });
    const known = () =>
      on.db.withTenant(on.tenantId, async tx => {
        const words = await tx('search_words').where({ tenant_id: on.tenantId }).pluck('word');
        const keys = await tx('search_keys').where({ tenant_id: on.tenantId }).pluck('words');
        return { words: new Set(words), held: new Set(keys.flat()) };
      });
    await deleteDocument(on.db, on.tenantId, gone, system);
    // While another document is read its words may be known and stand nowhere yet.
    const another = await addAndIndex(on, 'Tuesdays.');
    const state = (value: string) =>
      on.db.withTenant(on.tenantId, tx => tx('documents').where({ id: another }).update({ state: value }));
    await state('indexing');
    await sweep.run(never);
    expect((await known()).words).to.include('zwiebelfisch');
    await state('ready');
    await sweep.run(never);
    const { words, held } = await known();
    for (const all of [words, held]) {
      expect(all).to.include('boilers').and.to.include('repaired');
      expect(all).to.not.include('zwiebelfisch').and.to.not.include('ottokar');
    }
  });
});
