import { expect } from 'chai';
import { type Key, verbOfKey } from './keys.ts';

const key = (given: Partial<Key>): Key => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  ...given,
});

describe('Keys of the cards', () => {
  it('are the letters, small or large', () => {
    for (const [letter, verb] of Object.entries({ a: 'approve', E: 'edit', r: 'refuse', U: 'undo' }))
      expect(verbOfKey(key({ key: letter, code: `Key${letter.toUpperCase()}` }))).to.equal(verb);
  });

  it('are in the same place where the keyboard writes no Latin letters', () => {
    expect(verbOfKey(key({ key: 'ф', code: 'KeyA' }))).to.equal('approve');
    expect(verbOfKey(key({ key: 'к', code: 'KeyR' }))).to.equal('refuse');
    // On a French keyboard Q stands where A stands elsewhere: the letter counts.
    expect(verbOfKey(key({ key: 'q', code: 'KeyA' }))).to.equal(null);
    expect(verbOfKey(key({ key: 'a', code: 'KeyQ' }))).to.equal('approve');
  });

  it('mean nothing with a modifier, held down, or while a word is composed', () => {
    for (const more of [
      { ctrlKey: true },
      { metaKey: true },
      { altKey: true },
      { repeat: true },
      { isComposing: true },
    ])
      expect(verbOfKey(key({ key: 'a', code: 'KeyA', ...more }))).to.equal(null);
    expect(verbOfKey(key({ key: 'Enter', code: 'Enter' }))).to.equal(null);
  });

  it('go from card to card with the arrows', () => {
    expect(verbOfKey(key({ key: 'ArrowDown', repeat: true }))).to.equal('next');
    expect(verbOfKey(key({ key: 'ArrowUp' }))).to.equal('previous');
  });
});
