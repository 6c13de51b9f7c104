import { expect } from 'chai';
import { compareTexts, compareUse, findI18nFaults } from './check-i18n.ts';

describe('The texts of the widget', () => {
  it('have the same keys and placeholders in every language, and are all used', () => {
    expect(findI18nFaults()).to.deep.equal([]);
  });

  it('are found out when they differ', () => {
    const faults = compareTexts(
      new Map([
        [
          'en.json',
          new Map([
            ['a', 'x {n}'],
            ['b', 'y'],
            ['c', 'z'],
          ]),
        ],
        [
          'es.json',
          new Map([
            ['a', 'x {m}'],
            ['b', ' '],
            ['d', 'z'],
          ]),
        ],
      ]),
    );
    expect(faults).to.deep.equal([
      'es.json has other placeholders in a',
      'es.json has nothing under b',
      'es.json lacks c',
      'es.json has d, which en.json lacks',
    ]);
  });

  it('are found out when nobody uses them or one is missing', () => {
    const english = new Map([
      ['a.used', 'x'],
      ['a.idle', 'x'],
      ['s.x', 'x'],
      ...['one', 'few', 'many', 'other'].map(f => [`n.${f}`, 'x'] as const),
    ]);
    const code = "t('a.used') t('a.gone') plural('n') t(`s.$" + '{kind}`)';
    expect(compareUse(english, code)).to.deep.equal([
      'nothing uses a.idle',
      'the code uses a.gone, which en.json lacks',
    ]);
  });
});
