import type { App, Langs, WidgetConstructor, WidgetHost, WidgetParams } from '@kommo/widget-sdk-types';

export type PreviewConfig = {
  path: string;
  langs: Record<string, Langs>;
  lang: string;
  status?: WidgetParams['status'];
};

const CODE = 'cardwise';

/** Just enough of Kommo's lead card page to run the built widget: for `widget/preview` and for the browser tests. */
export function openPreviewPage(
  { path, langs, lang, status = 'installed' }: PreviewConfig,
  Widget: WidgetConstructor,
) {
  const data: App['data'] = { current_card: false };
  const page = { area: 'lcard' };
  window.APP = { lang_id: lang, data } as unknown as App;
  const params: WidgetParams = { widget_code: CODE, path, status, oauth_client_uuid: 'preview' };
  const texts = langs[lang] ?? {};
  const panel = () => document.querySelector('#panel');

  const methods: Partial<WidgetHost> = {
    params,
    langs: texts,
    system: () => ({ area: page.area, amouser_id: 9100001, amouser: 'olga@example.com' }),
    get_settings: () => params,
    get_install_status: () => params.status ?? 'installed',
    i18n: key => texts[key],
    render_template({ body }) {
      const block = document.createElement('div');
      block.className = `card-widgets__widget card-widgets__widget-${CODE}`;
      block.innerHTML = `<div class="card-widgets__widget__body">${body}</div>`;
      panel()?.append(block);
    },
    $authorizedAjax: options => $.ajax({ ...options, headers: { 'X-Auth-Token': 'one-time' } }),
    openWidgetSettings: () => document.body.setAttribute('data-settings-opened', ''),
  };
  Object.assign(Widget.prototype, methods);
  const widget = new (Widget as unknown as new () => WidgetHost)();
  const { callbacks } = widget;

  return {
    async enter(leadId: number) {
      page.area = 'lcard';
      data.current_card = { id: leadId, model: {} };
      const begun = performance.now();
      if ((await callbacks.render()) !== true) return -1;
      callbacks.bind_actions();
      callbacks.init();
      return performance.now() - begun;
    },
    renderAgain: () => callbacks.render(),
    leave() {
      callbacks.destroy?.();
      data.current_card = false;
      panel()?.replaceChildren();
    },
    destroyOnly: () => callbacks.destroy?.(),
    settings() {
      page.area = 'settings';
      const body = document.createElement('div');
      body.className = `modal ${CODE}`;
      body.innerHTML = `<div class="widget_settings_block"><div id="${CODE}_custom_content"></div></div>`;
      document.body.append(body);
      callbacks.settings?.($(body));
    },
    setDark: (dark: boolean) =>
      document.documentElement.setAttribute('data-color-scheme', dark ? 'dark' : 'light'),
  };
}

export type PreviewPage = ReturnType<typeof openPreviewPage>;
