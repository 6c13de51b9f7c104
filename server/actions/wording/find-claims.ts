import { findWhen } from '../../texts/index.ts';
import { currencyWords, numberWords, policyWords, unitWords } from './claim-words.ts';

export type ClaimKind = 'price' | 'percent' | 'quantity' | 'date' | 'time' | 'policy';

/** A piece of a text that has to rest on something. */
export interface Claim {
  kind: ClaimKind;
  /** As it is written. */
  text: string;
  /** What two spellings of the same have in common. */
  value: string;
  /** Of a quantity; empty for a bare number. */
  unit: string;
}

const whole = (words: string) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'giu');
const number = "\\d{1,3}(?:[ \\u00a0.,'’]\\d{3})+(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d+)?";
const units = unitWords.map(
  ([unit, words]) => [unit, new RegExp(`^[ \\u00a0-]{0,2}(?:${words})(?![\\p{L}\\p{N}])`, 'iu')] as const,
);
const numbers = new RegExp(
  `(?<before>(?:${currencyWords})[ \\u00a0]?)?(?<![\\p{L}\\p{N}.,]|\\p{L}-)(?<number>${number})(?<k>[ \\u00a0]?(?:k|тыс\\.?|mil)(?![\\p{L}\\p{N}]))?(?<after>[ \\u00a0]?(?:${currencyWords})(?![\\p{L}\\p{N}]))?`,
  'giu',
);
const words = whole(Object.keys(numberWords).join('|'));
const policies = policyWords.map(([policy, spelled]) => [policy, whole(spelled)] as const);
const dates =
  /(?<![\p{N}.])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th|º)?(?: de| of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\p{L}*\.?(?:(?:,| de| of)? \d{4})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?)(?!\p{N})/giu;
const times =
  /(?<![\d.,:])(?:(?:[01]?\d|2[0-3])[:h.][0-5]\d(?:\s?[ap](?:m|\.m\.))?|(?:0?\d|1[0-2])\s?[ap](?:m|\.m\.))(?![\d])(?![.,]\d)/giu;

export interface ClaimContext {
  locale: string;
  now: Date;
  timeZone: string;
}

/** Every price, share, quantity, day, hour and term of business that a text states. */
export function findClaims(text: string, context: ClaimContext): Claim[] {
  const claims: Claim[] = [];
  let rest = text;
  const take = (pattern: RegExp, toClaim: (match: RegExpExecArray) => Claim | null) => {
    for (const match of [...rest.matchAll(pattern)]) {
      const claim = toClaim(match);
      if (claim === null) continue;
      claims.push(claim);
      const end = match.index + match[0].length;
      rest = `${rest.slice(0, match.index)}${'|'.repeat(match[0].length)}${rest.slice(end)}`;
    }
  };
  take(dates, ([written]) => {
    const day = dayOf(written, context);
    return day === null ? null : { kind: 'date', text: written, value: day, unit: '' };
  });
  take(times, ([written]) => ({ kind: 'time', text: written, value: clockOf(written), unit: '' }));
  take(numbers, match => toAmount(match, rest));
  take(words, match => {
    const unit = unitAt(rest, match.index + match[0].length);
    // "One of our colleagues" counts nothing.
    if (unit === '') return null;
    return { kind: 'quantity', text: `${match[0]} ${unit}`, value: String(wordValue(match[0])), unit };
  });
  for (const [policy, pattern] of policies)
    for (const [written] of text.matchAll(pattern))
      claims.push({ kind: 'policy', text: written, value: policy, unit: '' });
  return claims;
}

/** Whether something said in `support` carries the claim. */
export function isSupported(claim: Claim, support: Claim[]): boolean {
  return support.some(other => {
    if (other.value !== claim.value) return false;
    if (claim.kind === 'policy' || claim.kind === 'date' || claim.kind === 'time')
      return other.kind === claim.kind;
    // A field of the CRM says 12500 without a sign; a document that says 30 days does not carry 30 euros.
    if (other.kind === claim.kind && (other.unit === claim.unit || other.unit === '' || claim.unit === ''))
      return true;
    return other.kind === 'quantity' && other.unit === '';
  });
}

function toAmount({ 0: all, index = 0, groups = {} }: RegExpMatchArray, text: string): Claim {
  const value = amountOf(groups['number'] ?? '', groups['k'] !== undefined);
  const money = (groups['before'] ?? groups['after'] ?? '').trim().toLowerCase();
  const unit = unitAt(text, index + all.length);
  if (money !== '') return { kind: 'price', text: all.trim(), value, unit: currencyOf(money) };
  if (unit === 'percent') return { kind: 'percent', text: `${all.trim()} %`, value, unit };
  return { kind: 'quantity', text: unit === '' ? all.trim() : `${all.trim()} ${unit}`, value, unit };
}

function unitAt(text: string, end: number): string {
  const after = text.slice(end, end + 24);
  return units.find(([, pattern]) => pattern.test(after))?.[0] ?? '';
}

/** 1,299.00 and 1.299,00 and 1 299 are one number; a separator before three last digits groups. */
export function amountOf(written: string, thousands: boolean): string {
  const tidy = written.replace(/[ \u00a0'’]/g, '');
  const decimals =
    /[.,](\d{1,2})$/.exec(tidy)?.[1] ??
    (/^\d+[.,]\d+$/.test(tidy) && !/[.,]\d{3}$/.test(tidy) ? tidy.split(/[.,]/)[1] : '');
  const whole = (decimals ? tidy.slice(0, -decimals.length - 1) : tidy).replace(/[.,]/g, '');
  return String(Number(`${whole}.${decimals || '0'}`) * (thousands ? 1000 : 1));
}

function wordValue(word: string): number {
  return numberWords[word.toLowerCase()] ?? 3;
}

const currencies: [RegExp, string][] = [
  [/€|eur|евро/, 'EUR'],
  [/r\$|brl|reais|real/, 'BRL'],
  [/£|gbp/, 'GBP'],
  [/₽|rub|руб/, 'RUB'],
  [/₺|try|lira/, 'TRY'],
];

/** Dollars and pesos share a sign; which of them is meant the account knows, not the text. */
function currencyOf(money: string): string {
  return currencies.find(([pattern]) => pattern.test(money))?.[1] ?? '$';
}

function dayOf(written: string, { locale, now, timeZone }: ClaimContext): string | null {
  for (const language of new Set([locale, 'es', 'pt', 'ru', 'en'])) {
    const found = findWhen(written, { locale: language, now, timeZone });
    if (found && found.rest === '') return new Intl.DateTimeFormat('en-CA', { timeZone }).format(found.dueAt);
  }
  return null;
}

function clockOf(written: string): string {
  const [, hour = '0', minute = '00', half = ''] =
    /^(\d{1,2})(?:[:h.](\d{2}))?\s?([ap]?)/i.exec(written) ?? [];
  const add = half.toLowerCase() === 'p' && Number(hour) < 12 ? 12 : 0;
  const night = half.toLowerCase() === 'a' && Number(hour) === 12 ? -12 : 0;
  return `${String(Number(hour) + add + night).padStart(2, '0')}:${minute}`;
}
