import { expect } from 'chai';
import { bestThreshold, type Label } from './best-threshold.ts';

const labels = (scores: number[], answerable: boolean, weight = 1): Label[] =>
  scores.map(score => ({ score, answerable, weight }));
const spread = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, at) => from + ((to - from) * at) / (count - 1));

describe('the best threshold', () => {
  it('parts what can be answered from what cannot', () => {
    const learned = bestThreshold(
      [...labels(spread(40, 0.6, 0.95), true), ...labels(spread(20, 0.1, 0.5), false)],
      0.4,
    );
    expect(learned?.threshold).to.be.within(0.5, 0.6);
    expect(learned?.balancedAccuracy).to.equal(1);
    expect(learned?.balancedAccuracyBefore).to.be.below(1);
  });

  it('stays where it was when nothing parts them better', () => {
    const learned = bestThreshold(
      [...labels(spread(30, 0.41, 0.9), true), ...labels(spread(10, 0.1, 0.39), false)],
      0.4,
    );
    expect(learned?.threshold).to.equal(0.4);
  });

  it('is not learned from few questions, nor from one kind', () => {
    expect(
      bestThreshold([...labels(spread(19, 0.6, 0.9), true), ...labels(spread(9, 0, 0.3), false)], 0.4),
    ).to.equal(null);
    expect(
      bestThreshold([...labels(spread(90, 0.6, 0.9), true), ...labels(spread(4, 0, 0.3), false)], 0.4),
    ).to.equal(null);
  });

  it('lets a golden question outweigh a thumb', () => {
    const learned = bestThreshold(
      [
        ...labels(spread(20, 0.5, 0.9), true),
        ...labels(spread(10, 0.1, 0.3), false),
        ...labels(spread(5, 0.55, 0.6), false, 0.1),
      ],
      0.4,
    );
    expect(learned?.threshold).to.equal(0.4);
  });
});
