import { expect } from 'chai';
import type { Effect } from '../../../api/proposal-types.ts';
import { approved, done, effect, proposal } from '../../../testing/fake-proposals.ts';
import { firstOpen, inGroups, verbsOf, viewsOf, withViews } from './desk-state.ts';

const now = Date.now();
const ids = (views: { id: string }[]) => views.map(({ id }) => id);

describe('The state of the desk', () => {
  it('puts a view in the place of its older self, and a new one where its time belongs', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id, at) =>
      proposal('note', [], { id, createdAt: new Date(now + at).toISOString() }),
    );
    if (!a || !b || !c) throw new Error('Three were made.');
    const refused = { ...a, state: 'refused' as const };
    expect(withViews([a, c], [b, refused])).to.deep.equal([refused, b, c]);
  });

  it('never opens a decided card again, and keeps the newer effect, when older news comes late', () => {
    const open = proposal('stage', [], { id: 'p' });
    const undo = { ...open.undo, state: 'queued' as const };
    const refused = { ...open, state: 'refused' as const };
    const at = (now: Effect | null, more = {}) => ({ ...open, ...approved({ effect: now }), ...more });
    for (const [known, late] of [
      [refused, open],
      [refused, { ...open, state: 'draft' as const }],
      [{ ...open, state: 'expired' as const }, open],
      [at(effect('queued')), open],
      [at(done()), at(effect('queued'))],
      [at(done()), at(effect('performing'))],
      [at(done()), at(null)],
      [at(effect('performing')), at(effect('queued'))],
      [at(effect('performing', { attempts: 2 })), at(effect('failed'))],
      [at(effect('queued', { attempts: 1 })), at(effect('performing'))],
      [at(done(), { undo }), at(done())],
      [at(done(), { undo: { ...undo, state: 'done' as const } }), at(done(), { undo })],
    ] as const) {
      expect(withViews([known], [late])).to.deep.equal([known]);
    }
    for (const [known, news] of [
      [open, at(effect('queued'))],
      [at(effect('queued')), at(effect('performing'))],
      [at(effect('performing')), at(effect('queued', { attempts: 1 }))],
      [at(effect('performing')), at(effect('failed'))],
      [at(effect('dead', { attempts: 8 })), at(effect('queued'))],
      [at(effect('unknown')), at(done())],
      [at(done()), at(done(), { undo })],
    ] as const) {
      expect(withViews([known], [news])).to.deep.equal([news]);
    }
  });

  it('keeps in sight what still matters, wherever it came from', () => {
    const old = new Date(now - 3 * 86_400_000).toISOString();
    const views = [
      proposal('note', [], { id: 'open' }),
      proposal('note', [], { id: 'answered', messageId: 'm' }),
      proposal('note', [], { id: 'old', state: 'refused', decidedAt: old }),
      proposal('note', [], {
        id: 'old-moving',
        ...approved({ decidedAt: old, effect: effect('performing') }),
      }),
      proposal('note', [], { id: 'old-touched', state: 'refused', decidedAt: old }),
      proposal('note', [], { id: 'fresh', ...approved({ effect: done() }) }),
    ];
    const desk = { views, touched: new Set(['old-touched']) };
    const loose = ids(viewsOf(desk, null, new Set(['m']), now));
    expect(loose).to.deep.equal(['open', 'old-moving', 'old-touched', 'fresh']);
    expect(ids(viewsOf(desk, 'm', new Set(['m']), now))).to.deep.equal(['answered']);
    expect(ids(viewsOf(desk, null, new Set(), now))).to.include('answered');
  });

  it('offers only what can be done', () => {
    const verbs = (more: Parameters<typeof proposal>[2]) => [...verbsOf(proposal('stage', [], more))].join();
    const undo = { way: 'write-back' as const, possible: true, why: null };
    expect(verbs({})).to.equal('approve,edit,refuse');
    expect(verbs({ state: 'draft' })).to.equal('approve,edit,refuse');
    expect(verbs({ conflict: { at: '', differences: [] } })).to.equal('edit,refuse');
    expect(verbs(approved({ effect: effect('queued') }))).to.equal('');
    expect(verbs(approved({ effect: done() }))).to.equal('undo');
    expect(verbs(approved({ effect: done(), undo: { ...undo, state: 'conflict' } }))).to.equal('undo');
    expect(verbs(approved({ effect: done(), undo: { ...undo, state: 'done' } }))).to.equal('');
    expect(verbs(approved({ effect: done(), undo: { ...undo, possible: false, state: null } }))).to.equal('');
    expect(verbs({ state: 'refused' })).to.equal('');
    expect(verbs({ state: 'expired' })).to.equal('');
  });

  it('keeps groups together and lets the keys begin with what can be approved', () => {
    const views = [
      proposal('note', [], { id: 'a', groupId: '1', conflict: { at: '', differences: [] } }),
      proposal('note', [], { id: 'b', groupId: '2' }),
      proposal('note', [], { id: 'c', groupId: '1' }),
    ];
    expect(inGroups(views).map(ids)).to.deep.equal([['a', 'c'], ['b']]);
    expect(firstOpen(views)?.id).to.equal('b');
    expect(firstOpen(views.slice(0, 1))?.id).to.equal('a');
  });
});
