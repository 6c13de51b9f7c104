import { expect } from 'chai';
import { openBreaker } from './breaker.ts';
import { ModelRateLimited, ModelUnavailable } from './errors.ts';

describe('the breaker of a model', () => {
  let nowMs = 1_000_000;
  const clock = { now: () => new Date(nowMs) };
  const failing = (times: number) => {
    const breaker = openBreaker(clock);
    for (let n = 0; n < times; n += 1) breaker.failed(new ModelUnavailable());
    return breaker;
  };

  it('passes a model over after three failures in a row, not after two', () => {
    expect(failing(2).admits()).to.equal(true);
    expect(failing(3).admits()).to.equal(false);
  });

  it('lets one caller try it after the pause, and all again once that worked', () => {
    const breaker = failing(3);
    nowMs += 31_000;
    expect([breaker.admits(), breaker.admits()]).to.deep.equal([true, false]);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).to.deep.equal([true, true]);
  });

  it('pauses longer each time the try fails, up to five minutes', () => {
    const breaker = failing(4);
    nowMs += 31_000;
    expect(breaker.admits()).to.equal(false);
    for (let n = 0; n < 20; n += 1) breaker.failed(new ModelUnavailable());
    nowMs += 301_000;
    expect(breaker.admits()).to.equal(true);
  });

  it('waits as long as a throttling provider asks for, from the first time on', () => {
    const breaker = openBreaker(clock);
    breaker.failed(new ModelRateLimited(20));
    expect(breaker.admits()).to.equal(false);
    nowMs += 21_000;
    expect(breaker.admits()).to.equal(true);
  });

  it('gives the try to somebody else when the one who had it says nothing', () => {
    const breaker = failing(3);
    nowMs += 31_000;
    breaker.admits();
    nowMs += 61_000;
    expect(breaker.admits()).to.equal(true);
  });
});
