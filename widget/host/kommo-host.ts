import type { App, Langs, WidgetHost } from '@kommo/widget-sdk-types';
import type { Host } from './host.ts';

type ModuleLoader = {
  (files: string[], loaded: (module: unknown) => void, failed: (error: unknown) => void): void;
  undef(file: string): void;
};

declare global {
  interface Window {
    APP?: App;
    AMOCRM?: App;
    require?: ModuleLoader;
  }
}

/** Tags for Intl where the page's own code is too wide. */
const LOCALES: Record<string, string> = { pt: 'pt-BR' };

const app = (): App | undefined => window.APP ?? window.AMOCRM;
const colorSchemeAttribute = 'data-color-scheme';

/** Intl throws on a malformed tag, and the page's code is not ours to trust. */
function localeOf(code: string | undefined): string {
  try {
    const wanted = code ? (LOCALES[code] ?? code) : 'en';
    return Intl.getCanonicalLocales(wanted)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

export function openKommoHost(self: WidgetHost): Host {
  const code = (): string => self.params?.widget_code ?? self.get_settings().widget_code;

  return {
    get langs(): Langs {
      return self.langs ?? {};
    },
    get locale() {
      return localeOf(app()?.lang_id);
    },
    leadId() {
      if (self.system().area !== 'lcard') return null;
      const card = app()?.data.current_card;
      return card ? Number(card.id) || 0 : null;
    },
    installed: () => self.get_install_status?.() !== 'install',
    postWithOneTimeToken(url, body) {
      return new Promise(resolve => {
        self
          .$authorizedAjax({
            url,
            method: 'POST',
            data: JSON.stringify(body),
            contentType: 'application/json',
            dataType: 'text',
          })
          .then(
            (text: string, _status: string, answer: JQuery.jqXHR) =>
              resolve({ status: answer.status, body: text }),
            (answer: JQuery.jqXHR) =>
              resolve({ status: answer?.status ?? 0, body: answer?.responseText ?? '' }),
          );
      });
    },
    isDark: () => document.documentElement.getAttribute(colorSchemeAttribute) === 'dark',
    onColorsChange(changed) {
      const observer = new MutationObserver(changed);
      observer.observe(document.documentElement, { attributeFilter: [colorSchemeAttribute] });
      return () => observer.disconnect();
    },
    drawPanelBlock() {
      const id = `${code()}-lead-card`;
      // A block left over from a card that was not closed properly would take the new one's place.
      document.getElementById(id)?.remove();
      self.render_template({
        caption: { class_name: `${code()}-caption`, html: '' },
        body: `<div id="${id}"></div>`,
        render: '',
      });
      return document.getElementById(id);
    },
    loadModule(file) {
      const { path } = self.params ?? self.get_settings();
      const address = `${path}/${file}`;
      const { require: load } = window;
      return new Promise((loaded, failed) => {
        load?.([address], loaded, error => {
          // The loader would give the same error again, without asking.
          load.undef(address);
          failed(error);
        });
      });
    },
    openSettings: typeof self.openWidgetSettings === 'function' ? () => self.openWidgetSettings?.() : null,
  };
}

/** The settings dialog's own place for a `custom` field, or the end of its form. */
export function settingsMountPoint(self: WidgetHost, $body: JQuery): HTMLElement | null {
  const code = self.params?.widget_code ?? self.get_settings().widget_code;
  const custom = document.getElementById(`${code}_custom_content`);
  return custom ?? $body.find('.widget_settings_block')[0] ?? $body[0] ?? null;
}
