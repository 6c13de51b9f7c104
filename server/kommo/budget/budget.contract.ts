import { expect } from 'chai';
import type { Lane, RateBudget, RateLimits, Reservation } from './budget.ts';

/** Two processes' views of one store. */
export interface TwoViews {
  one: RateBudget;
  other: RateBudget;
  close(): Promise<void>;
}

/** What every rate budget keeps. Nothing here waits for a slot: the moments that are given say enough. */
export function describeBudget(
  name: string,
  open: (limits: RateLimits) => Promise<TwoViews>,
  { shared }: { shared: boolean },
): void {
  describe(`the rate budget ${name}`, () => {
    const limits: RateLimits = { perAccount: 7, perAddress: 1_000, address: 'a', blockMs: 60_000 };
    const opened: TwoViews[] = [];
    let accounts = 0;
    const newAccount = () => `https://account-${process.pid}-${++accounts}.kommo.com`;

    async function views(changed: Partial<RateLimits> = {}): Promise<TwoViews> {
      const both = await open({ ...limits, address: `address-${process.pid}-${++accounts}`, ...changed });
      opened.push(both);
      return both;
    }
    afterEach(async () => {
      for (const both of opened.splice(0)) await both.close();
    });

    /** A moment that was given: the store's clock lies somewhere between asking and the answer. */
    interface Moment {
      earliest: number;
      latest: number;
      waitMs: number;
    }
    async function moments(
      budgets: RateBudget[],
      nameAccount: () => string,
      lane: Lane,
      count: number,
    ): Promise<Moment[]> {
      const given: Moment[] = [];
      for (let index = 0; index < count; index += 1) {
        const asked = performance.now();
        const budget = budgets[index % budgets.length] as RateBudget;
        const account = nameAccount();
        const answer = await budget.reserve(account, lane);
        if (answer.kind !== 'slot') throw new Error(`No slot but ${answer.kind}`);
        const { waitMs } = answer;
        given.push({ earliest: asked + waitMs, latest: performance.now() + waitMs, waitMs });
        await budget.answered(account, answer.ticket);
      }
      return given;
    }
    /** Between a call and the one so many later, at most. */
    const apart = (given: Moment[], steps: number) =>
      given.slice(steps).map((later, index) => later.latest - (given[index] as Moment).earliest);
    const waitOf = (answer: Reservation) => (answer.kind === 'blocked' ? answer.forMs : answer.waitMs);

    it('gives the first three calls after idling at once and then one at a time, six in 1.1 s at most', async () => {
      const { one, other } = await views();
      const account = newAccount();
      const given = await moments(shared ? [one, other] : [one], () => account, 'rep', 24);
      expect(given.slice(0, 3).map(({ waitMs }) => waitMs)).to.deep.equal([0, 0, 0]);
      expect(Math.min(...apart(given, 6)), 'seven calls').to.be.at.least(1_100);
      expect(Math.min(...apart(given.slice(2), 1)), 'one after another').to.be.at.least(149);
      const all = (given[23] as Moment).earliest - (given[0] as Moment).latest;
      expect(all, 'no slower than it has to be').to.be.below(4_500);
    });

    it('gives upkeep a call only where nobody queues, and evenly', async () => {
      const { one, other } = await views();
      const account = newAccount();
      const answers = await Promise.all([one.reserve(account, 'sync'), other.reserve(account, 'sync')]);
      expect(answers.map(answer => answer.kind).sort()).to.deep.equal(['later', 'slot']);
      expect(Math.max(...answers.map(waitOf))).to.be.within(1, 184);
      const rep = await one.reserve(account, 'rep');
      expect([rep.kind, waitOf(rep)], 'a rep does not wait for it').to.deep.equal(['slot', 0]);
    });

    it('keeps two places of each window free of upkeep while people call', async () => {
      const { one } = await views();
      const account = newAccount();
      for (let index = 0; index < 4; index += 1) await one.reserve(account, 'rep');
      const sync = await one.reserve(account, 'sync');
      expect(sync.kind).to.equal('later');
      expect(waitOf(sync)).to.be.within(1, 1_100);
      const rep = await one.reserve(account, 'rep');
      expect(rep.kind).to.equal('slot');
      expect(waitOf(rep)).to.be.below(460);
    });

    it('lets a client queue for a quarter of a second and a rep for ten, and no longer', async () => {
      const { one } = await views();
      const account = newAccount();
      await moments([one], () => account, 'rep', 6);
      const client = await one.reserve(account, 'client');
      expect(client.kind).to.equal('later');
      await moments([one], () => account, 'rep', 1);
      let answer = await one.reserve(account, 'rep');
      for (let index = 0; answer.kind === 'slot' && index < 100; index += 1) {
        await one.answered(account, answer.ticket);
        answer = await one.reserve(account, 'rep');
      }
      expect(answer).to.deep.equal({ kind: 'later', waitMs: 1_000 });
    });

    it('holds the place of a call until a second after its answer, in every process', async () => {
      const { one, other } = await views();
      const account = newAccount();
      const tickets: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        const answer = await (index % 2 ? one : other).reserve(account, 'rep');
        if (answer.kind === 'slot') tickets.push(answer.ticket);
      }
      expect(tickets).to.have.length(6);
      const stalled = { kind: 'later', waitMs: 150 };
      for (const lane of ['rep', 'client', 'sync'] as const)
        expect(await other.reserve(account, lane)).to.deep.equal(stalled);
      await one.answered(newAccount(), tickets[3] as string);
      await one.answered(account, 'a ticket of nobody');
      expect(await other.reserve(account, 'rep')).to.deep.equal(stalled);
      const asked = performance.now();
      await one.answered(account, tickets[3] as string);
      const next = await other.reserve(account, 'rep');
      const latest = performance.now() + waitOf(next);
      expect(next.kind).to.equal('slot');
      expect(latest - asked).to.be.at.least(1_060);
      expect(waitOf(next)).to.be.at.most(1_100);
      expect(await one.reserve(account, 'rep')).to.deep.equal(stalled);
    });

    it('counts each account by itself, and all of them together by the address', async () => {
      const { one } = await views({ perAddress: 10 });
      const given = await moments([one], newAccount, 'rep', 30);
      expect(given[0]?.waitMs).to.equal(0);
      expect(Math.min(...apart(given, 10)), 'eleven calls').to.be.at.least(1_000);
      expect((given[29] as Moment).earliest - (given[0] as Moment).latest).to.be.below(3_600);
    });

    it('slows an account that Kommo refused, in every process, and no other account', async () => {
      const { one, other } = await views();
      const [account, another] = [newAccount(), newAccount()];
      await one.slowDown(account);
      await one.slowDown(account);
      const given = await moments([other], () => account, 'rep', 13);
      expect(Math.min(...apart(given, 6))).to.be.at.least(2_200);
      const all = (given[12] as Moment).earliest - (given[0] as Moment).latest;
      expect(all, 'refusals of one moment count once').to.be.below(5_000);
      expect((await moments([other], () => another, 'rep', 6)).at(-1)?.waitMs).to.be.below(700);
    });

    it('slows the whole address when a second account is refused', async () => {
      const { one, other } = await views({ perAddress: 10 });
      await one.slowDown(newAccount());
      await one.slowDown(newAccount());
      const given = await moments([other], newAccount, 'rep', 20);
      expect(Math.min(...apart(given, 5)), 'six calls').to.be.at.least(1_000);
    });

    it('stops every account and lane of a blocked address, in every process, and no other address', async () => {
      const { one, other } = await views();
      expect(await one.blockedForMs()).to.equal(0);
      const forMs = await one.block();
      expect(forMs).to.be.within(59_000, 60_000);
      expect(await other.block(), 'the calls under way meet the same block').to.be.at.most(forMs);
      for (const lane of ['rep', 'client', 'sync'] as const) {
        const answer = await other.reserve(newAccount(), lane);
        expect(answer.kind).to.equal('blocked');
        expect(waitOf(answer)).to.be.within(50_000, 60_000);
      }
      expect(await other.blockedForMs()).to.be.within(50_000, 60_000);
      const elsewhere = await views();
      expect((await elsewhere.one.reserve(newAccount(), 'rep')).kind).to.equal('slot');
    });

    it('sends one call alone when a block ends; all go on when it passes, and wait twice as long when not', async () => {
      const { one, other } = await views({ blockMs: 1 });
      const ended = async () => {
        while ((await one.blockedForMs()) > 0);
      };
      await one.block();
      await ended();
      expect(await one.reserve(newAccount(), 'rep')).to.include({ kind: 'slot', probe: true });
      expect((await other.reserve(newAccount(), 'rep')).kind).to.equal('blocked');
      expect(await one.block()).to.be.within(1, 2);
      await ended();
      expect(await other.reserve(newAccount(), 'rep')).to.include({ kind: 'slot', probe: true });
      await other.unblock();
      expect(await one.reserve(newAccount(), 'rep')).to.include({ kind: 'slot', probe: false });
    });
  });
}
