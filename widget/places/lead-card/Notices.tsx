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

/** What went wrong, what is kept, and the way on. */
export function FaultNote({ fault, retry }: { fault: ApiFault; retry?: () => void }) {
  const { texts, openSettings } = usePanel();
  const settings = mendedInSettings(fault.code) ? openSettings : null;
  return (
    <Note icon="alert" tone="bad">
      <p>{faultText(texts, fault)}</p>
      {fault.requestId && <p class="small">{texts.t('fault.request', { id: fault.requestId })}</p>}
      {(retry || settings) && (
        <p class="ways">
          {settings && (
            <button type="button" class="link" onClick={settings}>
              {texts.t('fault.open_settings')}
            </button>
          )}
          {retry && (
            <button type="button" class="link" onClick={retry}>
              {texts.t('message.retry')}
            </button>
          )}
        </p>
      )}
    </Note>
  );
}

/** One line at a time above the conversation: the one that matters most. */
export function StateLine({ state }: { state: PanelState }) {
  const { texts, openSettings } = usePanel();
  const { t } = texts;
  const { session } = state;
  if (!state.online) {
    return (
      <Note icon="alert">
        <p>{t('panel.no_connection')}</p>
      </Note>
    );
  }
  if (session?.state === 'reconnect-needed') {
    return (
      <Note icon="alert" tone="bad">
        <p>{t('fault.reconnect')}</p>
        {openSettings && (
          <button type="button" class="link" onClick={openSettings}>
            {t('fault.open_settings')}
          </button>
        )}
      </Note>
    );
  }
  if (session?.model.kind === 'offline') return <Note>{t('panel.offline_model')}</Note>;
  if (session?.state === 'syncing') return <Note>{t('panel.syncing')}</Note>;
  return null;
}
