import { toFault } from '../../../api/api-fault.ts';
import type { Client } from '../../../api/client.ts';
import type { Arguments, ProposalView } from '../../../api/proposal-types.ts';
import { type DeskState, NEW, type NewAction, type Undelivered, type Verb } from './desk-state.ts';

type Ports = {
  client: Client;
  leadId: number;
  signal: AbortSignal;
  newKey(): string;
  get(): DeskState;
  set(change: Partial<DeskState>): void;
  receive(views: ProposalView[]): void;
  /** Asks again about one that is not as we thought. */
  refresh(id: string): Promise<void>;
  /** A conflict came back instead of an effect. */
  conflicted(view: ProposalView): void;
};

/** Of several, each is taken on its own: `faults` has a code for each that was not. */
type Made = { proposals: ProposalView[]; faults?: Record<string, string> };

/** A browser sends at most 64 KiB after its page is gone, and refuses more at once. */
const KEEPALIVE_BYTES_MAX = 60_000;

type Decision = {
  verb: Verb;
  /** What makes two presses the same decision: its key is made once, and kept until the API has answered. */
  name: string;
  ids: string[];
  send(key: string): Promise<Made>;
};

/** The API has said its word; sending the same again would change nothing. */
const isAnswer = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 408, 429].includes(status);

const without = <Value>(record: Readonly<Record<string, Value>>, ids: string[]): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([id]) => !ids.includes(id)));

const each = <Value>(ids: string[], value: Value): Record<string, Value> =>
  Object.fromEntries(ids.map(id => [id, value]));

const isView = (value: unknown): value is ProposalView =>
  typeof value === 'object' && value !== null && 'digest' in value;

/** The card now tells the same as the refusal did. */
const saysItself = (code: string, { undo, state }: ProposalView): boolean =>
  (code === 'undo-conflict' && undo.state === 'conflict') ||
  (code === 'proposal-expired' && state === 'expired');

/** Sends what the rep decides: each decision once, however often it is pressed or has to be repeated. */
export function openDecisions({
  client,
  leadId,
  signal,
  newKey,
  get,
  set,
  receive,
  refresh,
  conflicted,
}: Ports) {
  const keys = new Map<string, string>();

  /** True when the API has taken it. */
  async function decide(decision: Decision): Promise<boolean> {
    const { verb, name, ids } = decision;
    if (ids.some(id => get().busy[id])) return false;
    const key = keys.get(name) ?? newKey();
    keys.set(name, key);
    set({ busy: { ...get().busy, ...each(ids, verb) }, faults: without(get().faults, ids) });
    try {
      const { proposals: views, faults = {} } = await decision.send(key);
      keys.delete(name);
      if (signal.aborted) return true;
      const touched = new Set([...get().touched, ...views.map(({ id }) => id)]);
      set({ busy: without(get().busy, ids), touched });
      receive(views);
      for (const view of views) if (view.conflict && verb === 'approve') conflicted(view);
      await tellFaults(faults, ids, views);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      await fail(decision, error);
      return false;
    }
  }

  /** Those of a group that were not taken: each says why on its own card, as it is by now. */
  async function tellFaults(faults: Record<string, string>, ids: string[], answered: ProposalView[]) {
    for (const id of ids) {
      const code = faults[id];
      if (code === undefined) continue;
      if (!answered.some(view => view.id === id)) await refresh(id).catch(() => undefined);
      const now = get().views.find(view => view.id === id);
      if (now && (now.conflict || saysItself(code, now))) continue;
      set({ faults: { ...get().faults, [id]: { fault: { code, status: 202 }, again: null } } });
    }
  }

  async function fail(decision: Decision, error: unknown) {
    const { name, ids } = decision;
    const fault = toFault(error);
    const final = isAnswer(fault.status);
    if (final) keys.delete(name);
    const { proposal } = fault.more;
    set({ busy: without(get().busy, ids) });
    if (isView(proposal)) {
      receive([proposal]);
      if (proposal.conflict) return conflicted(proposal);
    } else if (fault.status === 409 || fault.status === 410) {
      // Somebody else was faster, or time was: what it is now says more than the refusal.
      for (const id of ids) if (id !== NEW) await refresh(id).catch(() => undefined);
      const now = get().views.filter(({ id }) => ids.includes(id));
      if (now.some(view => saysItself(fault.code, view))) return;
    }
    const undelivered: Undelivered = { fault, again: final ? null : () => void decide(decision) };
    set({ faults: { ...get().faults, ...each(ids, undelivered) } });
  }

  /** Outlives the panel, unless it is too large to: what was decided just before the card was left is decided. */
  function send<Answer>(method: 'POST' | 'PATCH', path: string, key: string, body: unknown = {}) {
    const keepalive = new TextEncoder().encode(JSON.stringify(body)).length <= KEEPALIVE_BYTES_MAX;
    return client.json<Answer>(path, { method, body, headers: { 'Idempotency-Key': key }, keepalive });
  }
  const call = async (...given: Parameters<typeof send>): Promise<Made> => ({
    proposals: [await send<ProposalView>(...given)],
  });

  const create = (actions: NewAction[], draft: boolean, key: string) =>
    send<Made>('POST', `/leads/${leadId}/proposals`, key, { actions, ...(draft && { draft }) });

  return {
    approve: ({ id, digest }: ProposalView) =>
      decide({
        verb: 'approve',
        name: `approve ${id} ${digest}`,
        ids: [id],
        send: key => call('POST', `/proposals/${id}/approve`, key, { digest }),
      }),
    approveAll(views: ProposalView[]) {
      const digests = Object.fromEntries(views.map(({ id, digest }) => [id, digest]));
      return decide({
        verb: 'approve',
        name: `approve all ${JSON.stringify(digests)}`,
        ids: views.map(({ id }) => id),
        send: key => send('POST', `/proposal-groups/${views[0]?.groupId}/approve`, key, { digests }),
      });
    },
    refuse: ({ id }: ProposalView, reason: string) =>
      decide({
        verb: 'refuse',
        name: `refuse ${id} ${reason}`,
        ids: [id],
        send: key => call('POST', `/proposals/${id}/refuse`, key, reason ? { reason } : {}),
      }),
    undo: ({ id }: ProposalView) =>
      decide({
        verb: 'undo',
        name: `undo ${id}`,
        ids: [id],
        send: key => call('POST', `/proposals/${id}/undo`, key),
      }),
    save: ({ id }: ProposalView, changed: Arguments, draft: boolean) =>
      decide({
        verb: 'save',
        name: `save ${id} ${draft} ${JSON.stringify(changed)}`,
        ids: [id],
        send: key => call('PATCH', `/proposals/${id}`, key, { arguments: changed, draft }),
      }),
    /** Reads the record again: the proposal then stands upon what it holds now. */
    renew: ({ id, digest, arguments: same }: ProposalView) =>
      decide({
        verb: 'renew',
        name: `renew ${id} ${digest}`,
        ids: [id],
        send: key => call('PATCH', `/proposals/${id}`, key, { arguments: same }),
      }),
    /** A new proposal of the same, for one that is over. */
    again: ({ id, action, arguments: same }: ProposalView) =>
      decide({
        verb: 'again',
        name: `again ${id}`,
        ids: [id],
        send: key => create([{ action, arguments: same }], false, key),
      }),
    create: (made: NewAction, draft: boolean) =>
      decide({
        verb: 'save',
        name: `create ${draft} ${JSON.stringify(made)}`,
        ids: [NEW],
        send: key => create([made], draft, key),
      }),
  };
}
