/**
 * `manifest.json` of a widget archive.
 *
 * "(unconfirmed)" marks what no public documentation backs; "(amo)" what only the amoCRM edition documents.
 */

/** Places without a right-hand panel of their own. */
export type PlainLocation =
  | 'settings'
  | 'advanced_settings'
  | 'card_sdk'
  | 'catalogs'
  | 'digital_pipeline'
  | 'lead_sources'
  | 'salesbot_designer'
  | 'widget_page'
  | 'sms'
  | 'mobile_card'
  | 'everywhere'
  /** Kommo; its callback is (unconfirmed). */
  | 'website_chat_button'
  /** Reported for Kommo in 2026 (unconfirmed). */
  | 'ai_agent'
  /** (amo) */
  | 'whatsapp_modal'
  /** (amo) */
  | 'amoforms';

/** Places that can have a panel. `customers` places are (amo); `tline` and `tcalendar` were seen, not documented. */
export type PanelPlace =
  | 'lcard'
  | 'ccard'
  | 'comcard'
  | 'cucard'
  | 'llist'
  | 'clist'
  | 'culist'
  | 'tlist'
  | 'tline'
  | 'tcalendar';

/** `-1` asks for the right-hand panel (also the default), `-0` goes without. The two exclude each other. */
export type PanelLocation = PanelPlace | `${PanelPlace}-0` | `${PanelPlace}-1`;

export type WidgetLocation = PlainLocation | PanelLocation;

/** A dotted path into the i18n files, such as `widget.name`. */
export type I18nKey = string;

export type KommoLocale = 'en' | 'es' | 'pt' | 'tr' | 'id';
export type AmocrmLocale = 'ru' | 'en' | 'es' | 'pt';

/** `custom` holds a JSON string or a number, and there is at most one per widget; a bare string is not stored. */
export type SettingsFieldType = 'text' | 'pass' | 'users' | 'users_lp' | 'custom';

export interface SettingsField {
  name: I18nKey;
  type: SettingsFieldType;
  required: boolean;
}

export interface SalesbotField {
  name: I18nKey;
  type: 'text' | 'numeric' | 'url';
  default_value?: string;
  /** `true`: the user types the value. Otherwise they pick a field. */
  manual?: boolean;
}

export interface SalesbotHandler {
  name: I18nKey;
  settings: Record<string, SalesbotField>;
}

export type LeftMenuNeighbour =
  | 'dashboard'
  | 'leads'
  | 'customers'
  | 'tasks'
  | 'catalogs'
  | 'mail'
  | 'stats'
  | 'settings';

export interface LeftMenuItem {
  title?: I18nKey;
  icon?: string;
  sort?: { after: LeftMenuNeighbour };
  submenu?: Record<string, { title: I18nKey; sort?: number }>;
  /** Hides an item of the system. */
  is_hidden?: boolean;
}

export interface WidgetManifest {
  widget: {
    /** At most 30 characters, no word over 19, ends with "via <vendor>" or "by <vendor>" for Kommo's marketplace. */
    name: I18nKey;
    /** At most 400 characters. HTML without scripts and the tags `#HOST#`, `#SUBDOMAIN#`, ... are allowed. */
    description: I18nKey;
    /** At most 50 characters. */
    short_description: I18nKey;
    version?: string;
    interface_version: 2;
    /** See `WidgetCallbacks.destroy`. */
    init_once?: boolean;
    locale: Array<KommoLocale | AmocrmLocale>;
    /** `true`: an install button and a settings form, and `settings` is required. */
    installation: boolean;
    /** (amo) Needs `installation: false`. */
    is_showcase?: boolean;
    support?: { link?: string; email?: string };
    /** Seen as `tools`; undocumented. */
    category?: string;
    /** Old scheme: leave out of a first upload. */
    code?: never;
    secret_key?: never;
  };
  locations: WidgetLocation[];
  tour?: {
    /** Only `true` is valid. */
    is_tour: true;
    tour_images: Record<string, string[]>;
    tour_description: I18nKey;
  };
  settings?: Record<string, SettingsField>;
  dp?: {
    settings?: Record<string, SettingsField>;
    action_multiple: boolean;
    webhook_url?: string;
    /** (amo) */
    title?: I18nKey;
  };
  advanced?: { title: I18nKey };
  /** A `logo` key beside the handlers is (amo). */
  salesbot_designer?: Record<string, SalesbotHandler>;
  sms?: { endpoint: string };
  mobile?: { frame_url: string; color: string };
  left_menu?: Record<string, LeftMenuItem>;
  /** (amo) */
  amoforms_settings?: { title: I18nKey; required?: boolean; error_text?: I18nKey };
}
