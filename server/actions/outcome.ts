import { AppError } from '../kernel/index.ts';
import { KommoBlocked } from '../kommo/index.ts';
import type { AnyActionName, Place, Sight, Written } from './action.ts';
import type { ActionDeps } from './deps.ts';
import type { Claim, Ending } from './effect-queries.ts';
import { type Found, resultOf } from './find-again.ts';
import type { EffectResult } from './views.ts';

export type Outcome =
  | { kind: 'done' | 'stuck'; ending: Omit<Ending, 'at'> }
  | { kind: 'again'; at: Date; ending: Omit<Ending, 'at'> };

export const attemptsMax = 8;
const pauseMsMax = 15 * 60_000;

/** What an attempt can come to. While `sentAt` is set, a write may have been performed. */
export function outcome(deps: ActionDeps, claim: Claim) {
  const inDoubt = claim.sentAt !== null;
  const base = {
    unsent: !inDoubt,
    nextAttemptAt: null,
    error: null,
    result: null,
    about: null,
    updatedAt: null,
    made: null,
  };

  const done = ({ updatedAt = null, about, ...result }: Written): Outcome => ({
    kind: 'done',
    ending: {
      ...base,
      unsent: false,
      state: 'done',
      result,
      about: about ?? null,
      updatedAt,
      made: madeBy(claim.action, result),
    },
  });
  const stuck = (state: 'dead' | 'unknown', code: string, detail: string): Outcome => ({
    kind: 'stuck',
    ending: { ...base, state, error: { code, detail } },
  });
  const again = (at: Date, error: Ending['error']): Outcome => ({
    kind: 'again',
    at,
    ending: { ...base, state: 'failed', nextAttemptAt: at, error },
  });
  const dead = (code: string, detail: string) => stuck('dead', code, detail);
  const unknown = (code = 'outcome-unknown') =>
    stuck(
      'unknown',
      code,
      'It may or may not have happened, and nothing tells. Look in Kommo and say what you find.',
    );

  return {
    done,
    dead,
    /** The record holds it already: nothing is written. */
    alreadySo: (place: Place, sight: Sight): Outcome => done({ ...resultOf(place, sight), already: true }),
    found: (found: Exclude<Found, { kind: 'absent' }>): Outcome => {
      if (found.kind === 'found') return done(found.result);
      return found.kind === 'changed'
        ? { ...dead('record-changed', 'Somebody changed the record meanwhile; nothing more was written.') }
        : unknown();
    },
    /** Not found, and could still land. */
    wait: (at: Date): Outcome =>
      again(at, {
        code: 'outcome-unknown',
        detail: 'Kommo did not confirm it; it is being looked for and will not be done twice.',
      }),
    /** What retrying can mend is tried again, ever later; the rest waits for a person. */
    failed(thrown: unknown): Outcome {
      const { code, detail, retryable } = explain(thrown);
      const spent = claim.attempts >= attemptsMax;
      if (inDoubt && (spent || !retryable)) return unknown();
      if (spent || !retryable) return dead(code, detail);
      const pauseMs = Math.min(pauseMsMax, deps.timing.retryMs * 3 ** (claim.attempts - 1));
      const at = deps.clock.now().getTime() + pauseMs;
      const until = thrown instanceof KommoBlocked ? thrown.until.getTime() : 0;
      return again(new Date(Math.max(at, until)), { code, detail });
    },
  };
}

/** Bugs are tried again too: a later version may know better. */
function explain(thrown: unknown): { code: string; detail: string; retryable: boolean } {
  if (thrown instanceof AppError)
    return { code: thrown.code, detail: thrown.message, retryable: thrown.retryable };
  return { code: 'internal', detail: 'Something went wrong on our side.', retryable: true };
}

/** Only what an effect added to Kommo is its own; a lead or a task that it changed was there before. */
function madeBy(action: AnyActionName, { record, recordId }: EffectResult): string | null {
  const added = record === 'note' || record === 'message' || action === 'task-create';
  return recordId !== null && added ? `${record}:${recordId}` : null;
}
