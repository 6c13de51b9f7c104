import { PNG } from 'pngjs';
import type { Json } from './archive-files.ts';

export type Files = Map<string, Uint8Array>;
type Mutation = [title: string, change: (files: Files) => void, complaint: string | RegExp];

const read = (files: Files, path: string): string => Buffer.from(files.get(path) ?? []).toString();
const write = (files: Files, path: string, text: string) => files.set(path, Buffer.from(text));
const png = (width: number, height: number) => PNG.sync.write(new PNG({ width, height }));

/** Changes a JSON file of the archive in place. */
const edit = (path: string, change: (json: Record<string, Json>) => void) => (files: Files) => {
  const json = JSON.parse(read(files, path)) as Record<string, Json>;
  change(json);
  write(files, path, JSON.stringify(json, null, 2));
};
const manifest = (change: (json: Record<string, Json>) => void) => edit('manifest.json', change);
const widget = (values: Json) => manifest(json => Object.assign(json.widget ?? {}, values));
export const english = (values: Json) =>
  edit('i18n/en.json', json => Object.assign(json.widget ?? {}, values));
const script = (line: string) => (files: Files) =>
  void write(files, 'script.js', `${read(files, 'script.js')}\n${line}\n`);
const without = (path: string) => (files: Files) => void files.delete(path);
const set = (json: Record<string, Json>, key: string, value: unknown) => {
  (json as Json)[key] = value;
};

