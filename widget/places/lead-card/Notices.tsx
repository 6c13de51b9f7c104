import type { ComponentChildren } from 'preact';
import type { ApiFault } from '../../api/api-fault.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { faultText, mendedInSettings } from '../fault-text.ts';
import { usePanel } from './panel-context.ts';
import type { PanelState } from './panel-state.ts';

type NoteProps = { icon?: IconName; tone?: 'calm' | 'bad'; children: ComponentChildren };

export function Note({ icon = 'info', tone = 'calm', children }: NoteProps) {
  return (
    <div class={`note ${tone}`} role={tone === 'bad' ? 'alert' : 'note'}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

type FaultProps = {
  fault: Pick<ApiFault, 'code'> & Partial<ApiFault>;
  retry?: () => void;
  busy?: boolean;
  /** Further ways on. */
  children?: ComponentChildren;
};

/** What went wrong, what is kept, and the way on. */
export function FaultNote({ fault, retry, busy = false, children }: FaultProps) {
  const { texts, openSettings } = usePanel();
  const { t } = texts;
  return (
    <Note icon="alert" tone="bad">
      <p>{faultText(texts, fault)}</p>
      {fault.requestId && <p class="small">{t('fault.request', { id: fault.requestId })}</p>}
      <p class="ways">
        {mendedInSettings(fault.code) && openSettings && (
          <button type="button" class="link" onClick={openSettings}>
            {t('fault.open_settings')}
          </button>
        )}
        {retry && (
          <button type="button" class="link" disabled={busy} onClick={retry}>
            {t('message.retry')}
          </button>
        )}
        {children}
      </p>
    </Note>
  );
}

/** One line at a time above the conversation: the one that matters most. */
export function StateLine({ state: { session, online } }: { state: PanelState }) {
  const { t } = usePanel().texts;
  if (!online) return <Note icon="alert">{t('panel.no_connection')}</Note>;
  if (session?.state === 'reconnect-needed') return <FaultNote fault={{ code: session.state }} />;
  if (session?.model.kind === 'offline') return <Note>{t('panel.offline_model')}</Note>;
  return session?.state === 'syncing' ? <Note>{t('panel.syncing')}</Note> : null;
}
