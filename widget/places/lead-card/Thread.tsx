import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Tool } from '../../ui/Tool.tsx';
import {
  Answer,
  Empty,
  LiveMessage,
  PendingQuestion,
  Question,
  Skeleton,
  UnsentQuestion,
} from './Messages.tsx';
import { FaultNote } from './Notices.tsx';
import { usePanel } from './panel-context.ts';
import { type PanelState, shownMessages } from './panel-state.ts';

/** How far from the end still counts as reading the end. */
const AT_END_PX = 32;

type Props = { state: PanelState; sticky: RefObject<boolean> };

export function Thread({ state, sticky }: Props) {
  const { store, texts } = usePanel();
  const { t } = texts;
  const box = useRef<HTMLDivElement>(null);
  const heightBefore = useRef<number | null>(null);
  const depthBefore = useRef(0);
  const [away, setAway] = useState(false);
  const { live, phase, unsent, desk } = state;
  const Cards = desk && typeof desk === 'object' ? desk.Cards : null;
  const messages = shownMessages(state);
  const empty = phase === 'ready' && !messages.length && !live && !unsent.length;

  // Follows the text only for a reader who is at its end, and keeps their place when older messages come in above.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    // What changes nothing in length, such as focus, must not move what is about to be pressed.
    const depth = element.scrollHeight - element.clientHeight;
    if (heightBefore.current !== null && !state.loadingEarlier) {
      element.scrollTop += element.scrollHeight - heightBefore.current;
      heightBefore.current = null;
    } else if (sticky.current && depth !== depthBefore.current) element.scrollTop = depth;
    depthBefore.current = depth;
    setAway(!sticky.current && element.scrollHeight - element.scrollTop - element.clientHeight > AT_END_PX);
  }, [state]);

  function onScroll(event: { currentTarget: HTMLElement }) {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    sticky.current = scrollHeight - scrollTop - clientHeight <= AT_END_PX;
    setAway(!sticky.current);
  }

  return (
    <div class="reel">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="thread" ref={box} tabIndex={0} aria-label={t('panel.history')} onScroll={onScroll}>
        {phase === 'failed' && state.fault && <FaultNote fault={state.fault} retry={store.load} />}
        {phase === 'loading' && <Skeleton />}
        {empty && <Empty />}
        {state.hasMore && (
          <button
            type="button"
            class="link earlier"
            disabled={state.loadingEarlier}
            onClick={() => {
              heightBefore.current = box.current?.scrollHeight ?? null;
              void store.loadEarlier();
            }}
          >
            {t('panel.load_earlier')}
          </button>
        )}
        {messages.flatMap(message => [
          message.role === 'rep' ? (
            <Question key={message.id} message={message} />
          ) : message.run?.id === live?.runId && live ? null : (
            <Answer key={message.id} message={message} busy={live !== null} />
          ),
          Cards && message.id !== live?.answerId && <Cards key={`${message.id}+`} of={message.id} />,
        ])}
        {unsent.map(question => (
          <UnsentQuestion key={question.key} unsent={question} busy={live !== null} />
        ))}
        {live?.question && <PendingQuestion text={live.question} />}
        {live && <LiveMessage live={live} />}
        {Cards && live?.answerId && <Cards of={live.answerId} />}
        {Cards && <Cards of={null} />}
        {state.notice && <FaultNote fault={state.notice} />}
      </section>
      {away && (
        <Tool
          class="below"
          icon="below"
          label={t('panel.new_below')}
          onClick={() => {
            sticky.current = true;
            setAway(false);
            if (box.current) box.current.scrollTop = box.current.scrollHeight;
          }}
        />
      )}
    </div>
  );
}
