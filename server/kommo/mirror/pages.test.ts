import { expect } from 'chai';
import { isTorn, pageBefore, readCursor, writeCursor } from './pages.ts';

describe('pages of a walk', () => {
  it('repeat at least one record, wherever the walk stands', () => {
    for (let place = 200; place < 60_000; place += 1) {
      const { page, limit, start } = pageBefore(place);
      expect(start).to.equal((page - 1) * limit);
      expect(limit).to.be.within(200, 250);
      expect(start).to.be.lessThan(place);
    }
  });

  it('cost a walk of 50,000 records few calls more than pages without overlap', () => {
    let calls = 0;
    for (let place = 0; place < 50_000; calls += 1) {
      const { limit, start } = pageBefore(place);
      place = start + limit;
    }
    expect(calls).to.be.lessThan(1.2 * (50_000 / 250));
  });

  it('are torn where the record that both should hold has moved', () => {
    const at = { page: 2, limit: 249, start: 249 };
    expect(isTorn([250, 251], at, 250)).to.equal(false);
    expect(isTorn([251, 252], at, 250)).to.equal(true);
    expect(isTorn([], at, 250)).to.equal(true);
    expect(isTorn([249, 251], at, 250), 'the last one itself was deleted').to.equal(false);
    expect(isTorn([900, 251], at, 250), 'a list by time').to.equal(true);
    expect(isTorn([900, 250], at, 250)).to.equal(false);
    expect(isTorn([251], { page: 1, limit: 250, start: 0 }, 250)).to.equal(false);
  });

  it('go on where a crash left them; a cursor of an earlier release begins its list anew', () => {
    const cursor = { list: 1, place: 499, last: 77 };
    expect(readCursor(writeCursor(cursor))).to.deep.equal(cursor);
    expect(readCursor('')).to.deep.equal({ list: 0, place: 0, last: 0 });
    expect(readCursor('2:7')).to.deep.equal({ list: 2, place: 0, last: 0 });
  });
});
