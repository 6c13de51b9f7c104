import { isAbort, toFault } from '../../../api/api-fault.ts';
import type { Arguments, Choices, ProposalPage, ProposalView } from '../../../api/proposal-types.ts';
import type { ForDesk } from '../desk.ts';
import type { DeskPorts } from '../desk-ports.ts';
import { openDecisions } from './decisions.ts';
import {
  type DeskState,
  emptyDesk,
  firstOpen,
  NEW,
  type NewAction,
  verbsOf,
  withViews,
} from './desk-state.ts';
import { openWatch } from './watch.ts';

export type DeskStore = ReturnType<typeof openDeskStore>;

/** What the desk knows of the proposals of one lead, and what may be done with them. */
export function openDeskStore(ports: DeskPorts, draw: () => void) {
  const { client, leadId, signal, drafts, newKey } = ports;
  let state: DeskState = emptyDesk;
  let asked = false;

  function set(change: Partial<DeskState>) {
    if (signal.aborted) return;
    state = { ...state, ...change };
    draw();
  }
  function receive(fresh: ProposalView[]) {
    const views = withViews(state.views, fresh);
    set({ phase: 'ready', views });
    watch.changed();
  }
  const one = (id: string) => client.json<ProposalView>(`/proposals/${id}`, { signal });

  const watch = openWatch({
    signal,
    views: () => state.views,
    async ask(id) {
      const before = state.views.find(view => view.id === id);
      const view = await one(id);
      // What came in while this was on its way is newer.
      const current = state.views.find(now => now.id === id);
      if (current !== before || state.busy[id]) return;
      // No news moves nothing on the screen.
      if (JSON.stringify(view) !== JSON.stringify(before)) receive([view]);
    },
  });

  const decisions = openDecisions({
    client,
    leadId,
    signal,
    newKey,
    get: () => state,
    set,
    receive,
    refresh: async id => receive([await one(id)]),
    conflicted: ({ id }) => set({ current: id }),
  });

  async function load() {
    set({ phase: 'loading', fault: null });
    try {
      const page = await client.json<ProposalPage>(`/leads/${leadId}/proposals?state=all`, { signal });
      await takePage(page);
    } catch (error) {
      failed(error);
    }
  }
  function failed(error: unknown) {
    if (!isAbort(error)) set({ phase: 'failed', fault: toFault(error) });
  }

  /** Whatever is decided by now and fills the page must not hide what still waits. */
  async function takePage({ proposals, nextCursor }: ProposalPage) {
    receive(proposals);
    if (nextCursor === null) return;
    const open = await client.json<ProposalPage>(`/leads/${leadId}/proposals?state=open`, { signal });
    receive(open.proposals);
  }

  async function loadChoices() {
    if (state.choices) return;
    set({ choicesFault: null });
    try {
      set({ choices: await client.json<Choices>(`/leads/${leadId}/choices`, { signal }) });
    } catch (error) {
      if (!isAbort(error)) set({ choicesFault: toFault(error) });
    }
  }

  function begin(creating: NewAction | null) {
    set({ creating, begun: state.begun + 1, ...(creating && { form: null }) });
    if (creating?.action) void loadChoices();
  }

  /** Text that is handed over goes below what is typed there already. */
  function beginWith({ action, arguments: args = {} }: NonNullable<ForDesk['begin']>) {
    const typed = action && drafts.get(`new-action-${leadId}-${action}`);
    const kept = typed ? (JSON.parse(typed) as Arguments) : {};
    const texts = [kept['text'], args['text']].filter(text => typeof text === 'string' && text);
    const text = [...new Set(texts)].join('\n\n');
    const all = { ...kept, ...args, ...(text && { text }) };
    if (action && text) drafts.set(`new-action-${leadId}-${action}`, JSON.stringify(all));
    begin({ action: action ?? null, arguments: all });
  }

  /** Typed text outlives the form and the panel; it is forgotten once it is sent. */
  const draftName = (id: string) =>
    id === NEW ? `new-action-${leadId}-${state.creating?.action}` : `edit-${id}`;

  return {
    ...decisions,
    get state() {
      return state;
    },
    client,
    signal,
    newKey,
    leadId,
    set,
    load,
    loadChoices,
    begin,
    panel: ports.get,
    /** The panel's shadow root, once it is drawn. */
    root: null as ShadowRoot | null,
    /** The card that the keys act upon: the one that had focus last, while there is something to do with it. */
    target(): ProposalView | undefined {
      const { views, current } = state;
      const own = views.find(({ id }) => id === current);
      return own && verbsOf(own).size ? own : (firstOpen(views) ?? own);
    },
    online: () => watch.soon(),
    take({ page, proposal, begin: begun }: ForDesk) {
      if (proposal) receive([proposal]);
      // The button of the menu closes what it opened; what was typed is kept.
      if (begun && !begun.action && state.creating) begin(null);
      else if (begun) beginWith(begun);
      if (asked) return;
      asked = true;
      void (page ? takePage(page).catch(failed) : load());
    },
    edit(id: string) {
      set({ form: { id, kind: 'edit' }, creating: null, current: id });
      void loadChoices();
    },
    draftOf(id: string): Arguments | null {
      const kept = drafts.get(draftName(id));
      return kept ? (JSON.parse(kept) as Arguments) : null;
    },
    keepDraft(id: string, typed: Arguments | null) {
      if (typed) drafts.set(draftName(id), JSON.stringify(typed));
      else drafts.delete(draftName(id));
    },
  };
}
