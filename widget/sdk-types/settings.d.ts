/** A saved field: text, or for per-user types an object keyed by user id. */
export type SettingsValue = string | Record<string, string | { login: string; password: string }>;
export type WidgetSettings = Record<string, SettingsValue>;
