import type { Client } from '../../api/client.ts';
import type { Host } from '../../host/host.ts';
import { baseCss } from '../../ui/base-css.ts';
import { mountShadow } from '../../ui/mount-shadow.ts';
import { openTexts } from '../../ui/text.ts';
import { SettingsPanel } from './SettingsPanel.tsx';

type Options = { element: HTMLElement; host: Host; client: Client; consoleUrl: string };

const css = `${baseCss}
.settings { display: grid; gap: 10px; padding: 4px 0 8px; max-width: 480px; justify-items: start; }
.settings .note { width: 100%; }
.settings a { color: var(--cw-accent); }
`;

export function mountSettings({ element, host, client, consoleUrl }: Options): () => void {
  const texts = openTexts(host.langs, host.locale);
  const view = (
    <SettingsPanel client={client} texts={texts} installed={host.installed()} consoleUrl={consoleUrl} />
  );
  return mountShadow(element, css, host, view);
}
