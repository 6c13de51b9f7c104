import type { Clock } from '../clock.ts';
import type { Waiting, Webhook } from '../extras.ts';
import type { Faults } from '../faults.ts';
import type { Live } from '../live.ts';
import type { AccountState } from '../state.ts';
import type { Store } from '../store.ts';
import { encodeHook } from './encode.ts';
import { groupItems } from './group.ts';
import { openPoster } from './post.ts';
import { countInvalid, isDelivered, retryAfterMs } from './retry.ts';
import { type Announcement, settingsOf } from './settings.ts';

const inFlightMax = 16;
const attemptsKept = 20_000;
const timerMsMax = 30_000;

/** One attempt at a hook. `status` is null when a fault dropped it before it was sent. */
export interface Attempt {
  id: number;
  hookId: number;
  at: number;
  url: string;
  event: string;
  status: number | null;
  attempt: number;
  body: string;
}

export interface HookQueue {
  announce(announcement: Announcement): void;
  /** A body made by hand, to every webhook that is on. */
  sendRaw(event: string, body: string): void;
  /** Looks for hooks that are due: time may have moved. */
  wake(): void;
  /** Delivers what waits, due or not; answers how many. */
  retryNow(): number;
  pause(): void;
  resume(): void;
  /** Resolves when nothing is being sent and nothing is due. */
  settled(): Promise<void>;
  log(since: number): Attempt[];
  close(): Promise<void>;
}

interface Given {
  data: AccountState;
  store: Store;
  clock: Clock;
  faults: Faults;
  live: Live;
  origin(): string;
}

export function openHooks({ data, store, clock, faults, live, origin }: Given): HookQueue {
  const poster = openPoster();
  const gathered = new Map<Webhook, Announcement[]>();
  const attempts: Attempt[] = [];
  /** Those under way or held back for a moment. */
  const busy = new Set<Waiting>();
  let idle: (() => void)[] = [];
  let paused = false;
  let closed = false;
  let lastAttemptId = 0;
  let lastHookId = data.waitingHooks.reduce((max, { id }) => Math.max(max, id), 0);
  let inFlight = 0;
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** What one call changed goes out together: items of one kind and action share a post. */
  const gather = () => {
    immediate = undefined;
    const account = { subdomain: data.account.subdomain, id: data.account.id, _links: { self: origin() } };
    for (const [webhook, announcements] of gathered) {
      for (const { event, body } of groupItems(announcements, faults.takeHook('hook-merge'))) {
        enqueue(webhook, event, encodeHook({ account, ...body }));
      }
    }
    gathered.clear();
    store.touch();
    wake();
  };
  const enqueue = (webhook: Webhook, event: string, body: string) => {
    lastHookId += 1;
    const waiting = { id: lastHookId, webhookId: webhook.id, event, body, attempts: 0, dueAt: clock.nowMs() };
    data.waitingHooks.push(waiting);
    if (faults.takeHook('hook-duplicate')) data.waitingHooks.push({ ...waiting });
  };
  const wake = () => {
    clearTimeout(timer);
    if (closed || paused) return;
    let soonest = Infinity;
    for (const waiting of [...data.waitingHooks]) {
      if (busy.has(waiting)) continue;
      if (waiting.dueAt > clock.nowMs()) soonest = Math.min(soonest, waiting.dueAt);
      else if (inFlight < inFlightMax) start(waiting);
      else break;
    }
    if (soonest < Infinity) {
      timer = setTimeout(wake, Math.min(soonest - clock.nowMs(), timerMsMax));
      timer.unref();
    }
    settle();
  };
  const start = (waiting: Waiting) => {
    busy.add(waiting);
    inFlight += 1;
    const heldMs = faults.takeHook('hook-reorder') ? 20 + Math.random() * 200 : 0;
    const go = () => {
      deliver(waiting).finally(() => {
        inFlight -= 1;
        busy.delete(waiting);
        wake();
      });
    };
    if (heldMs > 0) setTimeout(go, heldMs);
    else go();
  };
  const deliver = async (waiting: Waiting) => {
    const webhook = data.webhooks.find(({ id }) => id === waiting.webhookId);
    if (closed) return;
    if (!webhook || webhook.disabled) return remove(waiting);
    waiting.attempts += 1;
    const dropped = faults.takeHook('hook-drop');
    const status = dropped ? null : await poster.post(webhook.destination, waiting.body);
    if (closed) return;
    note(webhook, waiting, status);
    if (status === null || isDelivered(status)) return remove(waiting);
    const { invalidAt, disable } = countInvalid(webhook.invalidAt, clock.now());
    webhook.invalidAt = invalidAt;
    webhook.disabled ||= disable;
    const waitMs = webhook.disabled ? null : retryAfterMs(waiting.attempts, status);
    if (waitMs === null) return remove(waiting);
    waiting.dueAt = clock.nowMs() + waitMs;
    store.touch();
  };
  const remove = (waiting: Waiting) => {
    const at = data.waitingHooks.indexOf(waiting);
    if (at >= 0) data.waitingHooks.splice(at, 1);
    store.touch();
  };
  const note = (webhook: Webhook, waiting: Waiting, status: number | null) => {
    lastAttemptId += 1;
    const { id: hookId, event, body, attempts: attempt } = waiting;
    attempts.push({
      id: lastAttemptId,
      hookId,
      at: clock.now(),
      url: webhook.destination,
      event,
      status,
      attempt,
      body,
    });
    if (attempts.length > attemptsKept) attempts.splice(0, attempts.length - attemptsKept);
    live.add({
      kind: 'hook',
      title: `${event} · ${webhook.destination}`,
      status: status ?? 'dropped',
      request: Object.fromEntries(new URLSearchParams(body)),
      response: null,
    });
  };
  const isSettled = () =>
    immediate === undefined &&
    inFlight === 0 &&
    (paused || !data.waitingHooks.some(({ dueAt }) => dueAt <= clock.nowMs()));
  const settle = () => {
    if (!isSettled()) return;
    for (const tell of idle) tell();
    idle = [];
  };

  return {
    announce(announcement) {
      const wanted = settingsOf(announcement);
      for (const webhook of data.webhooks) {
        if (webhook.disabled || !wanted.some(setting => webhook.settings.includes(setting))) continue;
        const list = gathered.get(webhook);
        if (list) list.push(announcement);
        else gathered.set(webhook, [announcement]);
      }
      if (gathered.size > 0) immediate ??= setImmediate(gather);
    },
    sendRaw(event, body) {
      for (const webhook of data.webhooks) if (!webhook.disabled) enqueue(webhook, event, body);
      wake();
    },
    wake,
    retryNow() {
      for (const waiting of data.waitingHooks) waiting.dueAt = Math.min(waiting.dueAt, clock.nowMs());
      const count = data.waitingHooks.length;
      wake();
      return count;
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      wake();
    },
    settled: () => (isSettled() || closed ? Promise.resolve() : new Promise(resolve => idle.push(resolve))),
    log: since => attempts.filter(({ id }) => id > since),
    async close() {
      closed = true;
      clearTimeout(timer);
      clearImmediate(immediate);
      for (const tell of idle) tell();
      poster.close();
    },
  };
}
