import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { FaultNote } from '../Notices.tsx';
import { usePanel } from '../panel-context.ts';
import { act } from './act.ts';
import { isOpen } from './desk-state.ts';
import { focusCard } from './focus-card.ts';
import { isTyping, verbOfKey } from './keys.ts';
import { NewAction } from './NewAction.tsx';
import { newsOf } from './news-of.ts';
import type { DeskStore } from './open-desk.ts';
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
    const heard = useRef(views);
    const [said, setSaid] = useState('');
    const away = useOutOfSight(store, waiting.map(({ id }) => id).join());

    useLayoutEffect(() => {
      const root = box.current?.getRootNode() as ShadowRoot;
      store.root = root;
      const onKey = (event: Event) => pressed(store, event as KeyboardEvent);
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

/** A letter acts upon the card with focus, or else upon the first that waits; arrows go from card to card. */
function pressed(store: DeskStore, event: KeyboardEvent) {
  const verb = verbOfKey(event);
  const from = event.target;
  if (!verb || isTyping(from) || !(from instanceof Element) || from.closest('[inert], [role=dialog]')) return;
  const focused = from.closest<HTMLElement>('.proposal');
  if (verb === 'next' || verb === 'previous') {
    if (focused) move(store, focused, verb === 'next' ? 1 : -1, event);
    return;
  }
  const id = focused?.dataset['id'] ?? store.target()?.id;
  const view = store.state.views.find(each => each.id === id);
  if (view && !store.state.form && act(store, verb, view)) event.preventDefault();
}

function move(store: DeskStore, from: HTMLElement, step: number, event: KeyboardEvent) {
  const cards = [...(store.root?.querySelectorAll<HTMLElement>('.proposal') ?? [])];
  const id = cards[cards.indexOf(from) + step]?.dataset['id'];
  if (!id) return;
  event.preventDefault();
  focusCard(store, id);
}
