import { expect } from 'chai';
import { dateFormat, dayIn } from './clock.ts';

describe('days and moments', () => {
  const at = new Date('2026-03-01T02:30:00Z');

  it("are those of the account's own calendar", () => {
    expect(dayIn('America/Mexico_City', at)).to.equal('2026-02-28');
    expect(dayIn('Europe/Madrid', at)).to.equal('2026-03-01');
  });

  it('fall back to UTC, in the same form, for a zone nobody knows', () => {
    expect(dayIn('Mars/Olympus', at)).to.equal('2026-03-01');
  });

  it('fall back to English for a language tag that is none', () => {
    expect(dateFormat('not a tag', 'UTC', { dateStyle: 'medium' }).format(at)).to.equal('Mar 1, 2026');
  });
});
