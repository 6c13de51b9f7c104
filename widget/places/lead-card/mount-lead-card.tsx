import type { Client } from '../../api/client.ts';
import type { Host } from '../../host/host.ts';
import baseCss from '../../ui/base.css';
import { mountShadow } from '../../ui/mount-shadow.ts';
import { openTexts } from '../../ui/text.ts';
import type { OpenDesk } from './desk-ports.ts';
import { LeadCard } from './LeadCard.tsx';
import leadCardCss from './lead-card.css';
import { openPanelStore } from './panel-store.ts';
import { shared } from './shared.ts';

/** The second file of the archive, under a name that changes with it; set when the archive is built. */
declare const PROPOSALS_FILE: string;

type Options = {
  element: HTMLElement;
  host: Host;
  client: Client;
  leadId: number;
  drafts: Map<number | string, string>;
};

/** Draws the panel of one lead; returns what ends everything that was begun for it. */
export function mountLeadCard({ element, host, client, leadId, drafts }: Options): () => void {
  const texts = openTexts(host.langs, host.locale);
  const store = openPanelStore({
    client,
    leadId,
    drafts,
    locale: host.locale,
    beforePaint(callback) {
      const frame = requestAnimationFrame(callback);
      return () => cancelAnimationFrame(frame);
    },
    async loadDesk() {
      const part = (await host.loadModule(PROPOSALS_FILE)) as (given: typeof shared) => OpenDesk;
      return part(shared);
    },
    newKey: () => crypto.randomUUID(),
    online: () => navigator.onLine,
  });
  const connection = () => store.setOnline(navigator.onLine);
  window.addEventListener('online', connection);
  window.addEventListener('offline', connection);
  const view = <LeadCard store={store} client={client} texts={texts} openSettings={host.openSettings} />;
  const unmount = mountShadow(element, baseCss + leadCardCss, host, view);
  void store.load();

  return () => {
    window.removeEventListener('online', connection);
    window.removeEventListener('offline', connection);
    store.dispose();
    unmount();
  };
}
