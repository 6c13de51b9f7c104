import { expect } from 'chai';
import { KommoBlocked } from '../errors.ts';
import type { Lane, RateBudget, Reservation } from './budget.ts';
import { openTurns, type Turns } from './turns.ts';

const slot = (waitMs = 0): Reservation => ({ kind: 'slot', waitMs, probe: false, ticket: 'one' });

describe('the turns of a process', () => {
  let turns: Turns;
  let asked: Lane[];
  let answered: string[];
  afterEach(() => turns.close());

  /** Turns before a budget that answers as told. */
  function open(answer: (lane: Lane, time: number) => Reservation | Promise<Reservation>) {
    asked = [];
    answered = [];
    const budget: RateBudget = {
      async reserve(_account, lane) {
        asked.push(lane);
        return answer(lane, asked.length);
      },
      async answered(_account, ticket) {
        answered.push(ticket);
      },
      slowDown: async () => undefined,
      block: async () => 0,
      unblock: async () => undefined,
      blockedForMs: async () => 0,
      close: async () => undefined,
    };
    turns = openTurns(budget);
  }
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'it passed',
      error => error,
    );

  it('lets a rep go before everybody who waits, and clients before upkeep', async () => {
    open(() => slot());
    const gone: string[] = [];
    const lanes: Lane[] = ['sync', 'client', 'sync', 'rep', 'client', 'rep'];
    await Promise.all(lanes.map(lane => turns.take('a', lane).then(() => gone.push(lane))));
    expect(gone).to.deep.equal(['rep', 'rep', 'client', 'client', 'sync', 'sync']);
  });

  it('gives a rep the very moment that was reserved for upkeep before the rep came', async () => {
    let give: (answer: Reservation) => void = () => {};
    const pending = new Promise<Reservation>(resolve => {
      give = resolve;
    });
    open((_lane, time) => (time === 1 ? pending : slot()));
    const gone: string[] = [];
    const sync = turns.take('a', 'sync').then(() => gone.push('sync'));
    while (asked.length === 0) await new Promise(setImmediate);
    const rep = turns.take('a', 'rep').then(() => gone.push('rep'));
    give(slot(1));
    await Promise.all([sync, rep]);
    expect(gone).to.deep.equal(['rep', 'sync']);
    expect(asked).to.deep.equal(['sync', 'sync']);
  });

  it('wakes up for a rep while upkeep waits for a quiet moment', async () => {
    open(lane => (lane === 'sync' ? { kind: 'later', waitMs: 60_000 } : slot()));
    const sync = failure(turns.take('a', 'sync'));
    while (asked.length === 0) await new Promise(setImmediate);
    expect(await turns.take('a', 'rep')).to.deep.equal({ probe: false, ticket: 'one' });
    turns.close();
    expect(await sync).to.have.property('code', 'kommo-unavailable');
  });

  it('lets one account go while another waits', async () => {
    open((_lane, time) => (time === 1 ? { kind: 'later', waitMs: 60_000 } : slot()));
    const waits = failure(turns.take('a', 'sync'));
    while (asked.length === 0) await new Promise(setImmediate);
    expect(await turns.take('b', 'sync')).to.deep.equal({ probe: false, ticket: 'one' });
    turns.close();
    await waits;
  });

  it('tells everybody who waits that the address is blocked, and until when', async () => {
    open(() => ({ kind: 'blocked', forMs: 30_000 }));
    const ends = await Promise.all((['rep', 'sync'] as Lane[]).map(lane => failure(turns.take('a', lane))));
    for (const end of ends) {
      expect(end).to.be.instanceOf(KommoBlocked);
      expect((end as KommoBlocked).until.getTime() - Date.now()).to.be.within(25_000, 30_000);
      expect(Number((end as KommoBlocked).headers['retry-after'])).to.be.within(25, 31);
    }
    expect(asked, 'one question for all').to.have.length(1);
  });

  it('lets a caller who leaves go at once, and the next one have the moment', async () => {
    open((_lane, time) => (time === 1 ? { kind: 'later', waitMs: 20 } : slot()));
    const leaving = new AbortController();
    const left = failure(turns.take('a', 'rep', leaving.signal));
    const stays = turns.take('a', 'rep');
    leaving.abort(new Error('gone'));
    expect(await left).to.have.property('message', 'gone');
    expect(await stays).to.deep.equal({ probe: false, ticket: 'one' });
  });

  it('gives a moment back that nobody waits for any more', async () => {
    open(() => slot(20));
    const leaving = new AbortController();
    const left = failure(turns.take('a', 'rep', leaving.signal));
    while (asked.length === 0) await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await left;
    while (answered.length === 0) await new Promise(setImmediate);
    expect(answered).to.deep.equal(['one']);
  });

  it('passes on what goes wrong with the budget, and asks it anew for the next call', async () => {
    open((_lane, time) => (time === 1 ? Promise.reject(new Error('away')) : slot()));
    expect(await failure(turns.take('a', 'rep'))).to.have.property('message', 'away');
    expect(await turns.take('a', 'rep')).to.deep.equal({ probe: false, ticket: 'one' });
  });
});
