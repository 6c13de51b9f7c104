import { expect } from 'chai';
import fc from 'fast-check';
import type { Lane, RateLimits } from './budget.ts';
import { answered, blocked, decide, freshAccount, freshAddress, slowed, unblocked } from './rule.ts';

const limits: RateLimits = { perAccount: 7, perAddress: 1_000, address: 'a', blockMs: 60_000 };

/** One account under the rule, with a clock that the test moves. */
function account(given: Partial<RateLimits> = {}) {
  let [own, address] = [freshAccount, freshAddress];
  let now = 1_000_000;
  let tickets = 0;
  return {
    at: (ms: number) => {
      now = 1_000_000 + ms;
    },
    /** Asks for a call that is answered as soon as it is sent, as far as the rule can tell. */
    ask(lane: Lane) {
      const reservation = this.askOnly(lane);
      if (reservation.kind === 'slot') this.answer(reservation.ticket);
      return reservation;
    },
    answer(ticket: string) {
      own = answered(own, ticket, now);
    },
    askOnly(lane: Lane) {
      tickets += 1;
      const decided = decide(own, address, now, lane, { ...limits, ...given }, String(tickets));
      own = decided.account ?? own;
      address = decided.address ?? address;
      return decided.reservation;
    },
    refuse(name = 'this') {
      ({ account: own, address } = slowed(own, address, now, name));
    },
    block() {
      address = blocked(address, now, { ...limits, ...given });
      return address.blockedUntil - now;
    },
    pass() {
      address = unblocked(address);
    },
  };
}

