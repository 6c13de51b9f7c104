import { type Logger, toError } from '../../kernel/index.ts';
import { KommoBlocked } from '../errors.ts';
import type { Lane, RateBudget } from './budget.ts';
import { openTurns, type Turn, type TurnsWatch } from './turns.ts';

/** How a call that had its turn ended, as far as Kommo's limits go. */
export type Outcome = 'passed' | 'refused' | 'blocked' | 'failed';

/** Every call to Kommo, of whatever slice, asks here first and says here how it ended. */
export interface Pacing {
  /** @throws KommoBlocked, KommoBusy, or what the signal carries */
  turn(origin: string, lane: Lane, signal?: AbortSignal): Promise<Turn>;
  /** Judges an answer, and slows or stops everybody where Kommo asks for it. @throws KommoBlocked if our address is */
  ended(origin: string, turn: Turn, answer: { status: number; isJson: boolean } | null): Promise<Outcome>;
  /** `fetch` in turn: for the few calls that are not the client's. */
  fetch(lane: Lane): typeof fetch;
  /** For how long our address is blocked still; 0 if it is not. */
  blockedForMs(): Promise<number>;
  close(): Promise<void>;
}

export interface PacingWatch extends TurnsWatch {
  ended(outcome: Outcome): void;
}

export function openPacing({
  budget,
  fetch: fetcher,
  log,
  watch,
}: {
  budget: RateBudget;
  fetch: typeof fetch;
  log: Logger;
  watch: PacingWatch;
}): Pacing {
  const turns = openTurns(budget, watch);
  let alarmedUntil = 0;

  async function block(origin: string): Promise<never> {
    const until = new Date(Date.now() + (await budget.block()));
    // Calls under way meet the same block: one alarm for all of them.
    if (Date.now() > alarmedUntil) {
      log.error({ origin, until }, 'Kommo has blocked our address: no account is called until then');
    }
    alarmedUntil = until.getTime();
    throw new KommoBlocked(until);
  }

  async function refused(origin: string): Promise<void> {
    log.warn({ origin }, 'Kommo refused a call for being one too many; the account is called more slowly');
    await budget.slowDown(origin);
  }

  const pacing: Pacing = {
    turn: (origin, lane, signal) => turns.take(origin, lane, signal),
    async ended(origin, turn, answer) {
      const outcome = outcomeOf(answer);
      watch.ended(outcome);
      // A place that is not given back is free again by itself, later.
      await budget
        .answered(origin, turn.ticket)
        .catch(error => log.warn({ err: toError(error) }, 'an answer could not be noted'));
      if (outcome === 'refused') await refused(origin);
      if (outcome === 'blocked') await block(origin);
      if (turn.probe && (outcome === 'passed' || outcome === 'refused'))
        await budget
          .unblock()
          .catch(error => log.warn({ err: toError(error) }, 'the end of a block could not be noted'));
      return outcome;
    },
    fetch: lane => async (input, init) => {
      const { origin } = new URL(String(input));
      const turn = await turns.take(origin, lane, init?.signal ?? undefined);
      const answer = await fetcher(input, init).catch(async thrown => {
        await pacing.ended(origin, turn, null);
        throw thrown;
      });
      await pacing.ended(origin, turn, {
        status: answer.status,
        isJson: (answer.headers.get('content-type') ?? '').includes('json'),
      });
      return answer;
    },
    blockedForMs: () => budget.blockedForMs(),
    async close() {
      turns.close();
      await budget.close();
    },
  };
  return pacing;
}

/** Kommo explains a missing right in JSON, however many calls it refused before; its firewall explains nothing. */
function outcomeOf(answer: { status: number; isJson: boolean } | null): Outcome {
  if (answer === null) return 'failed';
  if (answer.status === 429) return 'refused';
  if (answer.status === 403 && !answer.isJson) return 'blocked';
  return answer.status >= 500 ? 'failed' : 'passed';
}
