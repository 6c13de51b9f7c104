import { useLayoutEffect, useRef } from 'preact/hooks';
import { Tool } from '../../ui/Tool.tsx';
import { usePanel } from './panel-context.ts';
import { type PanelState, QUESTION_LENGTH_MAX } from './panel-state.ts';

const WARN_FROM_LEFT = 400;

type Props = { state: PanelState; asked(): void };

export function Composer({ state, asked }: Props) {
  const { store, texts } = usePanel();
  const { t, plural } = texts;
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft, live } = state;
  const left = QUESTION_LENGTH_MAX - draft.length;
  const blocked = state.phase === 'failed' || state.session?.state === 'reconnect-needed';

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    // Read from the element, not from state: it grows with the text up to the limit in the stylesheet.
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [draft]);

  function send() {
    if (!store.ask(draft)) return;
    store.setDraft('');
    asked();
  }

  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <label class="sr" for="question">
        {t('composer.label')}
      </label>
      <div class={blocked ? 'field off' : 'field'}>
        <Tool
          icon="plus"
          label={t('composer.new_action')}
          disabled={blocked}
          onClick={() => store.openDesk({ begin: {} })}
        />
        <textarea
          id="question"
          ref={field}
          rows={1}
          value={draft}
          disabled={blocked}
          placeholder={t('composer.placeholder')}
          aria-describedby="composer-hint"
          aria-invalid={left < 0}
          onInput={event => store.setDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {live ? (
          <Tool
            class="send stop"
            icon="stop"
            label={t('composer.stop')}
            disabled={live.step === 'stopping'}
            onClick={store.stop}
          />
        ) : (
          <Tool
            class="send"
            type="submit"
            icon="send"
            label={t('composer.send')}
            disabled={blocked || state.phase !== 'ready' || !draft.trim() || left < 0}
          />
        )}
      </div>
      <p class={left < 0 ? 'hint over' : 'hint'} id="composer-hint" role={left < 0 ? 'alert' : undefined}>
        {left < 0
          ? plural('composer.over', -left)
          : left < WARN_FROM_LEFT
            ? plural('composer.left', left)
            : t('composer.hint')}
      </p>
    </form>
  );
}
