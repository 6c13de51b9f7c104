import type { ProposalView } from '../../../api/proposal-types.ts';
import { verbsOf } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';

/** What a button or its key does; false when it does nothing now. */
export function act(
  store: DeskStore,
  verb: 'approve' | 'edit' | 'refuse' | 'undo',
  view: ProposalView,
): boolean {
  if (!verbsOf(view).has(verb) || store.state.busy[view.id]) return false;
  if (verb === 'edit') store.edit(view.id);
  else if (verb === 'refuse') store.set({ form: { id: view.id, kind: 'refuse' }, current: view.id });
  else {
    // Focus stays with this card: the same key pressed again must not reach the next one.
    focusCard(store, view.id);
    void store[verb](view);
  }
  return true;
}
