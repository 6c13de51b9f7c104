import type { WidgetCallbacks } from './callbacks.js';

/** `area` is the location without its suffix. `amohash` and the members after it were seen, not documented. */
export interface WidgetSystem {
  area: string;
  amouser_id: number | string;
  amouser: string;
  amohash?: string;
  subdomain?: string;
  domain?: string;
  server?: string;
  displayed_count?: number;
  displayed_count_by_area?: Record<string, number>;
}

export type InstallStatus = 'install' | 'installed' | 'not_configured';

/** Saved settings plus these (the list was seen, not documented). */
export interface WidgetParams {
  [setting: string]: unknown;
  widget_code: string;
  /** Base address of the unpacked archive. */
  path: string;
  cdn_path?: string;
  images_path?: string;
  version?: string;
  id?: number;
  status?: InstallStatus;
  active?: 'Y' | 'N' | 'S';
  widget_active?: 'Y' | 'N' | 'S';
  category_code?: string;
  support?: unknown;
  /** Id of the integration. */
  oauth_client_uuid?: string;
}

export interface Langs {
  [key: string]: string | Langs;
}

export interface PanelBlock {
  caption: { class_name: string; html?: string };
  /** Raw HTML. */
  body: string;
  /** Twig source, rendered with the second argument of `render_template`. */
  render: string;
}

export type TemplateRef =
  | { data: string }
  | { ref: string }
  | {
      href: string;
      base_path: string;
      v?: string;
      load?(template: unknown): void;
      /** (amo) */
      promised?: boolean;
    };

export interface SelectedItem {
  id: number;
  type: string;
  emails: string[];
  phones: string[];
}

export interface CardContact {
  id: number;
  name: string;
  first_name: string;
  last_name: string;
  phones: string[];
  emails: string[];
}

export interface SmsRequest {
  phone: string;
  message: string;
  contact_id: number;
}

export interface WidgetHost {
  /** Set by the widget's constructor. */
  callbacks: WidgetCallbacks;
  params: WidgetParams;
  langs: Langs;
  system(): WidgetSystem;
  get_settings(): WidgetParams;
  set_settings(settings: Record<string, unknown>): void;
  get_version(): string;
  get_install_status(): InstallStatus;
  /** The badge on the tile. */
  set_status(status: 'install' | 'installed' | 'error'): void;
  /** A text or a subtree; a missing key gives `undefined`. Dotted keys were seen to work. */
  i18n(key: string): string | Langs | undefined;
  set_lang(langs: Langs): void;
  render(template: TemplateRef, params?: Record<string, unknown>): unknown;
  render_template(block: PanelBlock, params?: Record<string, unknown>): void;
  /** (amo) Through Kommo's server, at most one call a second; further calls queue. */
  crm_post(
    url: string,
    data: unknown,
    done: (answer: unknown) => void,
    type?: 'json' | 'text',
    failed?: (error: unknown) => void,
  ): void;
  /** `$.ajax` with the one-time token in `X-Auth-Token`. Works for integrations with OAuth only. */
  $authorizedAjax(options: JQuery.AjaxSettings): JQuery.jqXHR;
  get_accounts_current(): unknown;
  get_current_card_contacts_data(): Promise<CardContact[]>;
  list_selected(): { count_selected: number; selected: SelectedItem[] };
  widgetsOverlay(shown: boolean): void;
  /** (amo) */
  add_action(type: 'phone' | 'email', handler: (data: { value: string }) => void): void;
  /** Kommo documents `sms` alone; the other types are (amo). */
  add_source(type: 'sms', handler: (request: SmsRequest) => Promise<unknown>, text?: string): void;
  add_source(type: 'chat' | 'email' | 'custom', handler: ($element: JQuery) => void, text?: string): void;
  get_pipeline_id(): JQuery.Deferred<number>;
  setSdkCatalogId(id: number): void;
  /** (amo) Returns a function that unsubscribes. */
  listenSocketChannel(channel: string, keys: string[], handler: (event: unknown) => void): () => void;
  /** Kommo, 2026: absent from older pages. */
  openWidgetSettings?(options?: { onClose?(): void }): void;
}

/** A plain function, not a class: the page copies the host's methods onto it before `new` (unconfirmed how). */
export type WidgetConstructor = (this: WidgetHost) => WidgetHost;
