import { expect } from 'chai';
import { replaceDocument } from './add-document.ts';
import { addAndIndex, bench, system } from './testing.ts';

describe('replacing a document', () => {
  it('numbers the versions of many who do so at once, one after the other', async () => {
    const on = await bench();
    const documentId = await addAndIndex(on, 'The first version.');
    await Promise.all(
      Array.from({ length: 8 }, (_, at) => {
        const bytes = Buffer.from(`Version of writer ${at}.`);
        const upload = { title: 'A document', fileName: 'a.md', mediaType: 'text/markdown' as const, bytes };
        return replaceDocument(on.deps, on.tenantId, documentId, upload, {
          actor: system,
          idempotencyKey: null,
        });
      }),
    );
    const versions = await on.db.withTenant(on.tenantId, tx =>
      tx('document_versions').where({ document_id: documentId }).orderBy('number').pluck('number'),
    );
    expect(versions).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
