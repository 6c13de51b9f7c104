import { useEffect, useState } from 'preact/hooks';
import { type ApiFault, toFault } from '../../api/api-fault.ts';
import type { Client } from '../../api/client.ts';
import type { Session } from '../../api/types.ts';
import { Icon } from '../../ui/icons.tsx';
import type { Texts } from '../../ui/text.ts';
import { faultText } from '../fault-text.ts';

type Props = { client: Client; texts: Texts; installed: boolean };
type Connection = { session: Session } | { fault: ApiFault } | null;

/** What Cardwise is and whether it is connected. */
export function SettingsPanel({ client, texts, installed }: Props) {
  const { t, plural } = texts;
  const [connection, setConnection] = useState<Connection>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (!installed) return;
    let wanted = true;
    const show = (found: Connection) => wanted && setConnection(found);
    show(null);
    client.session().then(
      session => show({ session }),
      (error: unknown) => show({ fault: toFault(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [installed, tries]);

  return (
    <div class="settings">
      <p>{t('settings.intro')}</p>
      <div class={connection && !isGood(connection) ? 'note bad' : 'note'} role="status">
        <Icon name={connection ? (isGood(connection) ? 'check' : 'alert') : 'info'} />
        <div>{sentence()}</div>
      </div>
      {connection && !isGood(connection) && (
        <button type="button" class="link" onClick={() => setTries(tries + 1)}>
          {t('settings.check_again')}
        </button>
      )}
      {connection && isGood(connection) && <a href="/leads/">{t('settings.open_leads')}</a>}
    </div>
  );

  function sentence(): string {
    if (!installed) return t('settings.before_install');
    if (!connection) return t('settings.checking');
    if ('fault' in connection) return faultText(texts, connection.fault);
    const { state, knowledge } = connection.session;
    if (state === 'reconnect-needed') return t('fault.reconnect');
    return t('settings.connected', { documents: plural('settings.documents', knowledge.documents) });
  }
}

const isGood = (connection: Exclude<Connection, null>): boolean =>
  'session' in connection && connection.session.state !== 'reconnect-needed';
