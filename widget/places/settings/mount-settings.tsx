import type { Client } from '../../api/client.ts';
import type { Host } from '../../host/host.ts';
import baseCss from '../../ui/base.css';
import { mountShadow } from '../../ui/mount-shadow.ts';
import { openTexts } from '../../ui/text.ts';
import { SettingsPanel } from './SettingsPanel.tsx';
import settingsCss from './settings.css';

type Options = { element: HTMLElement; host: Host; client: Client };

export function mountSettings({ element, host, client }: Options): () => void {
  const texts = openTexts(host.langs, host.locale);
  const view = <SettingsPanel client={client} texts={texts} installed={host.installed()} />;
  return mountShadow(element, baseCss + settingsCss, host, view);
}
