import { expect } from 'chai';
import fc from 'fast-check';
import { diffPassages } from './compare-versions.ts';

function version(passages: string[]) {
  const text = passages.join('\n\n');
  let at = 0;
  const spans = passages.flatMap(passage => {
    const start = at;
    at += passage.length + 2;
    return [start, start + passage.length];
  });
  return { text, spans };
}

describe('comparing two versions', () => {
  it('names what was added and removed with its place, and counts what stayed', () => {
    const older = version(['Delivery in five days.', 'Free from 50.', 'Call us.']);
    const newer = version(['Call us.', 'Delivery in three days.', 'Free from 50.']);
    expect(diffPassages(older, newer)).to.deep.equal({
      added: [{ start: 10, end: 33, text: 'Delivery in three days.' }],
      removed: [{ start: 0, end: 22, text: 'Delivery in five days.' }],
      kept: 2,
    });
  });

  it('counts words that stand twice as often as they stand', () => {
    const { added, removed, kept } = diffPassages(version(['A', 'A', 'B']), version(['A', 'B', 'B']));
    expect([added.length, removed.length, kept]).to.deep.equal([1, 1, 2]);
  });

  it('accounts for every passage of both', () => {
    const passages = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(passages, passages, (before, after) => {
        const { added, removed, kept } = diffPassages(version(before), version(after));
        expect(kept + removed.length).to.equal(before.length);
        expect(kept + added.length).to.equal(after.length);
      }),
    );
  });

  it('goes by paragraphs where an older version kept no passages', () => {
    const older = { text: 'One.\n\nTwo.\nMore.', spans: null };
    const { added, removed, kept } = diffPassages(older, version(['One.', 'Three.']));
    expect([added, removed, kept]).to.deep.equal([
      [{ start: 6, end: 12, text: 'Three.' }],
      [{ start: 6, end: 16, text: 'Two.\nMore.' }],
      1,
    ]);
  });
});
