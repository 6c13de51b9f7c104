import { expect } from 'chai';
import { editsBetween } from './corrections.ts';

describe('edits between words', () => {
  it('count letters added, left out, changed and swapped', () => {
    expect(editsBetween('garantia', 'garantia', 2)).to.equal(0);
    expect(editsBetween('waranty', 'warranty', 2)).to.equal(1);
    expect(editsBetween('vineger', 'vinegar', 2)).to.equal(1);
    expect(editsBetween('delviery', 'delivery', 2)).to.equal(1);
    expect(editsBetween('warenty', 'warranty', 2)).to.equal(2);
  });

  it('are not counted beyond the limit', () => {
    expect(editsBetween('boiler', 'barista', 2)).to.equal(null);
    expect(editsBetween('tap', 'tapestry', 2)).to.equal(null);
  });
});
