import { isAbort, toFault } from '../../api/api-fault.ts';
import type { Client } from '../../api/client.ts';
import type { ProposalPage } from '../../api/proposal-types.ts';
import type { Feedback, Message } from '../../api/types.ts';
import type { ForDesk } from './desk.ts';
import type { OpenDesk } from './desk-ports.ts';
import { emptyState, type PanelState, QUESTION_LENGTH_MAX, type Unsent, upsert } from './panel-state.ts';
import { openRunner } from './runner.ts';

export type StorePorts = {
  client: Client;
  leadId: number;
  locale: string;
  /** Text typed on this page and not sent, by lead; it lives as long as the page. */
  drafts: Map<number | string, string>;
  /** Calls back once before the next paint, and returns a function that calls it off. */
  beforePaint(callback: () => void): () => void;
  /** Loads the desk's own file. */
  loadDesk(): Promise<OpenDesk>;
  newKey(): string;
  online(): boolean;
};

export type PanelStore = ReturnType<typeof openPanelStore>;

/** One lead's panel, from mount to dispose. Nothing that arrives after `dispose` changes or shows anything. */
export function openPanelStore(ports: StorePorts) {
  const { client, leadId, locale, drafts } = ports;
  const life = new AbortController();
  const { signal } = life;
  let forDesk: ForDesk = {};
  const listeners = new Set<() => void>();
  let callOffPaint: (() => void) | null = null;
  let state: PanelState = {
    ...emptyState,
    phase: leadId === 0 ? 'unsaved' : 'loading',
    draft: drafts.get(leadId) ?? '',
    online: ports.online(),
  };

  function publish() {
    callOffPaint?.();
    callOffPaint = null;
    for (const listener of listeners) listener();
  }
  function set(change: Partial<PanelState>) {
    if (signal.aborted) return;
    state = { ...state, ...change };
    publish();
  }
  /** For changes that come many times between two paints. */
  function setSoon(change: Partial<PanelState>) {
    if (signal.aborted) return;
    state = { ...state, ...change };
    callOffPaint ??= ports.beforePaint(publish);
  }

  const runner = openRunner({ client, leadId, locale, signal, get: () => state, set, setSoon, openDesk });

  async function load() {
    if (leadId === 0 || signal.aborted) return;
    set({ phase: 'loading', fault: null });
    try {
      const session = await client.session();
      if (signal.aborted) return;
      set({ session });
      const thread = await client.thread(leadId, null, signal);
      const { messages, hasMore, activeRunId } = thread;
      const settled = messages.filter(({ run }) => run?.status !== 'running');
      set({ phase: 'ready', messages: settled, hasMore });
      if (activeRunId && !state.live) void runner.follow(activeRunId);
      void suggest();
      void seekProposals();
    } catch (error) {
      if (!isAbort(error)) set({ phase: 'failed', fault: toFault(error) });
    }
  }

  /** Suggestions are an extra: without them the panel works. */
  async function suggest() {
    try {
      set({ suggestions: await client.suggestions(leadId, locale, signal) });
    } catch {
      set({ suggestions: [] });
    }
  }

  /** A lead without proposals, and whose answers called no tools, needs no desk. */
  async function seekProposals() {
    try {
      const page = await client.json<ProposalPage>(`/leads/${leadId}/proposals?state=all`, { signal });
      if (page.proposals[0] || state.messages.some(({ run }) => run?.tools?.[0])) void openDesk({ page });
    } catch (error) {
      // An API that knows no proposals has none.
      if (!state.desk && !isAbort(error) && toFault(error).status !== 404) set({ desk: 'failed' });
    }
  }

  /** Hands over to the desk, and fetches it first where it is not there yet. */
  async function openDesk(more: ForDesk = {}) {
    if (state.desk && typeof state.desk === 'object') return state.desk.take(more);
    forDesk = { ...forDesk, ...more };
    if (state.desk === 'loading') return;
    set({ desk: 'loading' });
    try {
      const open = await ports.loadDesk();
      if (!signal.aborted) open({ ...ports, signal, get: () => state, set }).take(forDesk);
    } catch {
      set({ desk: 'failed' });
    }
  }

  return {
    openDesk,
    get state() {
      return state;
    },
    get signal() {
      return signal;
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load,
    async loadEarlier() {
      const first = state.messages[0];
      if (!first || state.loadingEarlier) return;
      set({ loadingEarlier: true });
      try {
        const { messages, hasMore } = await client.thread(leadId, first.id, signal);
        const known = new Set(state.messages.map(({ id }) => id));
        const earlier = messages.filter(({ id }) => !known.has(id));
        set({ messages: [...earlier, ...state.messages], hasMore: hasMore && earlier.length > 0 });
      } catch {
        // The button stays, and can be pressed again.
      }
      set({ loadingEarlier: false });
    },
    setDraft(draft: string) {
      drafts.set(leadId, draft);
      set({ draft });
    },
    /** True when the question was taken over from the composer. */
    ask(question: string): boolean {
      const text = question.trim();
      const ready = state.phase === 'ready' && state.session?.state !== 'reconnect-needed';
      if (!ready || state.live || !text || text.length > QUESTION_LENGTH_MAX) return false;
      void runner.ask(ports.newKey(), text);
      return true;
    },
    resend(unsent: Unsent) {
      if (state.live) return;
      set({ unsent: state.unsent.filter(other => other !== unsent) });
      void runner.ask(unsent.key, unsent.text);
    },
    /** Puts an unsent question back into the composer, in front of what is typed there. */
    editAgain(unsent: Unsent) {
      const draft = [unsent.text, state.draft].filter(Boolean).join('\n');
      drafts.set(leadId, draft);
      set({ draft, unsent: state.unsent.filter(other => other !== unsent) });
    },
    retry(message: Message) {
      if (state.live || !message.run) return;
      void runner.retry(message.run.id, message.run.error?.code === 'stream-dropped', ports.newKey());
    },
    stop: () => runner.stop(),
    /** Shows the rating at once; resolves to false, and takes it back, when it could not be saved. */
    async rate(message: Message, feedback: Feedback | null): Promise<boolean> {
      const show = (shown: Feedback | null) => {
        const now = state.messages.find(({ id }) => id === message.id);
        if (now) set({ messages: upsert(state.messages, { ...now, feedback: shown }) });
      };
      show(feedback);
      try {
        if (feedback) await client.rate(message.id, feedback);
        else await client.unrate(message.id);
        return true;
      } catch {
        show(message.feedback);
        return false;
      }
    },
    setOnline(online: boolean) {
      set({ online });
      if (!online) return;
      if (state.phase === 'failed' && state.fault?.status === 0) void load();
      const last = state.messages[state.messages.length - 1];
      if (last?.run?.error?.code === 'stream-dropped') this.retry(last);
    },
    dispose() {
      life.abort();
      callOffPaint?.();
      listeners.clear();
    },
  };
}
