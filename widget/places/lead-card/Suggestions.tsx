import { usePanel } from './panel-context.ts';
import type { PanelState } from './panel-state.ts';

/** Questions that fit this lead, until the rep has one of their own. */
export function Suggestions({ state, asked }: { state: PanelState; asked(): void }) {
  const { store, texts } = usePanel();
  const { suggestions, live, draft, messages } = state;
  if (!suggestions.length || live || draft || state.session?.state === 'reconnect-needed') return null;
  return (
    <ul class={messages.length ? 'chips row' : 'chips'} aria-label={texts.t('panel.suggestions')}>
      {suggestions.map(({ id, text }) => (
        <li key={id}>
          <button
            type="button"
            class="chip"
            title={text}
            onClick={() => {
              if (store.ask(text)) asked();
            }}
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}
