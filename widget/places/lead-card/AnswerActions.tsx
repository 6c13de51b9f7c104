import { useEffect, useRef, useState } from 'preact/hooks';
import type { Feedback, Message } from '../../api/types.ts';
import { Tool } from '../../ui/Tool.tsx';
import { copyText } from './copy-text.ts';
import { FeedbackForm } from './FeedbackForm.tsx';
import { usePanel } from './panel-context.ts';

const SAID_FOR_MS = 4_000;

type Props = { message: Message; retry: (() => void) | null };

/** Copy, rate, try again. */
export function AnswerActions({ message, retry }: Props) {
  const { store, texts } = usePanel();
  const { t } = texts;
  const [said, setSaid] = useState('');
  const [asking, setAsking] = useState(false);
  const down = useRef<HTMLButtonElement>(null);
  const rating = message.feedback?.rating;

  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(''), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);

  const text = message.text.replace(/\s?\[\d{1,3}\](?!\()/g, '').trim();
  async function copy() {
    setSaid(t((await copyText(text)) ? 'message.copied' : 'message.copy_failed'));
  }
  async function rate(feedback: Feedback | null) {
    const kept = await store.rate(message, feedback);
    setSaid(!kept ? t('feedback.failed') : feedback ? t('feedback.thanks') : '');
  }
  function closeForm() {
    setAsking(false);
    down.current?.focus();
  }

  const finished = message.run?.status === 'done' || message.run === null;
  return (
    <div class="actions">
      <div class="bar">
        {message.text && <Tool icon="copy" label={t('message.copy')} onClick={copy} />}
        {text && finished && (
          <Tool
            icon="note"
            label={t('message.save_note')}
            onClick={() => store.openDesk({ begin: { action: 'note', arguments: { text } } })}
          />
        )}
        {finished && (
          <Tool
            icon="up"
            label={t('feedback.up')}
            pressed={rating === 'up'}
            onClick={() => rate(rating === 'up' ? null : { rating: 'up' })}
          />
        )}
        {finished && (
          <Tool
            icon="down"
            label={t('feedback.down')}
            pressed={rating === 'down'}
            expanded={asking}
            focus={down}
            onClick={() => (rating === 'down' ? rate(null) : setAsking(!asking))}
          />
        )}
        {retry && (
          <Tool class="tool wide" icon="retry" label={t('message.retry')} onClick={retry}>
            {t('message.retry')}
          </Tool>
        )}
        <span class="said" role="status">
          {said}
        </span>
      </div>
      {asking && (
        <FeedbackForm
          id={message.id}
          cancel={closeForm}
          submit={feedback => {
            closeForm();
            void rate(feedback);
          }}
        />
      )}
    </div>
  );
}
