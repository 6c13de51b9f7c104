import { ApiFault, toFault } from '../../api/api-fault.ts';
import type { Client } from '../../api/client.ts';
import { type Follow, followRun } from '../../api/follow-run.ts';
import type { RunEvent } from '../../api/types.ts';
import type { ForDesk } from './desk.ts';
import { cutAnswer, finishedSentences, type LiveAnswer, type PanelState, upsert } from './panel-state.ts';

type Ports = {
  client: Client;
  leadId: number;
  locale: string;
  signal: AbortSignal;
  get(): PanelState;
  set(change: Partial<PanelState>): void;
  setSoon(change: Partial<PanelState>): void;
  openDesk(given: ForDesk): void;
};

/** How long a stopped answer may take to say so itself, and one that was left to say its name. */
const STOP_GRACE_MS = 3_000;
const SPOKEN_KEPT = 40;

/** The one answer that may be on its way in a panel: asking, following, stopping, leaving. */
export function openRunner({ client, leadId, locale, signal, get, set, setSoon, openDesk }: Ports) {
  let run: AbortController | null = null;
  let spokenTo = 0;

  /** Nothing is left ticking once the card is closed. */
  function after(ms: number, act: () => void) {
    if (signal.aborted) return;
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', forget);
      act();
    }, ms);
    const forget = () => clearTimeout(timer);
    signal.addEventListener('abort', forget, { once: true });
  }

  function change(part: Partial<LiveAnswer>, publish = set) {
    const { live } = get();
    if (live) publish({ live: { ...live, ...part } });
  }

  function speak(text: string, last = false): Partial<PanelState> {
    const { sentences, next } = finishedSentences(text, spokenTo, last);
    spokenTo = next;
    return sentences ? { spoken: [...get().spoken, sentences].slice(-SPOKEN_KEPT) } : {};
  }

  function receive(event: RunEvent) {
    const { live, messages } = get();
    if (!live) return;
    switch (event.name) {
      case 'run.started': {
        const { runId, answerId, question } = event.data;
        const stopping = live.step === 'stopping';
        set({ messages: upsert(messages, question), live: { ...live, runId, answerId, question: null } });
        if (stopping) void cancel(runId);
        return;
      }
      case 'step': {
        const { data } = event;
        if (data.kind === 'tool') {
          change({ tools: upsert(live.tools, data) });
          openDesk({});
        } else if (live.step !== 'stopping') change({ step: data.kind });
        return;
      }
      case 'text.delta': {
        const text = live.text.slice(0, event.data.offset) + event.data.text;
        const step = live.step === 'stopping' ? live.step : 'answering';
        setSoon({ ...speak(text), live: { ...live, text, step } });
        return;
      }
      case 'citation': {
        const others = live.citations.filter(({ n }) => n !== event.data.n);
        change({ citations: [...others, event.data] }, setSoon);
        return;
      }
      case 'proposal':
        openDesk({ proposal: event.data });
        return;
      case 'done':
        set({
          ...speak(event.data.message.text, true),
          messages: upsert(messages, event.data.message),
          live: null,
        });
        return;
      case 'error': {
        const kept = event.data.message ?? cutAnswer(live, 'failed', event.data.code);
        set({ ...speak(kept.text, true), messages: upsert(messages, kept), live: null });
        return;
      }
      default:
        event satisfies never;
    }
  }

  /** What is left when the run ended without its last event. */
  function cut(error: unknown) {
    const { live, messages, unsent } = get();
    if (!live) return;
    const fault = toFault(error);
    const stopped = live.step === 'stopping';
    if (live.runId === null && live.question !== null) {
      const failed = {
        key: live.key,
        text: live.question,
        fault: stopped ? new ApiFault('run-cancelled', 0) : fault,
      };
      set({ live: null, unsent: [...unsent, failed] });
    } else if (live.runId === null) set({ live: null, notice: stopped ? null : fault });
    else {
      const left = cutAnswer(
        live,
        stopped ? 'cancelled' : 'interrupted',
        stopped ? 'run-cancelled' : fault.code,
      );
      set({ live: null, messages: upsert(messages, left) });
    }
  }

  async function start(live: Pick<LiveAnswer, 'key' | 'question' | 'mine' | 'runId'>, open: Follow['open']) {
    const controller = new AbortController();
    let late: ReturnType<typeof setTimeout> | undefined;
    /** The card is left: nobody will read the answer. A run can be cancelled only once its name is known. */
    const leave = () => {
      const runId = live.mine && run === controller ? get().live?.runId : undefined;
      if (runId === null) late = setTimeout(() => controller.abort(), STOP_GRACE_MS);
      else end(runId);
    };
    const end = (runId?: string) => {
      if (runId) client.cancel(runId).catch(() => undefined);
      controller.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    run = controller;
    spokenTo = 0;
    set({
      notice: null,
      spoken: [],
      live: { ...live, answerId: null, step: 'starting', text: '', citations: [], tools: [] },
    });
    try {
      await followRun(client, {
        open,
        runId: live.runId,
        signal: controller.signal,
        receive: event => {
          if (!signal.aborted) receive(event);
          else if (event.name === 'run.started') end(event.data.runId);
        },
        reconnecting: () => {
          if (get().live?.step !== 'stopping') change({ step: 'reconnecting' });
        },
      });
    } catch (error) {
      cut(error);
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', leave);
      if (run === controller) run = null;
    }
  }

  /** Tells the API, then waits a little for the stream to end by itself. */
  async function cancel(runId: string) {
    const controller = run;
    try {
      await client.cancel(runId);
    } catch {
      // The dropped connection will tell.
    }
    after(STOP_GRACE_MS, () => controller?.abort());
  }

  return {
    ask: (key: string, text: string) =>
      start({ key, question: text, mine: true, runId: null }, abort =>
        client.ask(leadId, { text, locale }, key, abort),
      ),
    /** A run that began elsewhere, or before the connection was lost. */
    follow: (runId: string) =>
      start({ key: runId, question: null, mine: false, runId }, abort => client.events(runId, null, abort)),
    async retry(runId: string, resume: boolean, key: string) {
      if (resume) {
        await start({ key: runId, question: null, mine: true, runId }, abort =>
          client.events(runId, null, abort),
        );
        return;
      }
      await start({ key, question: null, mine: true, runId: null }, abort => client.retry(runId, key, abort));
    },
    stop() {
      const { live } = get();
      if (!live || live.step === 'stopping') return;
      change({ step: 'stopping' });
      if (live.runId !== null) void cancel(live.runId);
      else {
        const controller = run;
        after(STOP_GRACE_MS, () => get().live?.runId === null && controller?.abort());
      }
    },
  };
}
