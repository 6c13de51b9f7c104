import { digitsOf, type Found } from './found.ts';
import { idPlans, idWords } from './national-ids.ts';
import { after, before } from './surroundings.ts';

const freeBefore = '(?<![\\p{L}\\p{N}_/#@&=+-])(?<![0-9][.,:])';
const freeAfter = '(?![\\p{L}\\p{N}_@]|-[\\p{L}\\p{N}]|[.,:/][0-9])';
const spelled = (pattern: string) => new RegExp(`${freeBefore}(?:${pattern})${freeAfter}`, 'giu');

const plans = idPlans.map(({ telling, plain, checks }) => ({
  telling: telling === null ? null : spelled(telling),
  plain: plain === null ? null : spelled(plain),
  checks,
}));

/** Groups of digits, a letter at their end perhaps; or letters and digits in one piece. */
const value =
  '[A-Z]{0,4}[0-9]+(?:(?: ?(?:№|n[oº°]) ?|[ ./-])[0-9]+)*(?:-?[A-Z](?![\\p{L}\\p{N}]))?|(?=[A-Z./-]*[0-9])[0-9A-Z]+(?:[./-][0-9A-Z]+)*';

/** "CPF nº 123…", "паспорт: 45 08 123456": the word, a few more, then the value. */
const named = new RegExp(
  `(?<![\\p{L}\\p{N}])${idWords}(?![\\p{L}\\p{N}])[^\\p{N}\\n;,]{0,24}?(?<![\\p{L}\\p{N}])(?<value>${value})(?![\\p{L}\\p{N}])`,
  'giud',
);

const digitsMin = 5;
const digitsMax = 20;

/**
 * Numbers by which states know people and companies: by their name before them, by a spelling that nothing
 * else has, or by check digits. Ids of other things ("order 123…") are left when only the check digit speaks
 * for them. Text of plain marks.
 */
export function findIds(text: string): Found[] {
  const found: Found[] = [];
  const add = (start: number, end: number) => {
    if (!found.some(other => other.start < end && start < other.end)) found.push({ kind: 'id', start, end });
  };
  for (const { telling, plain, checks } of plans) {
    for (const match of telling === null ? [] : text.matchAll(telling))
      if (!belongsElsewhere(text, match.index, match[0])) add(match.index, match.index + match[0].length);
    for (const match of plain === null ? [] : text.matchAll(plain)) {
      const compact = match[0].replace(/[^0-9\p{L}]/gu, '').toUpperCase();
      if (checks?.(compact) !== true || belongsElsewhere(text, match.index, match[0])) continue;
      add(match.index, match.index + match[0].length);
    }
  }
  for (const match of text.matchAll(named)) {
    const [start, end] = match.indices?.groups?.['value'] ?? [0, 0];
    const digits = digitsOf(text.slice(start, end)).length;
    if (digits < digitsMin || digits > digitsMax || after(text, end).amount) continue;
    add(start, end);
  }
  return found;
}

function belongsElsewhere(text: string, start: number, written: string): boolean {
  if (inLongerRow(text, start, written)) return true;
  const ahead = before(text, start);
  return ahead.namesGoods || ahead.amount || after(text, start + written.length).amount;
}

/** Groups with blanks between them and more digits beside them: the middle of a telephone number, say. */
function inLongerRow(text: string, start: number, written: string): boolean {
  return (
    written.includes(' ') &&
    (/[0-9] $/.test(text.slice(Math.max(0, start - 2), start)) ||
      /^ [0-9]/.test(text.slice(start + written.length, start + written.length + 2)))
  );
}
