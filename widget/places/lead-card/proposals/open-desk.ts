import type { Desk } from '../desk.ts';
import type { OpenDesk } from '../desk-ports.ts';
import { cardsOver } from './Cards.tsx';
import { openDeskStore } from './desk-store.ts';
import { trayOver } from './Tray.tsx';

/** The proposals of one lead, as long as its panel is open. The panel draws itself anew on each change. */
export const openDesk: OpenDesk = ports => {
  const views: Pick<Desk, 'take' | 'Cards' | 'Tray'> = {
    take: given => store.take(given),
    Cards: () => null,
    Tray: () => null,
  };
  const store = openDeskStore(ports, () => ports.set({ desk: { ...views } }));
  views.Cards = cardsOver(store);
  views.Tray = trayOver(store);
  return views;
};
