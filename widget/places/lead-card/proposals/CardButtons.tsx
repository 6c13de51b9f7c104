import type { ProposalView } from '../../../api/proposal-types.ts';
import type { TextKey } from '../../../ui/text.ts';
import { usePanel } from '../panel-context.ts';
import { act } from './act.ts';
import { verbsOf } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';

const KEYS = { approve: 'A', edit: 'E', refuse: 'R', undo: 'U' } as const;
type Pressed = keyof typeof KEYS;
const LABELS: Record<Pressed, TextKey> = {
  approve: 'proposal.approve',
  edit: 'proposal.edit',
  refuse: 'proposal.refuse',
  undo: 'proposal.undo',
};
const LOOKS: Record<Pressed, string> = { approve: 'primary', edit: 'quiet', refuse: 'quiet', undo: 'quiet' };

/** What can be done with it, each with its key where the keys act upon this card. */
export function CardButtons({ store, view }: { store: DeskStore; view: ProposalView }) {
  const { t } = usePanel().texts;
  const verbs = verbsOf(view);
  const busy = store.state.busy[view.id];
  const listens = store.target()?.id === view.id;
  const repeatable = view.state === 'expired';
  if (!verbs.size && !repeatable) return null;
  return (
    <p class="buttons">
      {(Object.keys(KEYS) as Pressed[])
        .filter(verb => verbs.has(verb))
        .map(verb => (
          <button
            key={verb}
            type="button"
            class={LOOKS[verb]}
            disabled={busy !== undefined}
            aria-keyshortcuts={KEYS[verb]}
            onClick={() => act(store, verb, view)}
          >
            {t(busy === verb ? 'proposal.sending' : LABELS[verb])}
            {listens && busy !== verb && (
              <span class="key" aria-hidden="true">
                {KEYS[verb]}
              </span>
            )}
          </button>
        ))}
      {repeatable && (
        <button
          type="button"
          class="quiet"
          disabled={busy !== undefined}
          onClick={() => void store.again(view)}
        >
          {t('proposal.again')}
        </button>
      )}
    </p>
  );
}
