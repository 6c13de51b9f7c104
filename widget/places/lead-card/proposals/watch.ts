import type { ProposalView } from '../../../api/proposal-types.ts';
import { isOpen, isUnderWay } from './desk-state.ts';

const FIRST_MS = 1_000;
const LAST_MS = 15_000;
const GROWTH = 1.5;
/** What a timer can hold. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** The API's clock may be a little behind. */
const AFTER_EXPIRY_MS = 1_500;

/** How long to wait after `rounds` rounds in which nothing ended. */
export const delayOf = (rounds: number): number => Math.min(LAST_MS, FIRST_MS * GROWTH ** rounds);

/** Who is asked about next and when; `null` when everything rests. */
export function nextRound(
  views: ProposalView[],
  rounds: number,
  now: number,
): { ids: string[]; inMs: number } | null {
  const ids = views.filter(isUnderWay).map(({ id }) => id);
  if (ids.length) return { ids, inMs: delayOf(rounds) };
  const ends = views.filter(isOpen).map(view => ({ id: view.id, at: Date.parse(view.expiresAt) }));
  const soonest = Math.min(...ends.map(({ at }) => at));
  if (!Number.isFinite(soonest)) return null;
  const inMs = Math.max(delayOf(rounds), soonest - now + AFTER_EXPIRY_MS);
  if (inMs > TIMER_MAX_MS) return null;
  return { ids: ends.filter(({ at }) => at === soonest).map(({ id }) => id), inMs };
}

type Ports = {
  signal: AbortSignal;
  views(): ProposalView[];
  /** Asks about one proposal and takes the answer in; rejects when none came. */
  ask(id: string): Promise<void>;
};

/** Asks about what is under way, ever more rarely, and about what has just expired. It ends with the panel. */
export function openWatch({ signal, views, ask }: Ports) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rounds = 0;
  let asking = false;
  let watched = '';

  function plan() {
    clearTimeout(timer);
    if (signal.aborted || asking) return;
    const next = nextRound(views(), rounds, Date.now());
    if (next) timer = setTimeout(() => void round(next.ids), next.inMs);
  }

  async function round(ids: string[]) {
    asking = true;
    rounds += 1;
    try {
      // One after the other: a large group must not become a burst.
      for (const id of ids) if (!signal.aborted) await ask(id);
    } catch {
      // No answer is no news: asked again, later each time.
    }
    asking = false;
    plan();
  }

  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return {
    /** Something changed: begins anew for what is new under way, and leaves a running wait alone. */
    changed() {
      const now = views()
        .filter(view => isUnderWay(view) || isOpen(view))
        .map(({ id, state, effect, undo }) => `${id} ${state} ${effect?.state} ${undo.state}`)
        .join();
      if (now === watched) return;
      watched = now;
      rounds = 0;
      plan();
    },
    /** The connection is back. */
    soon() {
      rounds = 0;
      plan();
    },
  };
}
