import type { ProposalView } from '../../../api/proposal-types.ts';
import { Note } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';
import { valueText } from './values.ts';
import { fieldName } from './words.ts';

/** The record is not as the proposal saw it: what it holds now, and the way on. */
export function ConflictNote({ store, view }: { store: DeskStore; view: ProposalView }) {
  const { t } = usePanel().texts;
  return (
    <Note icon="alert">
      <p>{t('proposal.conflict')}</p>
      <Differences view={view} />
      <button
        type="button"
        class="link"
        disabled={store.state.busy[view.id] !== undefined}
        onClick={() => {
          focusCard(store, view.id);
          void store.renew(view);
        }}
      >
        {t('proposal.use_new')}
      </button>
    </Note>
  );
}

/** For each thing, what the proposal saw and what the record holds instead. */
export function Differences({ view }: { view: ProposalView }) {
  const { texts, times } = usePanel();
  return (
    <ul class="differences">
      {view.conflict?.differences.map(change => (
        <li key={change.field}>
          {texts.t('proposal.difference', {
            field: fieldName(texts, change),
            before: valueText(texts, times, change, change.before),
            after: valueText(texts, times, change, change.after),
          })}
        </li>
      ))}
    </ul>
  );
}
