/** The page's global `APP` (older alias `AMOCRM`): to read, never to write. */

export type WidgetsArea =
  | 'dashboard'
  | 'leads'
  | 'leads-pipeline'
  | 'leads-trash'
  | 'contacts'
  | 'companies'
  | 'todo'
  | 'todo-line'
  | 'todo-calendar'
  | 'mail'
  | 'events'
  | 'stats'
  | 'settings'
  | 'widgetsSettings'
  | 'settings-users'
  | 'settings-communications'
  | 'catalogs'
  | 'leads_card'
  | 'contacts_card'
  | 'companies_card'
  | 'customers_card'
  | `widget-page:${string}`
  | `advanced-settings:${string}`;

export interface AppUser {
  id: number;
  login: string;
  name: string;
  amojo_id: string;
  uuid: string;
  personal_mobile: string;
  photo: string;
  theme: number;
  tour: boolean;
  user_rank: string;
}

/** Both members were seen, not documented. */
export interface AppUserRights {
  is_admin: boolean;
  is_free_user: boolean;
}

/** Further members exist; these were seen. */
export interface AppAccount {
  id: number;
  subdomain: string;
  amojo_id: string;
}

export interface AppManager {
  id: number | string;
  title: string;
  option: string;
  active: boolean;
  login: string;
  status: string;
  is_admin: 'Y' | 'N';
  free_user: 'Y' | 'N';
  amojo_id: string;
  avatar: string;
  phone: string;
  group: string;
  theme: number;
}

export interface AppTaskType {
  id: number;
  option: string;
  color: string | null;
  icon_id: number | null;
}

export interface AppConstants {
  user: AppUser;
  user_rights: AppUserRights;
  account: AppAccount;
  managers: Record<string, AppManager>;
  groups: Record<string, string>;
  task_types: Record<string, AppTaskType>;
}

/** A Backbone model. Names of the standard attributes are (unconfirmed); custom fields were seen as `CFV[<id>]`. */
export interface CardModel {
  get?(attribute: string): unknown;
  attributes?: Record<string, unknown>;
}

export interface CurrentCard {
  /** 0 for a card that is not saved yet. */
  id: number;
  model: CardModel;
  /** Seen: 1 contact, 2 lead, 3 company, 12 customer. */
  element_type?: number;
  /** Seen. */
  main_user?: number | string;
}

export interface CurrentList {
  items?: Array<{ id: number; name: string; checked: boolean }>;
}

export interface AppMessage {
  header: string;
  text: string;
  /** Unix seconds. */
  date: number;
  icon?: string;
  link?: string;
}

export interface AppNotification {
  text: { header: string; text: string };
  type: 'call' | 'error';
  date: number;
}

export interface AppCall {
  text: string;
  date: number;
  from: string;
  to: string;
  duration: number;
  link: string;
  element: { id: number; type: number };
}

export interface AppNotifications {
  show_message(message: AppMessage): void;
  show_message_error(message: AppMessage): void;
  show_notification(notification: AppNotification): void;
  add_error(message: AppMessage): void;
  add_call(call: AppCall): void;
}

export interface App {
  lang_id: string;
  constant<Key extends keyof AppConstants>(key: Key): AppConstants[Key];
  /** A string such as `leads`; the full list is (unconfirmed). */
  getBaseEntity(): string;
  isCard(): boolean;
  getWidgetsArea(): WidgetsArea;
  data: {
    /** `false` outside a card. */
    current_card: CurrentCard | false;
    current_list?: CurrentList | false;
    current_view?: { $el: JQuery };
    /** Seen. */
    current_entity?: string;
    /** Seen. */
    card_page?: { el?: HTMLElement; notes?: unknown };
  };
  widgets: {
    system: { area: string };
    /** Seen. */
    list?: Record<string, { params: Record<string, unknown> }>;
    clear_cache?(): void;
  };
  notifications: AppNotifications;
  sdk: {
    showUserStatus(): Record<string, { id: number; online: boolean }>;
    /** Blocks the page's own reload during a call. */
    setCallingStatus(calling: boolean): void;
  };
  /** Seen: `{contacts: 1, leads: 2, ...}`. */
  element_types?: Record<string, number>;
  /** Seen. */
  cf_types?: Record<string, unknown>;
  /** Seen. */
  system?: { format: { date: Record<string, string> } };
  /** Seen. */
  environment?: string;
  /** Seen. */
  USER?: { id: number };
}
