import { expect } from 'chai';
import { mergeIdentical } from './merge-identical.ts';

const passage = (documentId: string, body: string) => ({
  documentId,
  versionId: `v${documentId}`,
  title: documentId,
  start: 0,
  end: body.length,
  body,
});

describe('the same words in several documents', () => {
  it('are shown once, in the order of the best, with every place they stand', () => {
    const found = [passage('a', 'Five days.'), passage('b', 'Other.'), passage('c', 'Five  days.')];
    const merged = mergeIdentical(found);
    expect(
      merged.map(({ documentId, alsoIn }) => [documentId, alsoIn.map(place => place.documentId)]),
    ).to.deep.equal([
      ['a', ['c']],
      ['b', []],
    ]);
  });
});
