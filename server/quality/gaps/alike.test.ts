import { expect } from 'chai';
import { type Comparable, findAlike } from './alike.ts';

const question = (terms: string): Comparable & { name: string } => ({
  name: terms,
  terms: terms.split(' '),
  embedding: null,
  embeddingModel: null,
});
const others = [
  'warranti refurbish machin',
  'deliv peru cost',
  'open sunday store',
  'pay instal card',
  'machin descal',
  'warranti batteri',
  'возврат товар чек',
].map(question);
const alike = (terms: string) => findAlike(question(terms), others)?.name ?? null;

describe('questions that ask for the same', () => {
  it('are told by their stems, whatever the order and the words around them', () => {
    expect(alike('refurbish machin warranti')).to.equal('warranti refurbish machin');
    expect(alike('cost deliv peru much')).to.equal('deliv peru cost');
    expect(alike('товар возврат чек')).to.equal('возврат товар чек');
  });

  it('are told in spite of a slip of a letter', () => {
    expect(alike('refurbsh machin warranti')).to.equal('warranti refurbish machin');
  });

  it('are kept apart where they share a word that many have', () => {
    expect(alike('warranti espresso machin cup')).to.equal(null);
    expect(alike('store card gift')).to.equal(null);
    expect(alike('deliv chile')).to.equal(null);
  });

  it('are told by their meaning where no word is shared, within one model', () => {
    const garantie = {
      ...question('garanti generalüberholt'),
      embedding: [0.9, 0.1, 0],
      embeddingModel: 'a',
    };
    const near = { ...question('warranti refurbish'), embedding: [0.88, 0.2, 0], embeddingModel: 'a' };
    expect(findAlike(garantie, [near])).to.equal(near);
    expect(findAlike(garantie, [{ ...near, embeddingModel: 'b' }])).to.equal(null);
    expect(findAlike(garantie, [{ ...near, embedding: [0.1, 0.9, 0.3] }])).to.equal(null);
  });
});
