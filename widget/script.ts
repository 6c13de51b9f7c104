import type { WidgetCallbacks, WidgetHost } from '@kommo/widget-sdk-types';
import { openClient } from './api/client.ts';
import { openSessions } from './api/session.ts';
import { openKommoHost, settingsMountPoint } from './host/kommo-host.ts';
import { mountLeadCard } from './places/lead-card/mount-lead-card.tsx';
import { mountSettings } from './places/settings/mount-settings.tsx';

/** The API's origin, set when the archive is built. */
declare const API_ORIGIN: string;

/** Whatever goes wrong in here stays in here: the page and its other widgets must not notice. */
function guarded(act: () => void): true {
  try {
    act();
  } catch (error) {
    // The one method that moderators allow, and only here.
    // biome-ignore lint/suspicious/noConsole: a fault of ours would leave no trace at all
    console.trace(error);
  }
  return true;
}

/**
 * The widget, as the page's module loader wants it.
 *
 * The page may build one object per session or one per card, and may call in any order or twice: each callback looks at
 * what is there. What lives in here (the session, typed text) may be lost at any time.
 */
export default function create() {
  const drafts = new Map<number | string, string>();

  return function CardwiseWidget(this: WidgetHost): WidgetHost {
    const self = this;
    const host = openKommoHost(self);
    const sessions = openSessions({ host, apiOrigin: API_ORIGIN });
    const client = openClient({ sessions, apiOrigin: API_ORIGIN, fetch: (...call) => fetch(...call) });
    let card: { leadId: number; element: HTMLElement; unmount(): void } | null = null;
    let closeSettings: (() => void) | null = null;

    function leaveCard() {
      const left = card;
      card = null;
      left?.unmount();
      left?.element.remove();
    }

    function enterCard() {
      const leadId = host.leadId();
      if (card && (card.leadId !== leadId || !card.element.isConnected)) leaveCard();
      if (card || leadId === null) return;
      const element = host.drawPanelBlock();
      if (!element) return;
      card = { leadId, element, unmount: mountLeadCard({ element, host, client, leadId, drafts }) };
    }

    function leaveSettings() {
      closeSettings?.();
      closeSettings = null;
    }

    self.callbacks = {
      render: () => guarded(enterCard),
      init: () => guarded(enterCard),
      bind_actions: () => true,
      settings($body) {
        guarded(() => {
          leaveSettings();
          const element = settingsMountPoint(self, $body);
          if (!element) return;
          closeSettings = mountSettings({ element, host, client });
        });
      },
      onSave: () => true,
      destroy() {
        guarded(leaveCard);
        guarded(leaveSettings);
      },
    } satisfies WidgetCallbacks;
    return self;
  };
}
