/** Whose call goes first when Kommo lets few through: a person who waits, a client who waits, our own upkeep. */
export type Lane = 'rep' | 'client' | 'sync';

/** What a lane is told when it asks for the moment of one call. */
export type Reservation =
  /** The moment is in `waitMs`, and nobody else has it. `probe`: after a block, this one call shows whether it is over. `ticket`: for `answered`. */
  | { kind: 'slot'; waitMs: number; probe: boolean; ticket: string }
  /** Not for this lane yet: nothing is reserved, ask again after so long. */
  | { kind: 'later'; waitMs: number }
  /** Kommo has blocked our address: nobody calls for so long. */
  | { kind: 'blocked'; forMs: number };

/**
 * The port of the rate budget: how many calls Kommo gets from all processes together.
 *
 * Promises, over all processes that share one store: an account gets at most `perAccount - 1` calls in any
 * 1.1 s, the first three after idling at once and the rest at least a seventh of a second apart; never more
 * than that many are unanswered or answered within the last second, so that calls which pile up while Kommo
 * stalls are not one too many when it goes on; all
 * accounts of one outgoing address together stay below `perAddress` a second. `rep` always gets a moment,
 * `client` only a near one, `sync` only where nobody queues. Kommo's refusal of one call slows everybody, and
 * its block of the address stops everybody until one call, the probe, has passed.
 */
export interface RateBudget {
  /** `account` is its origin: several integrations of one account share one budget. */
  reserve(account: string, lane: Lane): Promise<Reservation>;
  /** The answer to a call is in, or never will be: its place is free a second later. Unanswered, after twenty. */
  answered(account: string, ticket: string): Promise<void>;
  /** Kommo answered 429: the account's pace halves, and the address's too if another account was refused just before. */
  slowDown(account: string): Promise<void>;
  /** Kommo refuses whatever comes from our address. Each block soon after another is twice as long. @returns its length */
  block(): Promise<number>;
  /** The probe passed: the block is over. */
  unblock(): Promise<void>;
  /** For how long the address is blocked still; 0 if it is not. */
  blockedForMs(): Promise<number>;
  close(): Promise<void>;
}

export interface RateLimits {
  /** Calls a second that Kommo takes from one account; one less is used. */
  perAccount: number;
  /** Calls a second from this address, all accounts together. */
  perAddress: number;
  /** Which outgoing address: machines that leave by different ones count apart. */
  address: string;
  /** The first block's length; tests shorten it. */
  blockMs: number;
}

/** The first block: Kommo publishes no length. */
export const blockMsDefault = 60_000;
