import { useEffect, useRef, useState } from 'preact/hooks';
import type { Fact } from '../../../api/proposal-types.ts';
import { usePanel } from '../panel-context.ts';
import { shownMessages } from '../panel-state.ts';
import type { DeskStore } from './desk-store.ts';

const FACT_LENGTH_MAX = 500;
const QUOTED_LENGTH_MAX = 120;

type Props = {
  store: DeskStore;
  fact: Fact;
  busy: boolean;
  save(text: string): Promise<boolean>;
  forget(): void;
};

/** One fact with where it comes from; its words can be changed in place. */
export function FactLine({ store, fact, busy, save, forget }: Props) {
  const { texts, times } = usePanel();
  const { t } = texts;
  const { text, about, isPrivate, isSuggested, messageId, updatedAt } = fact;
  const [typed, setTyped] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const editing = typed !== null;
  useEffect(() => field.current?.focus(), [editing]);
  const question = shownMessages(store.panel()).find(({ id }) => id === messageId)?.text ?? '';
  const quoted = question.length > QUOTED_LENGTH_MAX ? `${question.slice(0, QUOTED_LENGTH_MAX)}…` : question;
  const origin = t(about === 'contact' ? 'memory.about_contact' : 'memory.about_lead', {
    time: times.short(updatedAt),
  });
  return (
    <li>
      {editing ? (
        <form
          class="form"
          onSubmit={async event => {
            event.preventDefault();
            if (typed.trim() && (await save(typed.trim()))) setTyped(null);
          }}
          onKeyDown={event => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setTyped(null);
          }}
        >
          <textarea
            ref={field}
            rows={3}
            aria-label={t('memory.title')}
            maxLength={FACT_LENGTH_MAX}
            value={typed}
            onInput={event => setTyped(event.currentTarget.value)}
          />
          <p class="buttons">
            <button type="submit" class="primary" disabled={busy || !typed.trim()}>
              {t('proposal.save')}
            </button>
            <button type="button" class="quiet" onClick={() => setTyped(null)}>
              {t('feedback.cancel')}
            </button>
          </p>
        </form>
      ) : (
        <p>{text}</p>
      )}
      {isSuggested && <p class="small">{t('memory.suggested')}</p>}
      <p class="small">
        {origin}
        {isPrivate && ` ${t('memory.private')}`}
        {messageId && ` ${quoted ? t('memory.source', { text: quoted }) : t('memory.source_earlier')}`}
      </p>
      {!editing && (
        <p class="buttons">
          {isSuggested && (
            <button type="button" class="primary" disabled={busy} onClick={() => void save(text)}>
              {t('memory.keep')}
            </button>
          )}
          <button type="button" class="quiet" disabled={busy} onClick={() => setTyped(text)}>
            {t('proposal.edit')}
          </button>
          <button type="button" class="quiet" disabled={busy} onClick={forget}>
            {t('memory.forget')}
          </button>
        </p>
      )}
    </li>
  );
}
