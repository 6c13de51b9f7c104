import { expect } from 'chai';
import { pieceLengthMax, piecesMax, toPieces } from './pieces.ts';

const codePoints = (text: string) => [...text].length;

describe('pieces that a bot may show', () => {
  it('leave a short text whole', () => {
    expect(toPieces(' Yes, we do. ')).to.deep.equal(['Yes, we do.']);
    expect(toPieces('x'.repeat(80))).to.deep.equal(['x'.repeat(80)]);
  });

  it('end where sentences end, and hold as many as fit', () => {
    const first = 'Twelve seats are 4800 a year.';
    const second = 'The first month is free!';
    const third = 'Shall I send you the quote for it today?';
    expect(toPieces(`${first} ${second} ${third}`)).to.deep.equal([`${first} ${second}`, third]);
    expect(toPieces(`${first}\n\n${third}`)).to.deep.equal([`${first} ${third}`]);
  });

  it('end between words in a sentence that is too long, and inside a word that is', () => {
    const long = Array.from({ length: 30 }, (_, n) => `word${n}`).join(' ');
    const pieces = toPieces(long) ?? [];
    expect(pieces.join(' ')).to.equal(long);
    expect(pieces.length).to.equal(3);
    expect(toPieces('y'.repeat(170))).to.deep.equal(['y'.repeat(80), 'y'.repeat(80), 'y'.repeat(10)]);
  });

  it('never cut an emoji or a letter from its marks', () => {
    const family = '👩‍👩‍👧‍👦';
    const accented = 'e\u0301';
    for (const [one, times] of [
      [family, 40],
      ['🇧🇷', 60],
      [accented, 200],
    ] as const) {
      const text = one.repeat(times);
      const pieces = toPieces(text) ?? [];
      expect(pieces.join(''), one).to.equal(text);
      for (const piece of pieces) {
        expect(piece.length % one.length, one).to.equal(0);
        expect(codePoints(piece)).to.be.at.most(pieceLengthMax);
      }
    }
  });

  it('hold at most 80 characters also where one letter carries more marks than that', () => {
    const pile = `a${'\u0301'.repeat(200)}`;
    const pieces = toPieces(pile) ?? [];
    expect(pieces.join('')).to.equal(pile);
    for (const piece of pieces) expect(piece.length).to.be.within(1, pieceLengthMax);
  });

  it('are nine at most: a longer text, and an empty one, is none at all', () => {
    expect(toPieces('z'.repeat(pieceLengthMax * piecesMax))).to.have.length(piecesMax);
    expect(toPieces('z'.repeat(pieceLengthMax * piecesMax + 1))).to.equal(null);
    expect(toPieces(' \n ')).to.equal(null);
  });
});
