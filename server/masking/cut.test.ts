import { expect } from 'chai';
import { createMask, cutBeforeHidden } from './index.ts';

describe('cutting a text before it is masked', () => {
  for (const secret of ['4111 1111 1111 1111', '+34 612 345 678', 'jane.doe@example.com']) {
    it(`never leaves half of ${secret} behind`, () => {
      const text = `Please use ${secret} for this and thank you.`;
      for (let length = 0; length <= text.length; length += 1) {
        const shown = createMask().mask(cutBeforeHidden(text, length));
        expect(shown.length).to.be.at.most(Math.max(length, text.length));
        expect(shown.replaceAll(/\[\[[a-z]+-\d+\]\]/g, '')).to.not.match(/\d{3}|jane/);
      }
    });
  }

  for (const card of ['4111  1111  1111  1111', '4111 - 1111 - 1111 - 1111', '4111\n1111\n1111\n1111']) {
    it(`hides a card with wide gaps: ${JSON.stringify(card)}`, () => {
      expect(createMask().mask(`Card ${card}.`)).to.equal('Card [[card-1]].');
    });
  }
});
