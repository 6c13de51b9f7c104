import { expect } from 'chai';
import { tokenRatio } from './token-ratio.ts';

describe('the estimate of tokens', () => {
  it('errs upwards by a tenth before anything is known', () => {
    expect(tokenRatio().expect(1000)).to.equal(1100);
  });

  it('follows what the provider reported, by the highest of late', () => {
    const ratio = tokenRatio();
    ratio.observe(1000, 500);
    ratio.observe(1000, 800);
    expect(ratio.expect(1000)).to.equal(880);
    for (let n = 0; n < 50; n += 1) ratio.observe(1000, 600);
    expect(ratio.expect(1000)).to.equal(660);
  });

  it('believes no report beyond reason', () => {
    const ratio = tokenRatio();
    ratio.observe(0, 10);
    ratio.observe(10, 0);
    expect(ratio.expect(100)).to.equal(110);
    ratio.observe(10, 1_000_000);
    expect(ratio.expect(100)).to.equal(330);
  });
});
