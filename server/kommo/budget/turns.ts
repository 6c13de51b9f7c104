import { KommoBlocked, KommoBusy, KommoUnavailable } from '../errors.ts';
import type { Lane, RateBudget } from './budget.ts';

/** Each call to Kommo waits here for its turn. */
export interface Turns {
  /**
   * Resolves at the moment the call may be sent.
   *
   * @throws KommoBlocked while Kommo blocks our address, KommoBusy if the turn does not come in time, or
   * what the signal carries
   */
  take(account: string, lane: Lane, signal?: AbortSignal): Promise<Turn>;
  close(): void;
}

export interface Turn {
  /** After a block this call shows whether it is over. */
  probe: boolean;
  /** Names its place in the budget until the answer is in. */
  ticket: string;
}

/** What the turns tell whoever measures. */
export interface TurnsWatch {
  waited(lane: Lane, ms: number): void;
}

/** How long a call waits at most: a person, a client's burst, an upkeep job that comes again. */
const patienceMs: Record<Lane, number> = { rep: 15_000, client: 60_000, sync: 300_000 };
const order: Lane[] = ['rep', 'client', 'sync'];
/** Whoever waited so long in a lower lane gets a turn among the higher ones, one in so many ms. */
const agedMs = 8_000;
const agedEveryMs = 2_000;

interface Waiter {
  lane: Lane;
  since: number;
  pass(turn: Turn): void;
  fail(reason: unknown): void;
}

/**
 * The queue of one process before the shared budget: per account, ordered by lane, with one moment
 * reserved at a time. Whoever stands first when the moment comes gets it, so a sync call that waits is
 * never before a rep's.
 */
export function openTurns(budget: RateBudget, watch: TurnsWatch = { waited: () => {} }): Turns {
  const queues = new Map<string, Waiter[]>();
  /** Ends the nap of an account's loop. */
  const wakes = new Map<string, () => void>();
  const agedAt = new Map<string, number>();
  let closed = false;

  function first(account: string, queue: Waiter[]): { waiter: Waiter; lane: Lane } | null {
    const now = performance.now();
    const oldest = queue.reduce<Waiter | null>(
      (found, each) => (each.lane !== 'rep' && (found === null || each.since < found.since) ? each : found),
      null,
    );
    const due = now - (agedAt.get(account) ?? Number.NEGATIVE_INFINITY) >= agedEveryMs;
    if (oldest !== null && now - oldest.since >= agedMs && due) return { waiter: oldest, lane: 'rep' };
    for (const lane of order) {
      const waiter = queue.find(each => each.lane === lane);
      if (waiter) return { waiter, lane };
    }
    return null;
  }

  /** Runs while somebody waits for this account, and takes the queue away in the very tick in which it ends. */
  async function serve(account: string, queue: Waiter[]): Promise<void> {
    for (;;) {
      const next = first(account, queue);
      if (next === null) return end(account, queue, null);
      const answer = await budget.reserve(account, next.lane);
      if (answer.kind === 'blocked')
        return end(account, queue, new KommoBlocked(new Date(Date.now() + answer.forMs)));
      if (answer.kind === 'later') {
        await nap(account, answer.waitMs + Math.random() * 20, next.lane !== 'rep');
        continue;
      }
      if (answer.waitMs > 0) await nap(account, answer.waitMs, false);
      const served = first(account, queue);
      if (served === null) {
        end(account, queue, null);
        return budget.answered(account, answer.ticket);
      }
      if (served.lane !== served.waiter.lane) agedAt.set(account, performance.now());
      watch.waited(served.waiter.lane, performance.now() - served.waiter.since);
      served.waiter.pass({ probe: answer.probe, ticket: answer.ticket });
    }
  }

  function end(account: string, queue: Waiter[], reason: unknown): void {
    queues.delete(account);
    agedAt.delete(account);
    for (const waiter of [...queue]) waiter.fail(reason);
  }

  /** Waits; where nothing is reserved, a newcomer may end it. */
  async function nap(account: string, ms: number, wakeable: boolean): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      if (wakeable)
        wakes.set(account, () => {
          clearTimeout(timer);
          resolve();
        });
    });
    wakes.delete(account);
  }

  function queueOf(account: string): Waiter[] {
    const known = queues.get(account);
    if (known) return known;
    const queue: Waiter[] = [];
    queues.set(account, queue);
    // Begun once the first waiter stands in it.
    queueMicrotask(() => {
      serve(account, queue).catch(error => end(account, queue, error));
    });
    return queue;
  }

  return {
    async take(account, lane, signal) {
      signal?.throwIfAborted();
      if (closed) throw new KommoUnavailable(new Error('the server is stopping'));
      const queue = queueOf(account);
      return new Promise<Turn>((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          queue.splice(queue.indexOf(waiter), 1);
        };
        const waiter: Waiter = {
          lane,
          since: performance.now(),
          pass(turn) {
            leave();
            resolve(turn);
          },
          fail(reason) {
            leave();
            reject(reason);
          },
        };
        const abort = () => waiter.fail(signal?.reason);
        const timer = setTimeout(() => waiter.fail(new KommoBusy(patienceMs[lane])), patienceMs[lane]);
        signal?.addEventListener('abort', abort, { once: true });
        const behind = queue.some(each => order.indexOf(each.lane) <= order.indexOf(lane));
        queue.push(waiter);
        if (!behind) wakes.get(account)?.();
      });
    },
    close() {
      closed = true;
      const stopping = new KommoUnavailable(new Error('the server is stopping'));
      for (const queue of queues.values()) for (const waiter of [...queue]) waiter.fail(stopping);
      for (const wake of wakes.values()) wake();
    },
  };
}
