import { expect } from 'chai';
import { approved, effect, proposal } from '../../../testing/fake-proposals.ts';
import { delayOf, nextRound } from './watch.ts';

const now = Date.now();
const under = (id: string, state: Parameters<typeof effect>[0] = 'performing') =>
  proposal('note', [], { id, ...approved({ effect: effect(state) }) });

describe('The watch over what is under way', () => {
  it('asks after a second, then ever more rarely, and never less than every fifteen', () => {
    expect(delayOf(0)).to.equal(1_000);
    expect(delayOf(3)).to.be.above(delayOf(2));
    expect(delayOf(50)).to.equal(15_000);
  });

  it('rests when everything has ended', () => {
    const ended = (['done', 'dead', 'unknown', 'failed'] as const).map(state => under(state, state));
    expect(nextRound([...ended, proposal('note', [], { state: 'refused' })], 0, now)).to.equal(null);
  });

  it('goes on while an effect is tried again by itself, and while something is being undone', () => {
    const retrying = proposal('note', [], {
      id: 'retrying',
      ...approved({ effect: effect('failed', { nextAttemptAt: new Date(now + 60_000).toISOString() }) }),
    });
    const undoing = proposal('note', [], {
      id: 'undoing',
      ...approved({
        effect: effect('done'),
        undo: { way: 'write-back', possible: false, why: 'being-undone', state: 'failed' },
      }),
    });
    expect(nextRound([retrying, undoing], 2, now)).to.deep.equal({
      ids: ['retrying', 'undoing'],
      inMs: delayOf(2),
    });
  });

  it('asks about an open one once it must have expired', () => {
    const open = proposal('note', [], { id: 'open', expiresAt: new Date(now + 60_000).toISOString() });
    const next = nextRound([open], 0, now);
    expect(next?.ids).to.deep.equal(['open']);
    expect(next?.inMs).to.be.within(60_000, 63_000);
    const later = { ...open, expiresAt: new Date(now + 60 * 86_400_000).toISOString() };
    expect(nextRound([later], 0, now)).to.equal(null);
  });
});
