import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Client } from '../../api/client.ts';
import type { Citation } from '../../api/types.ts';
import type { Texts } from '../../ui/text.ts';
import { openTimes } from '../../ui/times.ts';
import { Composer } from './Composer.tsx';
import { FaultNote, Note, StateLine } from './Notices.tsx';
import { type Panel, PanelContext, usePanelState } from './panel-context.ts';
import type { PanelStore } from './panel-store.ts';
import { Reader } from './Reader.tsx';
import { Suggestions } from './Suggestions.tsx';
import { Thread } from './Thread.tsx';

type Props = { store: PanelStore; client: Client; texts: Texts; openSettings: (() => void) | null };

export function LeadCard({ store, client, texts, openSettings }: Props) {
  const state = usePanelState(store);
  const [open, setOpen] = useState<Citation | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const main = useRef<HTMLDivElement>(null);
  const sticky = useRef(true);
  const Tray = state.desk && typeof state.desk === 'object' && state.desk.Tray;
  const timezone = state.session?.account.timezone;

  const panel = useMemo<Panel>(() => {
    const read = (citation: Citation) => {
      const root = main.current?.getRootNode() as ShadowRoot | undefined;
      opener.current = root?.activeElement as HTMLElement | null;
      setOpen(citation);
    };
    return { store, client, texts, times: openTimes(texts.locale, timezone), read, openSettings };
  }, [store, client, texts, timezone, openSettings]);

  // After the reader is gone, so that what had focus can take it again.
  useLayoutEffect(() => {
    if (open || !opener.current) return;
    if (opener.current.isConnected) opener.current.focus();
    else main.current?.querySelector('textarea')?.focus();
    opener.current = null;
  }, [open]);

  function toTheEnd() {
    sticky.current = true;
  }

  if (state.phase === 'unsaved') {
    return (
      <div class="panel">
        <Note>{texts.t('panel.not_saved')}</Note>
      </div>
    );
  }
  return (
    <PanelContext.Provider value={panel}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape stops the answer from anywhere in the panel */}
      <div
        class={open ? 'panel reading' : 'panel'}
        onKeyDown={event => {
          if (event.key === 'Escape' && state.live) store.stop();
        }}
      >
        <div class="main" ref={main} inert={open !== null}>
          <StateLine state={state} />
          <Thread state={state} sticky={sticky} />
          <Suggestions state={state} asked={toTheEnd} />
          {state.desk === 'failed' ? (
            <FaultNote fault={{ code: 'desk-failed' }} retry={store.openDesk} />
          ) : (
            Tray && <Tray />
          )}
          <Composer state={state} asked={toTheEnd} />
        </div>
        {open && <Reader key={open.id} citation={open} close={() => setOpen(null)} />}
        <div class="sr" role="log" aria-live="polite">
          {state.spoken.map((sentences, at) => (
            <p key={at}>{sentences}</p>
          ))}
        </div>
      </div>
    </PanelContext.Provider>
  );
}
