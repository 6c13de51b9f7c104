import type { Langs } from '@kommo/widget-sdk-types';
import type english from '../../i18n/en.json';

type Plural = { one: string; few: string; many: string; other: string };
type Paths<Tree, Leaf, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends Leaf
    ? `${Prefix}${Key}`
    : Tree[Key] extends string
      ? never
      : Paths<Tree[Key], Leaf, `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** A key of i18n/en.json that holds one sentence. */
export type TextKey = Paths<typeof english, string>;
/** A key that holds the plural forms of one sentence. */
export type PluralKey = Paths<typeof english, Plural>;
export type Values = Record<string, string | number>;

export type Texts = {
  readonly locale: string;
  t(key: TextKey, values?: Values): string;
  /** The form that fits `count`, which is also the value of `{count}`. */
  plural(key: PluralKey, count: number, values?: Values): string;
};

/** What a rep reads while a translation is missing: the last word of the key, which is English. */
function wordsOf(key: string): string {
  const words = key.slice(key.lastIndexOf('.') + 1).replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function find(langs: Langs, key: string): string | Langs | undefined {
  let node: string | Langs | undefined = langs;
  for (const part of key.split('.')) {
    if (typeof node !== 'object') return undefined;
    node = node[part];
  }
  return node;
}

function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function openTexts(langs: Langs, locale: string): Texts {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const t = (key: TextKey, values: Values = {}): string => {
    const sentence = find(langs, key);
    return fill(typeof sentence === 'string' ? sentence : wordsOf(key), values);
  };
  const plural = (key: PluralKey, count: number, values: Values = {}): string => {
    const forms = find(langs, key);
    const form = typeof forms === 'object' ? (forms[rules.select(count)] ?? forms.other) : undefined;
    const shown = numbers.format(count);
    return fill(typeof form === 'string' ? form : `{count} ${wordsOf(key)}`, { ...values, count: shown });
  };
  return { locale, t, plural };
}
