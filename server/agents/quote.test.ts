import { expect } from 'chai';
import fc from 'fast-check';
import { supportingSpan } from './quote.ts';

const text =
  'The lease runs for 36 months. The deposit is two monthly rates. Delivery takes five days within the country.';
const quoted = (claim: string, source = text) => {
  const { start, end } = supportingSpan(source, claim);
  return source.slice(start, end);
};

describe('the stretch of a source that carries a claim', () => {
  it('is the sentence with the same facts', () => {
    expect(quoted('You can lease it for 36 months')).to.equal('The lease runs for 36 months.');
    expect(quoted('A deposit of two rates is due')).to.equal('The deposit is two monthly rates.');
  });

  it('is the very words where the claim quotes them', () => {
    expect(quoted('> deposit is two monthly rates')).to.equal('deposit is two monthly rates');
  });

  it('is the beginning where claim and source share no word, as between two languages', () => {
    expect(text.startsWith(quoted('Ничего общего'))).to.equal(true);
    expect(quoted('Ничего общего')).not.to.equal('');
  });

  it('finds inflected words of other languages', () => {
    const russian = 'Гарантия составляет два года. Доставка занимает пять дней.';
    expect(quoted('Доставку займёт пять дней', russian)).to.equal('Доставка занимает пять дней.');
  });

  it('always lies within the source, ends after it begins, and cuts no pair of surrogates', () => {
    const word = fc.constantFrom(
      'lease',
      '36',
      'months',
      '🦉',
      '.',
      '! ',
      '\n',
      ' ',
      'Ё',
      '\u0301',
      'x'.repeat(500),
      '🦉'.repeat(450),
    );
    const prose = fc.array(word, { maxLength: 25 }).map(list => list.join(' '));
    fc.assert(
      fc.property(prose, prose, (source, claim) => {
        const { start, end } = supportingSpan(source, claim);
        expect(start).to.be.within(0, source.length);
        expect(end).to.be.within(start, source.length);
        const quote = source.slice(start, end);
        expect(quote.isWellFormed()).to.equal(source.isWellFormed());
        expect(quote.length).to.be.at.most(Math.max(800, claim.length));
        if (source.trim() !== '') expect(quote).not.to.equal('');
      }),
      { numRuns: 2_000 },
    );
  });
});
