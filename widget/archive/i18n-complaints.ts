import { type Files, type Json, object, type Platform, readJson, strings } from './archive-files.ts';

const NAME_LENGTH_MAX = 30;
const WORD_LENGTH_MAX = 19;
const SHORT_LENGTH_MAX = 50;
const DESCRIPTION_LENGTH_MAX = 400;
const VENDOR_NAME = { kommo: 'Kommo', amocrm: 'amoCRM' };
/** "via Acme", "by Acme", and how it is written in the other languages of a marketplace. */
const ENDS_WITH_VENDOR = /\s(via|by|v\u00eda|de|por|\u043e\u0442)\s\S+(\s\S+)?$/i;

export function i18nComplaints(files: Files, manifest: Json, platform: Platform): string[] {
  const complaints: string[] = [];
  const locales = strings(object(manifest.widget).locale);
  const trees = new Map<string, Json>();
  for (const locale of locales) {
    const path = `i18n/${locale}.json`;
    if (!files.has(path)) complaints.push(`${path} is missing, although widget.locale lists ${locale}`);
    else {
      const tree = readJson(files, path, complaints);
      if (tree) trees.set(locale, tree);
    }
  }
  const [first, ...others] = trees;
  if (!first) return complaints;
  const keys = leaves(first[1]);
  for (const [locale, tree] of others) {
    const own = leaves(tree);
    for (const key of keys)
      if (!own.has(key))
        complaints.push(`i18n/${locale}.json has no "${key}", but i18n/${first[0]}.json has`);
    for (const key of own)
      if (!keys.has(key))
        complaints.push(`i18n/${locale}.json has "${key}", but i18n/${first[0]}.json has not`);
  }
  for (const [locale, tree] of trees) complaints.push(...textComplaints(locale, tree, manifest, platform));
  return complaints;
}

export function leaves(tree: Json, prefix = ''): Set<string> {
  const keys = new Set<string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object' && value)
      for (const leaf of leaves(object(value), `${prefix}${key}.`)) keys.add(leaf);
    else keys.add(prefix + key);
  }
  return keys;
}

function textComplaints(locale: string, tree: Json, manifest: Json, platform: Platform): string[] {
  const complaints: string[] = [];
  const file = `i18n/${locale}.json`;
  const text = (key: unknown): string | null => {
    let node: unknown = tree;
    for (const part of String(key).split('.')) node = object(node)[part];
    if (typeof node === 'string' && node.trim()) return node;
    complaints.push(`${file} has no text for "${String(key)}", which manifest.json names`);
    return null;
  };
  for (const key of namedKeys(manifest)) text(key);

  const widget = object(manifest.widget);
  const [name, short, long] = [widget.name, widget.short_description, widget.description].map(
    key => text(key) ?? '',
  );
  const tooLong = (what: string, value: string, max: number) => {
    if ([...value].length > max) complaints.push(`${file}: ${what} is longer than ${max} characters`);
  };
  tooLong('the name', name ?? '', NAME_LENGTH_MAX);
  tooLong('the short description', short ?? '', SHORT_LENGTH_MAX);
  tooLong('the description', long ?? '', DESCRIPTION_LENGTH_MAX);
  if ((name ?? '').split(/\s+/).some(word => [...word].length > WORD_LENGTH_MAX)) {
    complaints.push(`${file}: the name has a word longer than ${WORD_LENGTH_MAX} characters`);
  }
  if (new RegExp(VENDOR_NAME[platform], 'i').test(name ?? '')) {
    complaints.push(`${file}: the name must not contain "${VENDOR_NAME[platform]}"`);
  }
  if (platform === 'kommo' && name && !ENDS_WITH_VENDOR.test(name)) {
    complaints.push(`${file}: the name must end with "via" or "by" and the vendor`);
  }
  if (/<\s*script/i.test(long ?? '')) complaints.push(`${file}: the description must not contain a script`);
  return [...new Set(complaints)];
}

/** Every i18n key that the manifest refers to, but for the widget's own three. */
function namedKeys(manifest: Json): unknown[] {
  const fields = [object(manifest.settings), object(object(manifest.dp).settings)].flatMap(group =>
    Object.values(group),
  );
  const handlers = Object.values(object(manifest.salesbot_designer)).map(object);
  const botFields = handlers.flatMap(handler => Object.values(object(handler.settings)));
  return [
    ...[...fields, ...handlers, ...botFields].map(field => object(field).name),
    object(manifest.advanced).title,
    object(manifest.tour).tour_description,
  ].filter(key => key !== undefined);
}
