import { expect } from 'chai';
import { matchLetters } from './letter-match.ts';

const match = (question: string, ...texts: string[]) =>
  matchLetters(
    question.split(' '),
    texts.map(text => text.split(' ')),
  );

describe('letters that agree', () => {
  it('find a word by its ending, within a compound and with a slip of the finger', () => {
    const [ending, compound, slip, other] = match(
      'garantie verlaengern',
      'garantien werden verlaengert',
      'die garantieverlaengerung kostet nichts',
      'garnatie verlaengrn',
      'versand nach oesterreich',
    );
    for (const found of [ending, compound, slip])
      expect(found?.whole).to.be.greaterThan(3 * (other?.whole ?? 0));
  });

  it('are the same in Cyrillic and Latin for a name', () => {
    const [one, other] = match('moskva', 'москва', 'казань');
    expect(one?.whole).to.be.greaterThan(0);
    expect(other?.whole).to.equal(0);
  });

  it('count more within 40 words than far apart', () => {
    const filler = Array.from({ length: 60 }, (_, at) => `x${at}`).join(' ');
    const [near, far] = match('lead time', `${filler} lead time`, `lead ${filler} time`);
    expect(near?.window).to.be.greaterThan(far?.window ?? 0);
  });

  it('are none in an empty text or question', () => {
    expect(match('lead', '')[0]).to.deep.equal({ whole: 0, window: 0, share: 0 });
    expect(matchLetters([], [['lead']])).to.deep.equal([{ whole: 0, window: 0, share: 0 }]);
  });
});
