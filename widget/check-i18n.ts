import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rootDir = fileURLToPath(new URL('..', import.meta.url));
const PLURAL_FORMS = 'few many one other';

type Tree = { [key: string]: string | Tree };

/** Every fault in the texts of the widget, one sentence each; none means that they fit together. */
export function findI18nFaults(): string[] {
  const folder = join(rootDir, 'i18n');
  const texts = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder).sort()) {
    texts.set(file, flatten(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree));
  }
  return [...compareTexts(texts), ...compareUse(texts.get('en.json') ?? new Map(), sources())];
}

/** The same keys and the same placeholders in every language, and no empty text. */
export function compareTexts(texts: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] {
  const faults: string[] = [];
  const english = texts.get('en.json') ?? new Map<string, string>();
  for (const [file, own] of texts) {
    for (const [key, sentence] of english) {
      const translated = own.get(key);
      if (translated === undefined) faults.push(`${file} lacks ${key}`);
      else if (!translated.trim()) faults.push(`${file} has nothing under ${key}`);
      else if (placeholders(translated) !== placeholders(sentence))
        faults.push(`${file} has other placeholders in ${key}`);
    }
    for (const key of own.keys())
      if (!english.has(key)) faults.push(`${file} has ${key}, which en.json lacks`);
  }
  return faults;
}

/** Every key that the code asks for exists, and every key is asked for. */
export function compareUse(english: ReadonlyMap<string, string>, code: string): string[] {
  const faults: string[] = [];
  const plurals = new Map<string, string[]>();
  for (const key of english.keys()) {
    const [, stem, form] = /^(.*)\.(one|few|many|other)$/.exec(key) ?? [];
    if (stem && form) plurals.set(stem, [...(plurals.get(stem) ?? []), form]);
  }
  for (const [stem, forms] of plurals) if (forms.sort().join(' ') !== PLURAL_FORMS) plurals.delete(stem);

  const stems = [...code.matchAll(/`(\w+)\.\$\{/g)].map(([, stem]) => `${stem}.`);
  for (const key of english.keys()) {
    const asked = key.replace(/\.(one|few|many|other)$/, stem =>
      plurals.has(key.slice(0, -stem.length)) ? '' : stem,
    );
    const used = code.includes(`'${asked}'`) || code.includes(`"${asked}"`);
    if (!used && !stems.some(stem => asked.startsWith(stem))) faults.push(`nothing uses ${asked}`);
  }
  for (const [, key = ''] of code.matchAll(/\b(?:t|plural)\(\s*'([\w.]+)'/g)) {
    if (!english.has(key) && !plurals.has(key)) faults.push(`the code uses ${key}, which en.json lacks`);
  }
  return [...new Set(faults)];
}

export function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) texts.set(path, text);
  }
  return texts;
}

const placeholders = (sentence: string): string => (sentence.match(/\{\w+\}/g) ?? []).sort().join(' ');

/** What asks for texts: the widget's code, but for its tests, and the manifest. */
function sources(): string {
  const widgetDir = join(rootDir, 'widget');
  const files = readdirSync(widgetDir, { recursive: true, encoding: 'utf8' });
  const code = files.filter(file => /\.tsx?$/.test(file) && !/\.test\.|node_modules|check-i18n/.test(file));
  return [...code.map(file => join(widgetDir, file)), join(rootDir, 'manifest.json')]
    .map(file => readFileSync(file, 'utf8'))
    .join('\n');
}
