import { expect } from 'chai';
import { AppError } from '../kernel/index.ts';
import * as errors from './errors.ts';
import { retryAfterSeconds, translateFailure } from './translate-failure.ts';

describe('failures of a provider', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const wait = (headers: Record<string, string>): number | null =>
    retryAfterSeconds(new Headers(headers), now);

  it('may say how long to wait in seconds, milliseconds or as a date', () => {
    expect(wait({ 'retry-after': '7' })).to.equal(7);
    expect(wait({ 'retry-after': '0.2' })).to.equal(1);
    expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' })).to.equal(2);
    expect(wait({ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' })).to.equal(30);
    expect(wait({ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' })).to.equal(0);
    expect(wait({ 'retry-after': '99999999999' })).to.equal(86_400);
    expect(wait({ 'retry-after': 'soon' })).to.equal(null);
    expect(wait({})).to.equal(null);
  });

  it('keep our own errors, and take anything strange for unavailability', () => {
    const ours = new errors.ModelStreamCut();
    expect(translateFailure(ours)).to.equal(ours);
    expect(translateFailure('a string')).to.have.property('code', 'model-unavailable');
  });

  it('each have a code of their own and speak in whole sentences', () => {
    const all = [
      new errors.ModelUnavailable(),
      new errors.ModelRateLimited(3),
      new errors.ModelOutOfCredit(),
      new errors.ModelAnswerUnreadable(),
      new errors.ModelStreamCut(),
      new errors.ModelRefusedKey(),
      new errors.ModelContextTooLong(),
      new errors.ModelRejected(),
      new errors.ModelAnswerMisshapen(),
      new errors.ModelDeclined(),
      new errors.ModelNotConfigured(),
      new errors.ModelEmbeddingSizeWrong(8, 16),
    ];
    expect(all).to.have.length(Object.keys(errors).length);
    expect(new Set(all.map(({ code }) => code)).size).to.equal(all.length);
    for (const error of all)
      expect(error)
        .to.be.instanceOf(AppError)
        .with.property('message')
        .that.matches(/^[A-Z].*\.$/);
  });
});
