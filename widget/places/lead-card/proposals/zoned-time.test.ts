import { expect } from 'chai';
import { fromFieldTime, toFieldTime } from './zoned-time.ts';

describe('Times in forms', () => {
  it("are on the account's clock, there and back", () => {
    for (const [zone, field] of [
      ['America/Sao_Paulo', '2026-01-04T23:30'],
      ['Asia/Kolkata', '2026-01-05T08:00'],
      ['UTC', '2026-01-05T02:30'],
    ] as const) {
      expect(toFieldTime('2026-01-05T02:30:00.000Z', zone)).to.equal(field);
      expect(fromFieldTime(field, zone)).to.equal('2026-01-05T02:30:00.000Z');
    }
  });

  it('keep to the clock on both sides of its change', () => {
    expect(fromFieldTime('2026-03-28T09:00', 'Europe/Madrid')).to.equal('2026-03-28T08:00:00.000Z');
    expect(fromFieldTime('2026-03-29T09:00', 'Europe/Madrid')).to.equal('2026-03-29T07:00:00.000Z');
    expect(fromFieldTime('2026-10-25T00:30', 'Europe/Madrid')).to.equal('2026-10-24T22:30:00.000Z');
    expect(fromFieldTime('2026-10-25T04:30', 'Europe/Madrid')).to.equal('2026-10-25T03:30:00.000Z');
  });

  it('move an hour on what the change of clocks skips', () => {
    const skipped = fromFieldTime('2026-03-29T02:30', 'Europe/Madrid');
    expect(toFieldTime(skipped, 'Europe/Madrid')).to.equal('2026-03-29T03:30');
  });

  it('bear with what is no time, and with an unknown zone', () => {
    for (const given of ['', 'soon', null, undefined, {}]) expect(toFieldTime(given, 'UTC')).to.equal('');
    expect(fromFieldTime('', 'UTC')).to.equal(null);
    expect(fromFieldTime('2026-01-05T02:30', 'Mars/Olympus')).to.match(/Z$/);
  });
});
