import { expect } from 'chai';
import { createMask, nameCandidates } from './index.ts';

describe('a mask with words of its own', () => {
  it('hides names of other clients, in any case, and restores each spelling', () => {
    const mask = createMask({ names: ['María Peña', 'ООО Ромашка', 'Ann'] });
    const text = 'Ask maría  peña or MARÍA PEÑA (ооо ромашка), not Anna, Mariann or María Peñalosa.';
    const masked = mask.mask(text);
    expect(masked).to.equal(
      'Ask [[name-1]] or [[name-2]] ([[name-3]]), not Anna, Mariann or María Peñalosa.',
    );
    expect(mask.restore(masked)).to.equal(text);
  });

  it('hides the dictionary’s words in documents too, and nothing else there', () => {
    const mask = createMask({ always: ['Project Falcon', 'C++ team'], names: ['Maria Pena'] });
    const text = 'Project falcon: call +1 305 555 0123, ask Maria Pena of the C++ team.';
    expect(mask.maskOwnText(text)).to.equal(
      '[[term-1]]: call +1 305 555 0123, ask Maria Pena of the [[term-2]].',
    );
    expect(mask.mask(text)).to.equal('[[term-1]]: call [[phone-1]], ask [[name-1]] of the [[term-2]].');
  });

  it('leaves what the company calls harmless, however it is grouped', () => {
    const mask = createMask({
      never: ['+1 305 555 0123', 'info@shop.example', 'Maria Pena'],
      names: ['Maria Pena'],
    });
    const text = 'We: +1 (305) 555-0123, 1-305-555-0123, INFO@shop.example, Maria Pena';
    expect(mask.mask(text)).to.equal(text);
    expect(mask.mask('+1 305 555 0124')).to.equal('[[phone-1]]');
  });

  it('never shows the rest of a number that a word of the list is a part of', () => {
    const mask = createMask({ always: ['555', 'or 305'] });
    expect(mask.mask('(305) 555 1234 or 305 555 0123')).to.equal('[[phone-1]] [[term-1]]');
    expect(mask.mask('call 305 555 0123 now')).to.equal('call [[phone-2]] now');
  });

  it('never restores a placeholder that stood in a document, a question or a tool’s answer', () => {
    const mask = createMask();
    const number = mask.mask('+1 305 555 0123');
    const shown = mask.maskOwnText(`The manual writes ${number} and [[ NAME 1 ]].`);
    expect(shown).to.equal('The manual writes [[text-1]] and [[text-2]].');
    expect(mask.restore(shown)).to.equal(`The manual writes ${number} and [[ NAME 1 ]].`);
  });

  it('puts no word together from the terms’ own signs', () => {
    const mask = createMask({ always: ['a.b', '(x|y)', '[z]', '^$', 'T-800'] });
    expect(mask.mask('a.b aXb (x|y) x [z] z t-800')).to.equal(
      '[[term-1]] aXb [[term-2]] x [[term-3]] z [[term-4]]',
    );
  });
});

describe('candidates for names', () => {
  it('are runs of capitals with particles between them, on one line', () => {
    expect(
      nameCandidates(['Yesterday Ana de la Cruz met Иван Петров.\nBob O’Neil, Cia. Ltda']),
    ).to.include.members(['Ana de la Cruz', 'Иван Петров', 'Bob O’Neil', 'Cia Ltda']);
    expect(nameCandidates(['no names here, Only One'])).to.deep.equal(['Only One']);
  });

  it('are all rows of words where somebody typed in haste', () => {
    expect(nameCandidates(['what did ana cruz say'], { anyCase: true })).to.include('ana cruz');
  });

  it('stay bounded', () => {
    expect(nameCandidates(['A b '.repeat(100_000)], { anyCase: true }).length).to.be.at.most(4_000);
  });
});
