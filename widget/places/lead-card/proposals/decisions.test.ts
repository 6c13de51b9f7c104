import { expect } from 'chai';
import { ApiFault } from '../../../api/api-fault.ts';
import type { Client } from '../../../api/client.ts';
import type { ProposalView } from '../../../api/proposal-types.ts';
import { proposal } from '../../../testing/fake-proposals.ts';
import { openDecisions } from './decisions.ts';
import { type DeskState, emptyDesk, NEW, withViews } from './desk-state.ts';

type Sent = { path: string; key: string; body: unknown };
type Call = { headers?: Record<string, string>; body?: unknown; keepalive?: boolean };

/** The desk without its views; `answer` says what the API does with each call. */
function desk(answer: (sent: Sent) => Promise<unknown>) {
  let state: DeskState = { ...emptyDesk, views: [proposal('stage', [], { id: 'p', digest: 'd' })] };
  const sent: Sent[] = [];
  let keys = 0;
  const kept: unknown[] = [];
  const json = (path: string, call: Call = {}) => {
    kept.push(call.keepalive);
    const one = { path, key: call.headers?.['Idempotency-Key'] ?? '', body: call.body };
    sent.push(one);
    return answer(one);
  };
  const receive = (views: ProposalView[]) => {
    state = { ...state, views: withViews(state.views, views) };
  };
  const decisions = openDecisions({
    client: { json } as unknown as Client,
    leadId: 2,
    signal: new AbortController().signal,
    newKey: () => `key-${++keys}`,
    get: () => state,
    set: change => {
      state = { ...state, ...change };
    },
    receive,
    refresh: async id => receive([proposal('stage', [], { id, state: 'refused' })]),
    conflicted: ({ id }) => {
      state = { ...state, current: id };
    },
  });
  const [view] = state.views;
  if (!view) throw new Error('One was made.');
  return { decisions, sent, kept, view, state: () => state };
}

const down = () => Promise.reject(new ApiFault('network', 0));

describe('Decisions', () => {
  it('go out once, however often they are pressed while on their way', async () => {
    let arrive: (view: ProposalView) => void = () => undefined;
    const { decisions, sent, view } = desk(() => new Promise(done => (arrive = done)));
    const first = decisions.approve(view);
    expect(await decisions.approve(view)).to.equal(false);
    expect(await decisions.refuse(view, '')).to.equal(false);
    arrive({ ...view, state: 'approved' });
    expect(await first).to.equal(true);
    expect(sent).to.have.length(1);
  });

  it('keep their key until the API has answered, and have a new one after', async () => {
    let answer: () => Promise<unknown> = down;
    const { decisions, sent, view, state } = desk(() => answer());
    expect(await decisions.approve(view)).to.equal(false);
    expect(state().faults['p']?.again).to.be.a('function');
    answer = () => Promise.reject(new ApiFault('internal', 500));
    state().faults['p']?.again?.();
    await new Promise(done => setImmediate(done));
    answer = () => Promise.resolve({ ...view, state: 'approved' });
    expect(await decisions.approve(view)).to.equal(true);
    expect(await decisions.approve(view)).to.equal(true);
    expect(sent.map(({ key }) => key)).to.deep.equal(['key-1', 'key-1', 'key-1', 'key-2']);
  });

  it('are bound to the digest that was shown', async () => {
    const { decisions, sent, view } = desk(down);
    await decisions.approve(view);
    await decisions.approve({ ...view, digest: 'other' });
    expect(sent.map(({ body }) => body)).to.deep.equal([{ digest: 'd' }, { digest: 'other' }]);
    expect(sent[0]?.key).to.not.equal(sent[1]?.key);
  });

  it('show a conflict instead of a failure, with the refreshed proposal', async () => {
    const conflict = { at: '2026-01-05T02:30:00Z', differences: [] };
    const refreshed = proposal('stage', [], { id: 'p', digest: 'new', conflict });
    const { decisions, view, state } = desk(() =>
      Promise.reject(new ApiFault('proposal-conflict', 409, null, null, { proposal: refreshed })),
    );
    expect(await decisions.approve(view)).to.equal(false);
    expect(state().views[0]).to.deep.include({ digest: 'new', conflict });
    expect(state().faults).to.deep.equal({});
    expect(state().current).to.equal('p');
  });

  it('look again at what somebody else has decided, and do not offer to repeat themselves', async () => {
    const { decisions, view, state } = desk(() => Promise.reject(new ApiFault('proposal-closed', 409)));
    await decisions.approve(view);
    expect(state().views[0]?.state).to.equal('refused');
    expect(state().faults['p']?.again).to.equal(null);
  });

  it('make a proposal of typed text once, also when the first answer is lost', async () => {
    let answer: () => Promise<unknown> = down;
    const { decisions, sent, state } = desk(() => answer());
    const made = { action: 'note' as const, arguments: { text: 'x' } };
    await decisions.create(made, false);
    expect(state().faults[NEW]).to.not.equal(undefined);
    answer = () => Promise.resolve({ proposals: [proposal('note', [], { id: 'n' })] });
    expect(await decisions.create(made, false)).to.equal(true);
    expect(sent.map(({ key }) => key)).to.deep.equal(['key-1', 'key-1']);
    expect(state().faults).to.deep.equal({});
    expect(state().touched.has('n')).to.equal(true);
  });

  it('tell of each in a group that was not taken why, on its card', async () => {
    const { decisions, view, state } = desk(() =>
      Promise.resolve({
        proposals: [{ ...view, state: 'approved' }],
        faults: { q: 'may-not-change', elsewhere: 'internal' },
      }),
    );
    await decisions.approveAll([view, { ...view, id: 'q', digest: 'e' }]);
    expect(state().faults).to.deep.equal({
      q: { fault: { code: 'may-not-change', status: 202 }, again: null },
    });
    // It is shown as it is by now, and can be decided again.
    expect(state().views.map(({ id }) => id)).to.have.members(['p', 'q']);
    expect(state().busy).to.deep.equal({});
  });

  it('outlive the panel, unless they are larger than a browser would send then', async () => {
    const { decisions, kept } = desk(down);
    const note = (text: string) => decisions.create({ action: 'note', arguments: { text } }, false);
    await note('x'.repeat(59_000));
    await note('x'.repeat(60_000));
    // Two bytes a letter.
    await note('я'.repeat(31_000));
    expect(kept).to.deep.equal([true, false, false]);
  });

  it('approve a group with one request, each by its digest', async () => {
    const { decisions, sent, view, state } = desk(() =>
      Promise.resolve({ proposals: [{ ...view, state: 'approved' }] }),
    );
    await decisions.approveAll([view, { ...view, id: 'q', digest: 'e' }]);
    expect(sent).to.deep.equal([
      {
        path: `/proposal-groups/${view.groupId}/approve`,
        key: 'key-1',
        body: { digests: { p: 'd', q: 'e' } },
      },
    ]);
    expect(state().busy).to.deep.equal({});
  });
});