/** What can be wrong with an archive, and what the check must say to it. */
export const mutations: Mutation[] = [
  ['no manifest', without('manifest.json'), 'manifest.json is missing'],
  [
    'a folder around everything',
    files => {
      for (const [path, bytes] of [...files]) {
        files.delete(path);
        files.set(`widget/${path}`, bytes);
      }
    },
    /inside the folder "widget"/,
  ],
  [
    'a comment in the manifest',
    files => write(files, 'manifest.json', `// x\n${read(files, 'manifest.json')}`),
    'manifest.json is not valid JSON',
  ],
  ['no script', without('script.js'), 'script.js is missing'],
  [
    'a script without define',
    files => write(files, 'script.js', 'var a = 1;\n'),
    'script.js does not define an AMD module',
  ],
  ['no texts for a language', without('i18n/es.json'), /^i18n\/es\.json is missing/],
  [
    'a byte order mark',
    files => write(files, 'i18n/en.json', `\uFEFF${read(files, 'i18n/en.json')}`),
    'i18n/en.json begins with a byte order mark',
  ],
  [
    'CRLF',
    files => write(files, 'i18n/en.json', read(files, 'i18n/en.json').replace(/\n/g, '\r\n')),
    /en\.json has CRLF/,
  ],
  [
    'another encoding',
    files => files.set('i18n/en.json', Buffer.from([0x7b, 0xff, 0x7d])),
    'i18n/en.json is not UTF-8',
  ],
  ['a key too many', edit('i18n/es.json', json => set(json, 'extra', 'x')), /es\.json has "extra"/],
  ['a key too few', edit('i18n/pt.json', json => delete json.composer), /pt\.json has no "composer\.label"/],
  ['an empty text', english({ description: ' ' }), /en\.json has no text for "widget\.description"/],
  [
    'a settings label without text',
    manifest(json => set(json, 'settings', { a: { name: 'settings.none', type: 'text', required: false } })),
    /has no text for "settings\.none"/,
  ],
  ['a name too long', english({ name: 'Answers about every single lead by Acme' }), /name is longer than 30/],
  ['a word too long', english({ name: 'Antidisestablishmentarian by A' }), /word longer than 19/],
  ['no vendor in the name', english({ name: 'Lead answers' }), /must end with "via" or "by"/],
  ["the CRM's name in the name", english({ name: 'Kommo answers by Acme' }), /must not contain "Kommo"/],
  [
    'a short description too long',
    english({ short_description: 'x'.repeat(51) }),
    /short description is longer than 50/,
  ],
  ['a description too long', english({ description: 'x'.repeat(401) }), /description is longer than 400/],
  [
    'a script in the description',
    english({ description: '<script>1</script>' }),
    /must not contain a script/,
  ],
  ['no logo', without('images/logo.png'), 'images/logo.png is missing'],
  [
    'a logo of another size',
    files => files.set('images/logo_main.png', png(400, 270)),
    'images/logo_main.png is 400 x 270 pixels; it must be 400 x 272',
  ],
  [
    'a logo that is no PNG',
    files => write(files, 'images/logo_min.png', 'GIF89a, but not long enough'),
    'images/logo_min.png is not a PNG image',
  ],
  [
    'a heavy image',
    files =>
      files.set(
        'images/logo.png',
        Buffer.concat([files.get('images/logo.png') ?? png(130, 100), Buffer.alloc(310_000)]),
      ),
    'images/logo.png is larger than 300 KB',
  ],
  [
    'a file nobody reads',
    files => write(files, 'notes.txt', 'x'),
    'notes.txt is not used by anything in the archive',
  ],
  [
    'a pipeline logo without its location',
    files => files.set('images/logo_dp.png', png(174, 109)),
    /logo_dp\.png is not used/,
  ],
  ['a path out of the archive', files => write(files, '../x.json', '{}'), /is not a path inside the archive/],
  ['no settings', manifest(json => delete json.settings), '"settings" field is required in manifest.json'],
  [
    'a field of unknown type',
    manifest(json => set(json, 'settings', { a: { name: 'settings.intro', type: 'date', required: false } })),
    '"settings.a.type" is not a field type',
  ],
  [
    'two custom fields',
    manifest(json =>
      set(
        json,
        'settings',
        Object.fromEntries(
          ['a', 'b'].map(key => [key, { name: 'settings.intro', type: 'custom', required: false }]),
        ),
      ),
    ),
    /one custom field at most/,
  ],
  ['code', widget({ code: 'mine' }), /widget\.code.*codes not equal/],
  ['secret_key', widget({ secret_key: 'x' }), /widget\.secret_key/],
  ['another interface', widget({ interface_version: 1 }), '"widget.interface_version" must be 2'],
  ['no version', widget({ version: undefined }), /widget\.version/],
  [
    'no installation',
    widget({ installation: undefined }),
    '"widget.installation" field is required in manifest.json',
  ],
  ['no name', widget({ name: undefined }), '"widget.name" field is required in manifest.json'],
  ['no language', widget({ locale: [] }), '"widget.locale" field is required in manifest.json'],
  [
    'a language of the other platform',
    widget({ locale: ['en', 'ru'] }),
    /ru is not a language of this platform/,
  ],
  ['no locations', manifest(json => delete json.locations), '"locations" field is required in manifest.json'],
  [
    'an unknown location',
    manifest(json => set(json, 'locations', ['lcard-1', 'settings', 'board'])),
    '"locations": board is not known',
  ],
  [
    'a location of the other platform',
    manifest(json => set(json, 'locations', ['cucard-1', 'settings'])),
    '"locations": cucard-1 is not known',
  ],
  [
    'a suffix where none belongs',
    manifest(json => set(json, 'locations', ['settings-1'])),
    '"locations": settings-1 is not known',
  ],
  [
    'a pair that excludes itself',
    manifest(json => set(json, 'locations', ['lcard-0', 'lcard-1', 'settings'])),
    /lcard-0 and lcard-1 exclude each other/,
  ],
  [
    'card_sdk alone',
    manifest(json => set(json, 'locations', ['card_sdk', 'settings'])),
    /card_sdk needs a card location/,
  ],
  [
    'a page without its title',
    manifest(json => set(json, 'locations', ['lcard-1', 'settings', 'advanced_settings'])),
    /"advanced" field is required/,
  ],
  [
    'a title without its page',
    manifest(json => set(json, 'advanced', { title: 'settings.intro' })),
    /"advanced" in manifest\.json has no use/,
  ],
  [
    'a hook without https',
    manifest(json => set(json, 'dp', { action_multiple: false, webhook_url: 'http://a.example' })),
    '"dp.webhook_url" must be an https address',
  ],
  ['is_tour false', manifest(json => set(json, 'tour', { is_tour: false })), /"tour\.is_tour" must be true/],
  [
    'a tour without text',
    manifest(json => set(json, 'tour', { is_tour: true })),
    /tour_description" field is required/,
  ],
  [
    'a tour without pictures',
    manifest(json => set(json, 'tour', { is_tour: true, tour_description: 'settings.intro' })),
    /"tour\.tour_images\.en" must list 1 to 5/,
  ],
  [
    'a missing tour picture',
    manifest(json => set(json, 'tour', { is_tour: true, tour_images: { en: ['/images/t.png'] } })),
    'images/t.png is missing',
  ],
  ['eval', script('eval("1")'), 'script.js: eval is not allowed'],
  ['new Function', script('new Function("1")'), 'script.js: new Function is not allowed'],
  ['alert', script('window.alert(1)'), 'script.js: alert is not allowed'],
  ['confirm', script('if (confirm("?")) {}'), 'script.js: confirm is not allowed'],
  ['console.log', script('console.log(1)'), 'script.js: console.log is not allowed'],
  [
    'a script element',
    script("document.createElement('script')"),
    'script.js: inserting a script element is not allowed',
  ],
  [
    'a synchronous request',
    script('$.ajax({ async: false })'),
    'script.js: synchronous requests are not allowed',
  ],
  ['debugger', script('debugger;'), 'script.js: debugger is not allowed'],
  ['a write to APP', script('APP.data.current_card = null;'), 'script.js: writing to APP is not allowed'],
  [
    'a minified file',
    files => write(files, 'script.js', read(files, 'script.js').replace(/\n/g, ' ')),
    /looks minified/,
  ],
];
