import { expect } from 'chai';
import fc from 'fast-check';
import { checks } from './cards.ts';
import { createMask, type RestoreStream } from './mask.ts';
import { harmless, telling } from './samples.ts';

describe('a mask', () => {
  describe('hides', () => {
    for (const [text, values] of telling) {
      it(text, () => {
        const mask = createMask();
        const masked = mask.mask(text);
        const hidden = [...masked.matchAll(/\[\[(?:phone|email|card|iban|id)-\d+\]\]/g)].map(([found]) =>
          mask.restore(found),
        );
        expect(hidden).to.deep.equal(values);
        for (const value of values) expect(masked).to.not.contain(value);
        expect(mask.restore(masked)).to.equal(text);
      });
    }
  });

  it(`takes nothing from ${harmless.length} texts with prices, days, ids and goods`, () => {
    const bitten = harmless.filter(text => createMask().mask(text) !== text);
    expect(bitten).to.deep.equal([]);
  });

  it('gives the same spelling the same placeholder in every text of a run, and another run its own', () => {
    const mask = createMask();
    expect(mask.mask('a@x.org, +1 305 555 0123, b@x.org')).to.equal('[[email-1]], [[phone-1]], [[email-2]]');
    expect(mask.mask('b@x.org again, and 4111111111111111')).to.equal('[[email-2]] again, and [[card-1]]');
    expect(createMask().mask('b@x.org')).to.equal('[[email-1]]');
  });

  it('restores what a model wrote in its own way', () => {
    const mask = createMask();
    mask.mask('a@x.org');
    for (const written of [
      '[[EMAIL-1]]',
      '[[ Email - 1 ]]',
      '[[email 1]]',
      '[[email_1]]',
      '[[email\u20111]]',
      '[[email-01]]',
    ]) {
      expect(mask.restore(`Mail ${written}!`)).to.equal('Mail a@x.org!');
    }
  });

  it('leaves a placeholder that it never gave, and citations', () => {
    const mask = createMask();
    mask.mask('a@x.org');
    expect(mask.restore('[[email-2]] [[phone-1]] [1][2]')).to.equal('[[email-2]] [[phone-1]] [1][2]');
  });

  it('keeps a placeholder that stood in the text apart from its own', () => {
    const mask = createMask();
    const text = 'The manual says [[email-1]]; write to a@x.org, or [[ PHONE 7 ]].';
    const masked = mask.mask(text);
    expect(masked).to.equal('The manual says [[text-1]]; write to [[email-1]], or [[text-2]].');
    expect(mask.restore(masked)).to.equal(text);
  });

  it('streams what it may and holds back only what may be the beginning of a placeholder', () => {
    const mask = createMask();
    mask.mask('a@x.org');
    const stream = mask.restoreStream();
    expect(stream.push('Write to [')).to.equal('Write to ');
    expect(stream.push('[ema')).to.equal('');
    expect(stream.push('il-1]')).to.equal('');
    expect(stream.push('] [1] and [')).to.equal('a@x.org [1] and ');
    expect(stream.push('2]')).to.equal('[2]');
    expect(stream.push(' [[emanate')).to.equal(' [[emanate');
    expect(stream.push(' [[phone-')).to.equal(' ');
    expect(stream.end()).to.equal('[[phone-');
  });

  it('restores any text exactly, at once and in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hardText, fc.string({ unit: 'binary' }))), sizes, (parts, cuts) => {
        const mask = createMask();
        const masked = parts.map(part => mask.mask(part));
        expect(masked.map(part => mask.restore(part))).to.deep.equal(parts);
        for (const [at, part] of masked.entries())
          expect(inPieces(mask.restoreStream(), part, cuts)).to.equal(parts[at]);
      }),
      { numRuns: 500 },
    );
  });

  it('restores a stream as it would the whole, whatever the model makes of the placeholders', () => {
    const bits = fc.constantFrom(
      '[',
      '[[',
      ']]',
      ']',
      'email',
      'PHONE',
      '-',
      ' ',
      '1',
      '2',
      '[[email-1]]',
      '[[ phone 1 ]]',
      'x',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), sizes, (pieces, cuts) => {
        const mask = createMask();
        mask.mask('a@x.org +13055550123 b@x.org');
        const text = pieces.join('');
        expect(inPieces(mask.restoreStream(), text, cuts)).to.equal(mask.restore(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves no address and no international number readable, wherever it stands', () => {
    const value = fc.oneof(
      fc.constantFrom(
        'ana@x.org',
        'иван@почта.рф',
        '+5511987654321',
        '+7 916 123-45-67',
        '4111 1111 1111 1111',
      ),
    );
    const around = fc.constantFrom(
      '',
      ' ',
      '\n',
      ', ',
      '. ',
      '(',
      ')',
      '"',
      'text ',
      ' text',
      '; ',
      ': ',
      '**',
      '\t',
      '[',
      ']',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(around, value, fc.constantFrom(' ', '\n', ', ', '; ', '. ')), { minLength: 1 }),
        parts => {
          const masked = createMask().mask(parts.flat().join(''));
          for (const [, hidden] of parts) expect(masked).to.not.contain(hidden);
        },
      ),
    );
  });

  for (const [what, text] of [
    ['letters', 'a'.repeat(200_000)],
    ['@', 'a@'.repeat(100_000)],
    ['dots', `a@${'a.'.repeat(100_000)}`],
    ['digits', '7'.repeat(200_000)],
    ['digits with blanks', '7 '.repeat(100_000)],
    ['digits with hyphens', '305-555-'.repeat(25_000)],
    ['brackets', '['.repeat(200_000)],
    ['plus signs', '+'.repeat(200_000)],
    ['round brackets', '(1'.repeat(100_000)],
  ] as const) {
    it(`gets through 200 kB of ${what} in good time`, () => {
      const started = process.cpuUsage();
      const mask = createMask();
      expect(mask.restore(mask.mask(text))).to.equal(text);
      // Of the processor, whatever else it does; a pattern that backtracks takes minutes.
      expect(process.cpuUsage(started).user / 1000).to.be.lessThan(5_000);
    });
  }

  it('knows check digits', () => {
    expect(['4111111111111111', '378282246310005', '79927398713'].map(checks)).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect(['4111111111111112', '0000000000000'].map(checks)).to.deep.equal([false, false]);
  });
});

/** Texts around the finders' borders. */
const hardText = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      'phone',
      'email-',
      '-1',
      'card',
      'text',
      '1',
      ' ',
      '\u00a0',
      '@',
      'a',
      '.',
      '+',
      '7',
      '\ud800',
      '4111 1111 1111 1111',
      'a@b.co',
      '+13055550123',
      '(305) 555-0123',
      '[[phone-1]]',
      '[[text-1]]',
      '[[ card 1 ]]',
    ),
  )
  .map(parts => parts.join(''));

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

function inPieces(stream: RestoreStream, text: string, cuts: number[]): string {
  let restored = '';
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    restored += stream.push(text.slice(at, at + size));
    at += size;
  }
  return restored + stream.end();
}