describe('the rule of the rate budget', () => {
  it('gives three calls at once and then one each 150 ms, six in a window of 1.1 s', () => {
    const one = account();
    const waits = Array.from({ length: 13 }, () => one.ask('rep')).map(
      answer => answer.kind === 'slot' && answer.waitMs,
    );
    expect(waits).to.deep.equal([0, 0, 0, 150, 300, 450, 1100, 1250, 1400, 1550, 1700, 1850, 2200]);
  });

  it('never gives seven calls within 1.1 s, whoever asks whenever', () => {
    const asks = fc.array(
      fc.tuple(fc.nat(400), fc.constantFrom<Lane>('rep', 'client', 'sync'), fc.boolean()),
      { minLength: 40, maxLength: 120 },
    );
    fc.assert(
      fc.property(asks, list => {
        const one = account();
        let now = 0;
        const slots: number[] = [];
        for (const [passed, lane, refused] of list) {
          now += passed;
          one.at(now);
          const answer = one.ask(lane);
          if (answer.kind === 'slot') slots.push(now + answer.waitMs);
          if (refused && passed === 7) one.refuse();
        }
        const ordered = [...slots].sort((a, b) => a - b);
        expect(slots, 'who asks first goes first').to.deep.equal(ordered);
        for (let index = 6; index < slots.length; index += 1)
          expect((slots[index] ?? 0) - (slots[index - 6] ?? 0)).to.be.at.least(1_100);
      }),
      { numRuns: 300 },
    );
  });

  it('never lets Kommo count seven calls within a second, however long it stalls and whenever it answers', () => {
    const asks = fc.array(
      fc.record({
        passed: fc.nat(400),
        lane: fc.constantFrom<Lane>('rep', 'client', 'sync'),
        travels: fc.oneof(fc.nat(100), fc.nat(5_000)),
        returns: fc.oneof(fc.nat(100), fc.nat(5_000)),
        stalledUntil: fc.oneof(fc.constant(0), fc.nat(20_000)),
      }),
      { minLength: 40, maxLength: 120 },
    );
    fc.assert(
      fc.property(asks, list => {
        const one = account();
        let now = 0;
        const counted: number[] = [];
        let under: { ticket: string; at: number }[] = [];
        for (const { passed, lane, travels, returns, stalledUntil } of list) {
          now += passed;
          for (const { ticket, at } of under.filter(call => call.at <= now).sort((a, b) => a.at - b.at)) {
            one.at(at);
            one.answer(ticket);
          }
          under = under.filter(call => call.at > now);
          one.at(now);
          const answer = one.askOnly(lane);
          if (answer.kind !== 'slot') continue;
          const sent = now + answer.waitMs;
          // Calls that met a stall are all counted in the moment in which it ends.
          const at = Math.min(Math.max(sent + travels, stalledUntil), sent + 14_000);
          counted.push(at);
          under.push({ ticket: answer.ticket, at: Math.min(at + returns, sent + 19_000) });
        }
        counted.sort((a, b) => a - b);
        for (let index = 6; index < counted.length; index += 1)
          expect((counted[index] ?? 0) - (counted[index - 6] ?? 0)).to.be.above(1_000);
      }),
      { numRuns: 500 },
    );
  });

  it('frees the place of a call whose process has gone after twenty seconds', () => {
    const one = account();
    for (let call = 0; call < 6; call += 1) one.askOnly('rep');
    one.at(19_000);
    expect(one.askOnly('rep')).to.deep.equal({ kind: 'later', waitMs: 150 });
    one.at(20_000);
    expect(one.askOnly('rep').kind).to.equal('slot');
  });

  it('gives upkeep what people leave, at an even pace, and leaves a moment near for whoever comes', () => {
    const one = account();
    const waits: number[] = [];
    let slots = 0;
    for (let ms = 0; ms < 11_000; ms += 1) {
      one.at(ms);
      if (one.ask('sync').kind === 'slot') slots += 1;
      if (ms % 1_000 === 999) {
        const answer = one.ask('rep');
        if (answer.kind === 'slot') waits.push(answer.waitMs);
      }
    }
    expect(Math.max(...waits)).to.be.at.most(184);
    expect(slots).to.be.within(30, 46);
  });

  it('recovers step by step: half the pace for ten seconds after a refusal, then the whole', () => {
    const one = account();
    const sixth = () =>
      Array.from({ length: 7 }, () => one.ask('rep')).map(a => a.kind === 'slot' && a.waitMs)[6];
    one.refuse();
    one.at(1_500);
    one.refuse();
    expect(sixth()).to.equal(4_400);
    one.at(12_000);
    expect(sixth()).to.equal(2_200);
    one.at(24_000);
    expect(sixth()).to.equal(1_100);
  });

  it('doubles a block that comes back within the hour, up to half an hour, and forgets it after', () => {
    const one = account();
    const lengths: number[] = [];
    let now = 0;
    for (let time = 0; time < 7; time += 1) {
      const length = one.block();
      lengths.push(length / 60_000);
      expect(one.block(), 'calls that were under way').to.equal(length);
      now += length;
      one.at(now);
      expect(one.ask('rep')).to.include({ kind: 'slot', waitMs: 0, probe: true });
      expect(one.ask('rep').kind).to.equal('blocked');
    }
    expect(lengths).to.deep.equal([1, 2, 4, 8, 16, 30, 30]);
    one.pass();
    one.at(now + 3 * 3_600_000);
    expect(one.block()).to.equal(60_000);
  });

  it('sends another probe when one does not come back', () => {
    const one = account();
    one.block();
    one.at(60_000);
    expect(one.ask('sync')).to.include({ probe: true });
    one.at(64_999);
    expect(one.ask('rep').kind).to.equal('blocked');
    one.at(65_000);
    expect(one.ask('rep')).to.include({ probe: true });
  });

  it('holds every account together to the limit of the address, upkeep before people', () => {
    let address = freshAddress;
    const ask = (lane: Lane, now: number) => {
      const decided = decide(freshAccount, address, now, lane, { ...limits, perAddress: 50 }, '');
      address = decided.address ?? address;
      return decided.reservation;
    };
    expect(ask('sync', 0).kind).to.equal('slot');
    expect(ask('sync', 0).kind).to.equal('later');
    let within = 0;
    for (let call = 0; call < 200; call += 1) {
      const answer = ask('rep', 0);
      if (answer.kind === 'slot' && answer.waitMs < 1_000) within += 1;
    }
    expect(within).to.be.within(40, 49);
  });

  it('works with a limit of one call a second', () => {
    const one = account({ perAccount: 1 });
    const waits = [one.ask('rep'), one.ask('rep'), one.ask('rep')].map(a => a.kind === 'slot' && a.waitMs);
    expect(waits).to.deep.equal([0, 1100, 2200]);
  });
});
