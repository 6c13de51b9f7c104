import type { DeskStore } from './desk-store.ts';

/** Gives the card focus once it is drawn as it is now: a button that had it may be gone. */
export function focusCard(store: DeskStore, id: string) {
  store.set({ current: id });
  setTimeout(() => {
    const card = store.root?.querySelector<HTMLElement>(`.proposal[data-id="${CSS.escape(id)}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: 'nearest' });
  });
}
