import type { Lane, RateLimits, Reservation } from './budget.ts';

/** What is remembered of an account. Times are ms of the store's clock. */
export interface AccountState {
  /** The moments given last, oldest first: those that set the pace, and those that hold a place still. */
  recent: Given[];
  /** 2, 4, 8: how much slower than usual since `pacedAt`; it halves every `recoverMs`. */
  pace: number;
  pacedAt: number;
  /** When somebody who waits called last: upkeep then leaves room. */
  urgentAt: number;
}

export interface Given {
  ticket: string;
  at: number;
  /** 0 until the answer is in. */
  answeredAt: number;
}

/** What is remembered of our outgoing address. */
export interface AddressState {
  /** When the calls given so far are used up at an even pace. */
  busyUntil: number;
  pace: number;
  pacedAt: number;
  /** The last account that was refused, and when. */
  refusedAccount: string;
  refusedAt: number;
  /** 0 while not blocked; else the end of the block or, with `probing`, of the time the probe has to come back. */
  blockedUntil: number;
  probing: boolean;
  blockMs: number;
  blockedAt: number;
}

export const freshAccount: AccountState = { recent: [], pace: 1, pacedAt: 0, urgentAt: 0 };
export const freshAddress: AddressState = {
  busyUntil: 0,
  pace: 1,
  pacedAt: 0,
  refusedAccount: '',
  refusedAt: 0,
  blockedUntil: 0,
  probing: false,
  blockMs: 0,
  blockedAt: 0,
};

/** Kommo counts a second; a tenth more covers what travels unevenly. */
const windowMs = 1_100;
/**
 * Kommo counts a call somewhere between its grant and its answer. Of the calls counted within one second take
 * the one granted last: each other was then unanswered, or answered less than a second before. So it is enough
 * never to have more than the limit of those.
 */
const heldMs = 1_060;
/** Whoever has not said by then how its call ended is gone; a call is given up long before. */
const lostMs = 20_000;
/** Every place waits for an answer: nobody knows when, so ask again. */
const stalledMs = 150;
const burst = 3;
const recoverMs = 10_000;
const paceMax = 8;
/** So long after a call of a person, upkeep leaves two places of each window free. */
const urgentMs = 10_000;
const kept = 2;
const clientBacklogMs = 250;
const repBacklogMs = 10_000;
const probeMs = 5_000;
const blockMsMax = 30 * 60_000;
const blockMemoryMs = 60 * 60_000;

const paceOf = ({ pace, pacedAt }: { pace: number; pacedAt: number }, now: number): number =>
  Math.max(1, pace / 2 ** Math.floor(Math.max(0, now - pacedAt) / recoverMs));

const freeAt = (given: Given, now: number): number => {
  if (given.answeredAt > 0) return given.answeredAt + heldMs;
  return now < given.at + lostMs ? Number.POSITIVE_INFINITY : now;
};

/**
 * When the next call of this lane may go: the one rule, which redis-budget.ts repeats in Lua.
 *
 * @returns the answer and, for a slot alone, both states as they are afterwards
 */
export function decide(
  account: AccountState,
  address: AddressState,
  now: number,
  lane: Lane,
  limits: RateLimits,
  ticket: string,
): { reservation: Reservation; account?: AccountState; address?: AddressState } {
  if (address.blockedUntil > now)
    return { reservation: { kind: 'blocked', forMs: address.blockedUntil - now } };
  const places = Math.max(1, limits.perAccount - 1);
  const pace = paceOf(account, now);
  const given = (back: number) =>
    account.recent[account.recent.length - back]?.at ?? Number.NEGATIVE_INFINITY;
  const leaves = lane === 'sync' && now - account.urgentAt < urgentMs;
  const own = leaves ? Math.max(1, places - kept) : places;
  const held = account.recent.map(one => freeAt(one, now)).sort((a, b) => b - a);
  const free = held[own - 1] ?? now;
  if (free === Number.POSITIVE_INFINITY) return { reservation: { kind: 'later', waitMs: stalledMs } };

  // Never before a moment given already: that one did not count this call.
  let at = Math.max(now, free, given(1), given(places) + windowMs * pace);
  const idle = given(Math.min(burst, places)) <= at - windowMs * pace;
  if (!idle || lane === 'sync' || pace > 1) at = Math.max(at, given(1) + spacingMs(limits) * pace);
  if (lane === 'sync') {
    // Even, so that somebody who comes later finds a moment near.
    at = Math.max(at, given(1) + (windowMs / places) * pace);
    if (leaves) at = Math.max(at, given(own) + windowMs * pace);
  }
  const step = (1_150 / limits.perAddress) * paceOf(address, now);
  const spare = lane === 'rep' ? step * Math.max(0, Math.floor(limits.perAddress / 10) - 1) : 0;
  at = Math.max(at, address.busyUntil - spare);

  const waitMs = Math.ceil(at - now);
  const waitMaxMs = { rep: repBacklogMs, client: clientBacklogMs, sync: 0 }[lane];
  if (waitMs > waitMaxMs)
    return { reservation: { kind: 'later', waitMs: lane === 'rep' ? 1_000 : waitMs - waitMaxMs } };
  // A block that is over lets one call out to see; the others wait until it is back.
  const probe = address.blockedUntil > 0;
  return {
    reservation: { kind: 'slot', waitMs, probe, ticket },
    account: {
      ...account,
      recent: [...account.recent, { ticket, at: now + waitMs, answeredAt: 0 }].filter(
        (one, index, all) => index >= all.length - places || freeAt(one, now) > now,
      ),
      urgentAt: lane === 'sync' ? account.urgentAt : now,
    },
    address: {
      ...address,
      busyUntil: Math.max(now, address.busyUntil) + step,
      probing: probe,
      blockedUntil: probe ? now + waitMs + probeMs : 0,
    },
  };
}

/** The answer to a call is in. */
export const answered = (account: AccountState, ticket: string, now: number): AccountState => ({
  ...account,
  recent: account.recent.map(one => (one.ticket === ticket ? { ...one, answeredAt: now } : one)),
});

/** A seventh of a second and a little more, for Kommo's seven a second. */
const spacingMs = ({ perAccount }: RateLimits): number => Math.ceil(1_050 / perAccount);

/** After a 429. Several at once are one lesson. */
export function slowed(
  account: AccountState,
  address: AddressState,
  now: number,
  name: string,
): { account: AccountState; address: AddressState } {
  const slower = <S extends { pace: number; pacedAt: number }>(state: S): S =>
    now - state.pacedAt < 1_000
      ? state
      : { ...state, pace: Math.min(paceMax, paceOf(state, now) * 2), pacedAt: now };
  const another =
    address.refusedAccount !== '' && address.refusedAccount !== name && now - address.refusedAt < recoverMs;
  return {
    account: slower(account),
    address: { ...(another ? slower(address) : address), refusedAccount: name, refusedAt: now },
  };
}

/** After a block: twice as long as the last one if that was within the hour. One block is met by many calls at once. */
export function blocked(address: AddressState, now: number, limits: RateLimits): AddressState {
  if (address.blockedUntil > now && !address.probing) return address;
  const again = address.blockMs > 0 && now - address.blockedAt < blockMemoryMs;
  const blockMs = again ? Math.min(blockMsMax, address.blockMs * 2) : limits.blockMs;
  return { ...address, blockMs, blockedAt: now, blockedUntil: now + blockMs, probing: false };
}

/** The probe passed. */
export const unblocked = (address: AddressState): AddressState => ({
  ...address,
  blockedUntil: 0,
  probing: false,
});
