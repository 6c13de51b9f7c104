import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ProposalView } from '../../../api/proposal-types.ts';
import type { Desk } from '../desk.ts';
import { FaultNote } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import { isOpen } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';
import { NewAction } from './NewAction.tsx';
import { newsOf } from './news-of.ts';
import { press } from './press.ts';
import css from './proposals.css';

/** Above the composer: what waits out of sight, a new action; and what is heard and pressed anywhere in the panel. */
export function trayOver(store: DeskStore): Desk['Tray'] {
  return function Tray() {
    const { texts, times } = usePanel();
    const { plural, t } = texts;
    const box = useRef<HTMLDivElement>(null);
    const { phase, fault, views, creating } = store.state;
    const { online } = store.panel();
    const waiting = views.filter(isOpen);
    const heard = useRef<ProposalView[]>([]);
    const [said, setSaid] = useState('');
    const away = useOutOfSight(store, waiting.map(({ id }) => id).join());

    useLayoutEffect(() => {
      const root = box.current?.getRootNode() as ShadowRoot;
      store.root = root;
      const onKey = (event: Event) => press(store, event as KeyboardEvent);
      root.addEventListener('keydown', onKey);
      return () => root.removeEventListener('keydown', onKey);
    }, []);
    useEffect(() => {
      const news = newsOf(heard.current, views, texts, times);
      heard.current = views;
      if (news) setSaid(news);
    }, [views]);
    useEffect(() => {
      if (online) store.online();
    }, [online]);

    return (
      <div class="tray" ref={box}>
        <style>{css}</style>
        {phase === 'failed' && fault && <FaultNote fault={fault} retry={() => void store.load()} />}
        {creating ? (
          <NewAction store={store} creating={creating} />
        ) : (
          away && (
            <p class="waiting">
              {plural('proposal.waiting', waiting.length)}
              <button
                type="button"
                class="link"
                onClick={() => focusCard(store, store.target()?.id ?? waiting[0]?.id ?? '')}
              >
                {t('proposal.review')}
              </button>
            </p>
          )
        )}
        <p class="sr" role="status">
          {said}
        </p>
      </div>
    );
  };
}

/** Whether something waits and none of it is to be seen. */
function useOutOfSight(store: DeskStore, ids: string): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!ids || !store.root) return setAway(false);
    const seen = new Set<Element>();
    const observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      setAway(seen.size === 0);
    });
    for (const id of ids.split(',')) {
      const card = store.root.querySelector(`.proposal[data-id="${CSS.escape(id)}"]`);
      if (card) observer.observe(card);
    }
    return () => observer.disconnect();
  }, [ids]);
  return away;
}
