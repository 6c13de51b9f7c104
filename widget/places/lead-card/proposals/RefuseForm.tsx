import { useEffect, useRef, useState } from 'preact/hooks';
import type { ProposalView } from '../../../api/proposal-types.ts';
import { usePanel } from '../panel-context.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';

const REASON_LENGTH_MAX = 500;

/** Why not: a word for whoever proposed it, or none. Enter refuses. What is typed is kept until it is sent or given up. */
export function RefuseForm({ store, view }: { store: DeskStore; view: ProposalView }) {
  const { t } = usePanel().texts;
  const draft = `refusal-${view.id}`;
  const [reason, setReason] = useState(() => String(store.draftOf(draft)?.['reason'] ?? ''));
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function close() {
    store.set({ form: null });
    focusCard(store, view.id);
  }
  function forget() {
    store.keepDraft(draft, null);
    close();
  }
  return (
    <form
      class="form"
      onSubmit={async event => {
        event.preventDefault();
        if (await store.refuse(view, reason.trim())) forget();
      }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <label>
        {t('proposal.reason')}
        <input
          ref={field}
          value={reason}
          maxLength={REASON_LENGTH_MAX}
          onInput={({ currentTarget: { value } }) => {
            setReason(value);
            store.keepDraft(draft, { reason: value });
          }}
        />
      </label>
      <p class="buttons">
        <button type="submit" class="primary" disabled={store.state.busy[view.id] !== undefined}>
          {t('proposal.refuse')}
        </button>
        <button type="button" class="quiet" onClick={forget}>
          {t('feedback.cancel')}
        </button>
      </p>
    </form>
  );
}
