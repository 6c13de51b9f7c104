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
});
