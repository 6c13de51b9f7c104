import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActionName } from '../../../api/proposal-types.ts';
import { Note } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import { ActionForm } from './ActionForm.tsx';
import { type NewAction as Made, NEW } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';
import { Memory } from './Memory.tsx';
import { Shape } from './shapes.tsx';
import { decisionFault, TITLES } from './words.ts';

/** What a rep makes by hand; an agent proposes the rest. */
const BY_HAND: ActionName[] = ['note', 'task-create', 'stage', 'price', 'tags', 'responsible'];

/** The menu of actions, then the form of the one that was chosen, or what is remembered. */
export function NewAction({ store, creating }: { store: DeskStore; creating: Made }) {
  const { texts } = usePanel();
  const { t } = texts;
  const { action } = creating;
  const undelivered = store.state.faults[NEW];
  const first = useRef<HTMLButtonElement>(null);
  const [remembered, setRemembered] = useState(false);
  useEffect(() => first.current?.focus(), [action]);

  function close() {
    store.begin(null);
    store.root?.querySelector<HTMLElement>('#question')?.focus();
  }
  const title = t(action ? TITLES[action] : remembered ? 'memory.title' : 'composer.new_action');
  return (
    <section
      class="making"
      aria-label={remembered ? title : t('composer.new_action')}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h4>{title}</h4>
        <button
          type="button"
          class="tool"
          aria-label={t('proposal.close')}
          title={t('proposal.close')}
          onClick={close}
        >
          <Shape name="cross" />
        </button>
      </header>
      {action ? (
        <ActionForm
          key={store.state.begun}
          store={store}
          id={NEW}
          action={action}
          given={creating.arguments}
          close={close}
          submit={async (args, draft) => {
            const known = new Set(store.state.views.map(({ id }) => id));
            const made = await store.create({ action, arguments: args }, draft);
            const fresh = store.state.views.find(({ id }) => !known.has(id));
            if (made && fresh) focusCard(store, fresh.id);
            return made;
          }}
        />
      ) : remembered ? (
        <Memory store={store} />
      ) : (
        <ul class="picks">
          {BY_HAND.map((name, at) => (
            <li key={name}>
              <button
                type="button"
                class="pick"
                ref={at === 0 ? first : null}
                onClick={() => store.begin({ action: name, arguments: {} })}
              >
                <Shape name={name} />
                {t(TITLES[name])}
              </button>
            </li>
          ))}
          <li>
            <button type="button" class="pick" onClick={() => setRemembered(true)}>
              <Shape name="memory" />
              {t('memory.title')}
            </button>
          </li>
        </ul>
      )}
      {undelivered && (
        <Note icon="alert" tone="bad">
          <p>{decisionFault(texts, undelivered.fault)}</p>
        </Note>
      )}
    </section>
  );
}
