import { expect } from 'chai';
import fc from 'fast-check';
import { countWords, fold, wordsOf } from './words.ts';

const folded = (text: string) => wordsOf(text).map(word => word.folded);

describe('words', () => {
  it('are the same with and without accents', () => {
    expect(folded('Garantía, instalação, Größe, ИНСТАЛЛЯЦИЯ ещё, İstanbul ığdır')).to.deep.equal(
      folded('garantia instalacao grosse инсталляция еще istanbul igdir'),
    );
  });

  it('keep the Cyrillic й, which carries endings', () => {
    expect(fold('новый')).to.equal('новый');
    expect(folded('новый'.normalize('NFD'))).to.deep.equal(['новый']);
  });

  it('match codes however they are joined', () => {
    expect(folded('CM-200/X')).to.include('cm200x').and.to.include('200');
    expect(folded('CM200X')).to.deep.equal(['cm200x']);
    expect(folded('cm 200')).to.include('cm200');
  });

  it('read a telephone number however it is grouped, and by its last seven digits', () => {
    for (const written of ['+7 (495) 123-45-67', '7 495 123 45 67', '7.495.123.4567'])
      expect(folded(written), written).to.include.members(['74951234567', '1234567']);
    expect(folded('74951234567')).to.include('1234567');
    expect(folded('in 2024 there were 12 of 35')).to.not.include('20241235');
  });

  it('read numbers with both kinds of separators alike', () => {
    expect(folded('1,490 9.5')).to.deep.equal(folded('1490 9,5'));
    expect(folded('6.450 €')).to.deep.equal(['6450']);
  });

  it('of scripts without spaces are pairs of characters', () => {
    expect(folded('保修期')).to.deep.equal(['保修', '修期']);
  });

  it('are never empty nor endless, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        for (const word of wordsOf(text)) {
          expect(word.folded).to.not.equal('');
          expect(Array.from(word.lower).length).to.be.at.most(64);
        }
        expect(countWords(text)).to.be.at.least(0);
      }),
    );
  });
});
