import { expect } from 'chai';
import { countryCodes, identifiedPeople } from '../testing/fixtures/identified-people.ts';
import { createMask } from './index.ts';

const people = identifiedPeople(500);

describe(`${people.length} leads of ${countryCodes.length} countries`, () => {
  it('show a model no identifier of theirs, and no name of another client', () => {
    const shown = people.flatMap(({ text, otherName, secrets, country }) => {
      const masked = createMask({ names: [otherName] }).mask(text);
      const bare = masked.replaceAll(/\[\[[a-z]+-\d+\]\]/g, '|');
      return secrets
        .filter(({ written }) => bare.includes(written) || partOf(written, bare))
        .map(({ kind, written }) => `${country} ${kind} ${written} in ${masked}`);
    });
    expect(shown).to.deep.equal([]);
  });

  it('have each number of theirs hidden as one, and get back every text as it was', () => {
    for (const { text, otherName, secrets } of people) {
      const mask = createMask({ names: [otherName] });
      const masked = mask.mask(text);
      expect(mask.restore(masked)).to.equal(text);
      const hidden = [...masked.matchAll(/\[\[[a-z]+-\d+\]\]/g)].map(([one]) => mask.restore(one));
      expect(
        secrets.filter(({ written }) => !hidden.some(one => one.includes(written))),
        text,
      ).to.deep.equal([]);
    }
  });

  it('lose no price, day, order number or article: false positives are at most 1 in 200', () => {
    let bitten = 0;
    let all = 0;
    const which = new Set<string>();
    for (const { text, otherName, harmless } of people) {
      const masked = createMask({ names: [otherName] }).mask(text);
      for (const piece of harmless) {
        all += 1;
        if (masked.includes(piece)) continue;
        bitten += 1;
        which.add(piece);
      }
    }
    expect(bitten / all, `${bitten} of ${all}: ${[...which].join(', ')}`).to.be.at.most(1 / 200);
  });
});

/** Seven digits in a row of a number, however they are grouped, tell whose it is. */
function partOf(written: string, shown: string): boolean {
  const digits = written.replace(/\D/g, '');
  if (digits.length < 7) return false;
  const compact = shown.replaceAll(/(?<=\d)[ .()/-]+(?=\d)/g, '');
  return compact.includes(digits.slice(0, 7)) || compact.includes(digits.slice(-7));
}
