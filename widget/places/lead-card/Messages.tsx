import { useMemo } from 'preact/hooks';
import type { Citation, Message } from '../../api/types.ts';
import { BrandMark } from '../../ui/icons.tsx';
import { type Cite, Markdown } from '../../ui/markdown/Markdown.ts';
import type { TextKey } from '../../ui/text.ts';
import { faultText } from '../fault-text.ts';
import { AnswerActions } from './AnswerActions.tsx';
import { Note } from './Notices.tsx';
import { usePanel } from './panel-context.ts';
import type { LiveAnswer, Unsent } from './panel-state.ts';
import { CiteButton, Sources } from './Sources.tsx';

function At({ time }: { time: string }) {
  const { times } = usePanel();
  return (
    <time dateTime={time} title={times.full(time)}>
      {times.short(time)}
    </time>
  );
}

export function Question({ message }: { message: Message }) {
  const { store, texts } = usePanel();
  const own = message.author.id !== null && message.author.id === store.state.session?.user.id;
  return (
    <article class="question">
      <p class="by">
        <b>{own ? texts.t('message.you') : message.author.name}</b> <At time={message.createdAt} />
      </p>
      <p class="bubble">{message.text}</p>
    </article>
  );
}

export function PendingQuestion({ text }: { text: string }) {
  const { t } = usePanel().texts;
  return (
    <article class="question pending">
      <p class="by">
        <b>{t('message.you')}</b> {t('message.sending')}
      </p>
      <p class="bubble">{text}</p>
    </article>
  );
}

export function UnsentQuestion({ unsent, busy }: { unsent: Unsent; busy: boolean }) {
  const { store, texts } = usePanel();
  const { t } = texts;
  return (
    <article class="question unsent">
      <p class="by">
        <b>{t('message.you')}</b> {t('message.not_sent')}
      </p>
      <p class="bubble">{unsent.text}</p>
      <Note icon="alert" tone="bad">
        <p>{faultText(texts, unsent.fault)}</p>
        {unsent.fault.requestId && <p class="small">{t('fault.request', { id: unsent.fault.requestId })}</p>}
        <p class="ways">
          <button type="button" class="link" disabled={busy} onClick={() => store.resend(unsent)}>
            {t('message.retry')}
          </button>
          <button type="button" class="link" onClick={() => store.editAgain(unsent)}>
            {t('message.edit')}
          </button>
        </p>
      </Note>
    </article>
  );
}

function useCite(citations: Citation[]): Cite {
  return useMemo<Cite>(() => {
    const byNumber = new Map(citations.map(citation => [citation.n, citation]));
    return n => {
      const citation = byNumber.get(n);
      return citation ? <CiteButton citation={citation} /> : null;
    };
  }, [citations]);
}

export function Answer({ message, busy }: { message: Message; busy: boolean }) {
  const { store, texts } = usePanel();
  const { t } = texts;
  const cite = useCite(message.citations);
  const { run } = message;
  const unfinished = run !== null && run.status !== 'done' && run.status !== 'running';
  return (
    <article class="answer">
      <p class="by">
        <BrandMark />
        <b>{message.author.name || t('message.agent')}</b> <At time={message.createdAt} />
        {message.offline && <span class="tag">{t('message.quoted')}</span>}
      </p>
      {message.text && <Markdown text={message.text} cite={cite} />}
      <Sources citations={message.citations} />
      {unfinished && <Ending message={message} />}
      <AnswerActions message={message} retry={unfinished && !busy ? () => store.retry(message) : null} />
    </article>
  );
}

/** Why an answer ends where it does. */
function Ending({ message: { run, text } }: { message: Message }) {
  const { texts } = usePanel();
  const { t } = texts;
  if (run?.status === 'cancelled') {
    return <p class="ending">{t(text ? 'message.stopped' : 'message.stopped_empty')}</p>;
  }
  const code = run?.error?.code ?? (run?.status === 'interrupted' ? 'run-interrupted' : 'internal');
  return (
    <Note icon="alert" tone="bad">
      <p>{faultText(texts, { code })}</p>
    </Note>
  );
}

const STEPS: Record<LiveAnswer['step'], TextKey> = {
  starting: 'step.starting',
  'reading-lead': 'step.reading_lead',
  'searching-knowledge': 'step.searching_knowledge',
  answering: 'step.answering',
  reconnecting: 'step.reconnecting',
  stopping: 'step.stopping',
};

export function LiveMessage({ live }: { live: LiveAnswer }) {
  const { t } = usePanel().texts;
  const cite = useCite(live.citations);
  return (
    <article class="answer live" aria-busy="true">
      <p class="by">
        <BrandMark />
        <b>{t('message.agent')}</b>
      </p>
      {live.text && <Markdown text={live.text} open cite={cite} />}
      <p class="step" role="status">
        <span class="pulse" aria-hidden="true" />
        {t(STEPS[live.step])}
      </p>
      <Sources citations={live.citations} />
    </article>
  );
}

export function Skeleton() {
  const { t } = usePanel().texts;
  return (
    <div class="skeleton" role="status">
      <span class="sr">{t('panel.loading')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

export function Empty() {
  const { t } = usePanel().texts;
  return (
    <div class="empty">
      <BrandMark />
      <h3>{t('panel.empty_title')}</h3>
      <p>{t('panel.empty_text')}</p>
    </div>
  );
}
