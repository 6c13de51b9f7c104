import { type Json, object, type Platform, strings } from './archive-files.ts';

const LOCALES: Record<Platform, string[]> = {
  kommo: ['en', 'es', 'pt', 'tr', 'id'],
  amocrm: ['ru', 'en', 'es', 'pt'],
};
const PLACES = ['lcard', 'ccard', 'comcard', 'llist', 'clist', 'tlist', 'tline', 'tcalendar'];
const AMOCRM_PLACES = ['cucard', 'culist'];
const PLAIN = [
  'settings',
  'advanced_settings',
  'card_sdk',
  'catalogs',
  'digital_pipeline',
  'lead_sources',
  'salesbot_designer',
  'widget_page',
  'sms',
  'mobile_card',
  'everywhere',
];
const PLATFORM_PLAIN: Record<Platform, string[]> = {
  kommo: ['website_chat_button', 'ai_agent'],
  amocrm: ['whatsapp_modal', 'amoforms'],
};
const FIELD_TYPES = ['text', 'pass', 'users', 'users_lp', 'custom'];

export function manifestComplaints(manifest: Json, platform: Platform): string[] {
  return [
    ...widgetComplaints(object(manifest.widget), platform),
    ...locationComplaints(manifest, platform),
    ...settingsComplaints(manifest),
    ...tourComplaints(manifest),
    ...dependentComplaints(manifest),
  ];
}

function widgetComplaints(widget: Json, platform: Platform): string[] {
  const complaints: string[] = [];
  for (const key of ['name', 'description', 'short_description']) {
    if (typeof widget[key] !== 'string' || !widget[key])
      complaints.push(`"widget.${key}" field is required in manifest.json`);
  }
  if (widget.interface_version !== 2) complaints.push('"widget.interface_version" must be 2');
  if (typeof widget.installation !== 'boolean')
    complaints.push('"widget.installation" field is required in manifest.json');
  if (typeof widget.version !== 'string' || !/^\d+\.\d+\.\d+$/.test(widget.version)) {
    complaints.push('"widget.version" must look like 1.0.0');
  }
  if ('init_once' in widget && typeof widget.init_once !== 'boolean')
    complaints.push('"widget.init_once" must be true or false');
  for (const key of ['code', 'secret_key']) {
    if (key in widget)
      complaints.push(`"widget.${key}" belongs to the old scheme: Upload and manifest codes not equal`);
  }
  const locales = strings(widget.locale);
  if (!locales.length) complaints.push('"widget.locale" field is required in manifest.json');
  for (const locale of locales) {
    if (!LOCALES[platform].includes(locale))
      complaints.push(`"widget.locale": ${locale} is not a language of this platform`);
  }
  if (new Set(locales).size !== locales.length) complaints.push('"widget.locale" names a language twice');
  return complaints;
}

function locationComplaints(manifest: Json, platform: Platform): string[] {
  const complaints: string[] = [];
  const locations = strings(manifest.locations);
  if (!locations.length) complaints.push('"locations" field is required in manifest.json');
  const places = platform === 'amocrm' ? [...PLACES, ...AMOCRM_PLACES] : PLACES;
  const plain = [...PLAIN, ...PLATFORM_PLAIN[platform]];
  const seen = new Set<string>();
  for (const location of locations) {
    const [, place = '', suffix = ''] = /^(.*?)(-[01])?$/.exec(location) ?? [];
    const known = places.includes(place) || (!suffix && plain.includes(location));
    if (!known) complaints.push(`"locations": ${location} is not known`);
    else if (seen.has(place))
      complaints.push(`"locations": ${place} is listed twice; ${place}-0 and ${place}-1 exclude each other`);
    seen.add(place);
  }
  if (
    locations.includes('card_sdk') &&
    !locations.some(location => /^(lcard|ccard|comcard)/.test(location))
  ) {
    complaints.push('"locations": card_sdk needs a card location too');
  }
  return complaints;
}

function settingsComplaints(manifest: Json): string[] {
  const complaints: string[] = [];
  const needed =
    object(manifest.widget).installation === true || strings(manifest.locations).includes('settings');
  const given = manifest.settings;
  if (needed && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    complaints.push('"settings" field is required in manifest.json');
  }
  const fields = Object.entries(object(given));
  for (const [key, value] of fields) {
    const field = object(value);
    if (!FIELD_TYPES.includes(String(field.type)))
      complaints.push(`"settings.${key}.type" is not a field type`);
    if (typeof field.name !== 'string')
      complaints.push(`"settings.${key}.name" field is required in manifest.json`);
    if (typeof field.required !== 'boolean')
      complaints.push(`"settings.${key}.required" must be true or false`);
  }
  if (fields.filter(([, field]) => object(field).type === 'custom').length > 1) {
    complaints.push('"settings" may hold one custom field at most');
  }
  return complaints;
}

function tourComplaints(manifest: Json): string[] {
  if (!('tour' in manifest)) return [];
  const complaints: string[] = [];
  const tour = object(manifest.tour);
  if (tour.is_tour !== true) complaints.push('"tour.is_tour" must be true; leave "tour" out otherwise');
  if (typeof tour.tour_description !== 'string')
    complaints.push('"tour.tour_description" field is required in manifest.json');
  for (const locale of strings(object(manifest.widget).locale)) {
    const { length } = strings(object(tour.tour_images)[locale]);
    if (length < 1 || length > 5) complaints.push(`"tour.tour_images.${locale}" must list 1 to 5 images`);
  }
  return complaints;
}

/** Keys that a location asks for, and keys whose location is missing. */
function dependentComplaints(manifest: Json): string[] {
  const complaints: string[] = [];
  const locations = strings(manifest.locations);
  const pairs: ReadonlyArray<[location: string, key: string]> = [
    ['advanced_settings', 'advanced'],
    ['digital_pipeline', 'dp'],
    ['salesbot_designer', 'salesbot_designer'],
    ['sms', 'sms'],
    ['mobile_card', 'mobile'],
    ['widget_page', 'left_menu'],
  ];
  for (const [location, key] of pairs) {
    if (locations.includes(location) && !(key in manifest)) {
      complaints.push(`"${key}" field is required in manifest.json with the location ${location}`);
    }
    if (key in manifest && !locations.includes(location)) {
      complaints.push(`"${key}" in manifest.json has no use without the location ${location}`);
    }
  }
  const dp = object(manifest.dp);
  if ('dp' in manifest && typeof dp.action_multiple !== 'boolean')
    complaints.push('"dp.action_multiple" must be true or false');
  if ('webhook_url' in dp && !/^https:\/\//.test(String(dp.webhook_url)))
    complaints.push('"dp.webhook_url" must be an https address');
  return complaints;
}
