import { useEffect, useRef, useState } from 'preact/hooks';
import type { Feedback, FeedbackReason } from '../../api/types.ts';
import { usePanel } from './panel-context.ts';

const REASONS: FeedbackReason[] = ['wrong', 'incomplete', 'outdated', 'tone', 'other'];
const COMMENT_LENGTH_MAX = 1_000;

type Props = { id: string; submit(feedback: Feedback): void; cancel(): void };

/** Why an answer was bad. */
export function FeedbackForm({ id, submit, cancel }: Props) {
  const { t } = usePanel().texts;
  const [reason, setReason] = useState<FeedbackReason>('wrong');
  const [comment, setComment] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  return (
    <form
      class="feedback"
      onSubmit={event => {
        event.preventDefault();
        submit({ rating: 'down', reason, ...(comment.trim() && { comment: comment.trim() }) });
      }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        cancel();
      }}
    >
      <fieldset>
        <legend>{t('feedback.question')}</legend>
        {REASONS.map((choice, at) => (
          <label key={choice}>
            <input
              type="radio"
              ref={at === 0 ? first : null}
              name={`reason-${id}`}
              value={choice}
              checked={reason === choice}
              onChange={() => setReason(choice)}
            />
            {t(`feedback.${choice}`)}
          </label>
        ))}
      </fieldset>
      <label class="comment">
        {t('feedback.comment')}
        <textarea
          rows={2}
          maxLength={COMMENT_LENGTH_MAX}
          value={comment}
          onInput={event => setComment(event.currentTarget.value)}
        />
      </label>
      <div class="ways">
        <button type="submit" class="primary">
          {t('feedback.submit')}
        </button>
        <button type="button" class="link" onClick={cancel}>
          {t('feedback.cancel')}
        </button>
      </div>
    </form>
  );
}
