import { act } from './act.ts';
import { firstOpen, isOpen } from './desk-state.ts';
import type { DeskStore } from './desk-store.ts';
import { focusCard } from './focus-card.ts';
import { isTyping, verbOfKey } from './keys.ts';

/**
 * A letter acts upon the card with focus, or else upon the first that waits, if the whole card is in sight; if it is
 * not, the card is brought there first, and so is the next one after a decision. Folded text is unfolded before it is
 * approved. Arrows go from card to card, and upwards from an empty composer. While something is being made or typed
 * on the desk, letters decide nothing.
 */
export function press(store: DeskStore, event: KeyboardEvent) {
  const verb = verbOfKey(event);
  const from = event.target;
  if (!verb || !(from instanceof Element) || from.closest('[inert], [role=dialog]')) return;
  if (isTyping(from)) {
    const target = store.target();
    if (verb !== 'previous' || !target || !isEmptyComposer(from)) return;
    event.preventDefault();
    focusCard(store, target.id);
    return;
  }
  const focused = from.closest<HTMLElement>('.proposal');
  if (verb === 'next' || verb === 'previous') {
    if (focused) move(store, focused, verb === 'next' ? 1 : -1, event);
    return;
  }
  const id = focused?.dataset['id'] ?? store.target()?.id;
  const view = store.state.views.find(each => each.id === id);
  if (!view || store.state.form || store.state.creating) return;
  const next = firstOpen(store.state.views);
  const folded = verb === 'approve' && isOpen(view) ? foldsOf(store, view.id) : [];
  if (folded.length) {
    event.preventDefault();
    for (const fold of folded) fold.click();
    focusCard(store, view.id);
  } else if (!focused && !inSight(store, view.id)) {
    event.preventDefault();
    focusCard(store, view.id);
  } else if (verb === 'approve' && next && !isOpen(view) && !store.state.busy[view.id]) {
    // Decided already: the key goes on to the next card, and a second press approves that one.
    event.preventDefault();
    focusCard(store, next.id);
  } else if (act(store, verb, view)) event.preventDefault();
}

const isEmptyComposer = (element: Element): boolean =>
  element instanceof HTMLTextAreaElement && element.id === 'question' && element.value === '';

const cardsIn = (store: DeskStore): HTMLElement[] => [
  ...(store.root?.querySelectorAll<HTMLElement>('.proposal') ?? []),
];

const cardOf = (store: DeskStore, id: string): HTMLElement | undefined =>
  cardsIn(store).find(({ dataset }) => dataset['id'] === id);

/** The buttons that unfold what is proposed, where it is folded. */
const foldsOf = (store: DeskStore, id: string): HTMLElement[] => [
  ...(cardOf(store, id)?.querySelectorAll<HTMLElement>('.changes [aria-expanded=false]') ?? []),
];

/** Nothing is approved that cannot be read: neither the first line of what is proposed nor the last may be cut off. */
function inSight(store: DeskStore, id: string): boolean {
  const card = cardOf(store, id);
  const reel = card?.closest('.thread');
  if (!card || !reel) return false;
  const [own, seen] = [card.getBoundingClientRect(), reel.getBoundingClientRect()];
  return own.top >= seen.top - 1 && own.bottom <= seen.bottom + 1;
}

function move(store: DeskStore, from: HTMLElement, step: number, event: KeyboardEvent) {
  const cards = cardsIn(store);
  const id = cards[cards.indexOf(from) + step]?.dataset['id'];
  if (!id) return;
  event.preventDefault();
  focusCard(store, id);
}
