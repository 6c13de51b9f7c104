import type { WidgetSettings } from './settings.js';

/** What `onSave` is given (seen). Fields of type `custom` may be rewritten in place. */
export interface SavedSettings {
  active: 'Y' | 'N';
  fields: WidgetSettings;
}

/** (amo) Present when the dialog was opened from a pipeline source. */
export interface SettingsContext {
  source_id?: number;
  external_id?: string;
}

export interface MenuPage {
  location: 'widget_page' | 'stats' | 'settings';
  item_code: string;
  subitem_code?: string;
}

export interface SdkEntityType {
  /** 1 contact, 2 lead, 3 company, 12 customer. */
  id: 1 | 2 | 3 | 12;
  type: string;
}

export interface SdkElement {
  id: number | string;
  sku?: string;
  name: string;
  price?: number;
  quantity?: number;
}

export interface SdkLink {
  id: number | string;
  quantity?: number;
}

export interface BotExits {
  exits: Array<{ code: string; title: string }>;
}

/** Draws one row of the bot builder's form (signature seen, not documented). */
export type RenderBotRow = (caption: string, value: string) => string;

export interface CardSdkCallbacks {
  /** Drawing into `#<widget_code>` from here is the documented way to own the tab. */
  loadPreloadedData?(): Promise<SdkElement[]>;
  loadElements?(type: SdkEntityType, id: number): Promise<SdkElement[]>;
  linkCard?(links: SdkLink[]): Promise<unknown>;
  searchDataInCard?(query: string, type: SdkEntityType, id: number): Promise<SdkElement[]>;
}

export interface ListCallbacks {
  leads?: { selected(): void };
  contacts?: { selected(): void };
  todo?: { selected(): void };
}

export interface WidgetCallbacks extends CardSdkCallbacks, ListCallbacks {
  /** On entering a listed area, and on install. Unless it yields `true`, the next two never run. */
  render(): true | Promise<true>;
  /** After `render`; its order against `bind_actions` is not to be relied on. */
  init(): true;
  bind_actions(): true;
  /** On leaving the area and after being disabled: removes all that was drawn and every listener. */
  destroy?(): void;
  /** The widget's tile was opened in the marketplace dialog. */
  settings?($modalBody: JQuery, context?: SettingsContext): void;
  /** Install, Save and Disable. On disable `destroy` follows. */
  onSave?(saved: SavedSettings): boolean | Promise<boolean>;
  /** Once, after the install; an error does not stop it. */
  onInstall?(): void;
  /** Draw into `#work-area-<widget_code>` (older text: `#list_page_holder`). */
  advancedSettings?(): void;
  /** The pipeline action's dialog. */
  dpSettings?(): unknown;
  initMenuPage?(page: MenuPage): void;
  /** Its arguments are (unconfirmed). */
  onSource?(...source: unknown[]): void;
  onAddAsSource?(pipelineId: number): void;
  salesbotDesignerSettings?(
    $body: JQuery,
    renderRow: RenderBotRow,
    params: Record<string, unknown>,
  ): BotExits | Promise<BotExits>;
  /** The step's flow as a JSON string. */
  onSalesbotDesignerSave?(handlerCode: string, params: Record<string, unknown>): string;
  /** Replaces the stock editor of a catalog element. */
  loadCatalogElement?(element: Record<string, unknown>): void;
}
