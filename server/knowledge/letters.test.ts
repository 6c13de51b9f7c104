import { expect } from 'chai';
import { threesOf } from './letters.ts';

describe('letters in a row', () => {
  it('include the borders of the word', () => {
    expect(threesOf('tap')).to.deep.equal(['^ta', 'tap', 'ap$']);
  });

  it('are the same in Cyrillic and Latin for a name', () => {
    expect(threesOf('москва')).to.deep.equal(threesOf('moskva'));
  });
});
