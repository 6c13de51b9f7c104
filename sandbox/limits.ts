import type { Clock } from './clock.ts';

const accountPerSecond = 7;

interface Counts {
  served: number;
  refused: number;
  banned: number;
}

export interface AddressCounts extends Counts {
  address: string;
  bannedUntil: number | null;
}

/** Whether a request is served, one too many (429), or of a blocked address (403). */
export type Verdict = 'served' | 'over' | 'banned';

/** What one address may ask of all accounts together, and its block. */
export interface AddressLimits {
  perAddress: number;
  /** So many refusals within a minute block the address. */
  banAfter: number;
  banSeconds: number;
  isBanned(address: string): boolean;
  ban(address: string, seconds: number): void;
  admit(address: string): boolean;
  count(address: string, verdict: Verdict): void;
  counts(): AddressCounts[];
  /** Forgets counts and blocks. */
  reset(): void;
}

interface Address {
  recent: number[];
  refusals: number[];
  bannedUntilMs: number;
  counts: Counts;
}

/**
 * Kommo: seven requests a second are documented, the blocks are per address. Which of the two the budget counts is
 * not said, so there are both, and that of an address is generous unless told: tests call from one.
 */
export function openAddressLimits(clock: Clock): AddressLimits {
  const addresses = new Map<string, Address>();
  const of = (address: string) => {
    const known = addresses.get(address);
    if (known) return known;
    const counts = { served: 0, refused: 0, banned: 0 };
    const made: Address = { recent: [], refusals: [], bannedUntilMs: 0, counts };
    addresses.set(address, made);
    return made;
  };
  return {
    perAddress: 50,
    banAfter: 30,
    banSeconds: 60,
    isBanned: address => of(address).bannedUntilMs > clock.nowMs(),
    ban(address, seconds) {
      of(address).bannedUntilMs = clock.nowMs() + seconds * 1000;
    },
    admit(address) {
      const one = of(address);
      one.recent = within(one.recent, clock.nowMs(), 1000);
      if (one.recent.length >= this.perAddress) return false;
      one.recent.push(clock.nowMs());
      return true;
    },
    count(address, verdict) {
      const one = of(address);
      tally(one.counts, verdict);
      if (verdict !== 'over') return;
      one.refusals = [...within(one.refusals, clock.nowMs(), 60_000), clock.nowMs()];
      if (one.refusals.length < this.banAfter) return;
      one.refusals = [];
      this.ban(address, this.banSeconds);
    },
    counts: () =>
      [...addresses].map(([address, { counts, bannedUntilMs }]) => ({
        address,
        ...counts,
        bannedUntil: bannedUntilMs > clock.nowMs() ? Math.ceil(bannedUntilMs / 1000) : null,
      })),
    reset: () => addresses.clear(),
  };
}

/** The budget of one account. Off until a test or the start asks for it. */
export interface Limiter {
  enabled: boolean;
  perAccount: number;
  counts: Counts;
  /** Judges one request and counts it. */
  judge(address: string): Verdict;
  reset(): void;
}

export function openLimiter(clock: Clock, addresses: AddressLimits, enabled = false): Limiter {
  let recent: number[] = [];
  return {
    enabled,
    perAccount: accountPerSecond,
    counts: { served: 0, refused: 0, banned: 0 },
    judge(address) {
      const verdict = this.enabled ? decide(this.perAccount, address) : 'served';
      tally(this.counts, verdict);
      if (this.enabled) addresses.count(address, verdict);
      return verdict;
    },
    reset() {
      recent = [];
      this.counts = { served: 0, refused: 0, banned: 0 };
    },
  };

  function decide(perAccount: number, address: string): Verdict {
    if (addresses.isBanned(address)) return 'banned';
    recent = within(recent, clock.nowMs(), 1000);
    if (recent.length >= perAccount || !addresses.admit(address)) return 'over';
    recent.push(clock.nowMs());
    return 'served';
  }
}

function tally(counts: Counts, verdict: Verdict): void {
  counts[({ served: 'served', over: 'refused', banned: 'banned' } as const)[verdict]] += 1;
}

/** A clock that was turned back leaves calls in the future, which are none of this window's. */
function within(times: number[], nowMs: number, windowMs: number): number[] {
  return times.filter(at => Math.abs(nowMs - at) < windowMs);
}
