import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ActionName, Arguments } from '../../../api/proposal-types.ts';
import { Note } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import { NEW } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { fieldsOf, needsChoices } from './fields-of.tsx';
import { decisionFault } from './words.ts';

type Props = {
  store: DeskStore;
  /** The proposal, or `NEW`. */
  id: string;
  action: ActionName;
  given: Arguments;
  submit(changed: Arguments, draft: boolean): Promise<boolean>;
  close(): void;
};

/** The arguments of an action, to be typed. What is typed is kept until it is sent or given up. */
export function ActionForm({ store, id, action, given, submit, close }: Props) {
  const { texts } = usePanel();
  const { t } = texts;
  const { busy, choices, choicesFault } = store.state;
  const [values, setValues] = useState<Arguments>(() => store.draftOf(id) ?? given);
  const form = useRef<HTMLFormElement>(null);
  const waiting = needsChoices(action) && !choices;
  const timezone = store.panel().session?.account.timezone;

  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }, [waiting]);

  function put(change: Arguments) {
    const changed = { ...values, ...change };
    setValues(changed);
    store.keepDraft(id, changed);
  }
  async function send(draft: boolean) {
    if (!form.current?.reportValidity()) return;
    if (!(await submit(values, draft))) return;
    store.keepDraft(id, null);
    close();
  }
  const working = busy[id] !== undefined;

  return (
    <form
      class="form"
      ref={form}
      onSubmit={event => {
        event.preventDefault();
        void send(false);
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          void send(false);
        }
        if (event.key !== 'Escape') return;
        // What is typed is still there when the form is opened again.
        event.stopPropagation();
        close();
      }}
    >
      {choicesFault && waiting ? (
        <Note icon="alert" tone="bad">
          <p>{decisionFault(texts, choicesFault)}</p>
          <button type="button" class="link" onClick={() => void store.loadChoices()}>
            {t('message.retry')}
          </button>
        </Note>
      ) : waiting ? (
        <p class="step" role="status">
          <span class="pulse" aria-hidden="true" />
          {t('proposal.loading_choices')}
        </p>
      ) : (
        fieldsOf({ action, values, put, choices, texts, timezone })
      )}
      <p class="buttons">
        <button type="submit" class="primary" disabled={working || waiting}>
          {t(working ? 'proposal.sending' : id === NEW ? 'proposal.propose' : 'proposal.save')}
        </button>
        <button type="button" class="quiet" disabled={working || waiting} onClick={() => void send(true)}>
          {t('proposal.save_draft')}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            store.keepDraft(id, null);
            close();
          }}
        >
          {t('feedback.cancel')}
        </button>
      </p>
    </form>
  );
}
