import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Citation, Message } from '../../api/types.ts';
import { BrandMark } from '../../ui/icons.tsx';
import { type Cite, Markdown } from '../../ui/markdown/Markdown.ts';
import type { TextKey } from '../../ui/text.ts';
import { AnswerActions } from './AnswerActions.tsx';
import { FaultNote } from './Notices.tsx';
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

type AskedProps = {
  who?: string;
  state?: ComponentChildren;
  look?: string;
  text: string;
  children?: ComponentChildren;
};

function Asked({ who, state, look, text, children }: AskedProps) {
  const { t } = usePanel().texts;
  return (
    <article class={`question ${look ?? ''}`}>
      <p class="by">
        <b>{who ?? t('message.you')}</b> {state}
      </p>
      <p class="bubble">{text}</p>
      {children}
    </article>
  );
}

export function Question({ message: { author, text, createdAt } }: { message: Message }) {
  const { user } = usePanel().store.state.session ?? {};
  const own = author.id !== null && author.id === user?.id;
  return <Asked {...(!own && { who: author.name })} state={<At time={createdAt} />} text={text} />;
}

export function PendingQuestion({ text }: { text: string }) {
  return <Asked look="pending" state={usePanel().texts.t('message.sending')} text={text} />;
}

export function UnsentQuestion({ unsent, busy }: { unsent: Unsent; busy: boolean }) {
  const { store, texts } = usePanel();
  const { t } = texts;
  return (
    <Asked look="unsent" state={t('message.not_sent')} text={unsent.text}>
      <FaultNote fault={unsent.fault} busy={busy} retry={() => store.resend(unsent)}>
        <button type="button" class="link" onClick={() => store.editAgain(unsent)}>
          {t('message.edit')}
        </button>
      </FaultNote>
    </Asked>
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
        {message.offline && message.citations.length > 0 && <span class="tag">{t('message.quoted')}</span>}
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
  return <FaultNote fault={{ code }} />;
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
