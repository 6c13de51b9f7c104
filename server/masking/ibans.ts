import { iban } from './check-digits.ts';
import type { Found } from './found.ts';

/** How long an account number is in each country that has them, from SWIFT's registry. */
const lengths: Record<string, number> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 ' +
    'LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 ' +
    'QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map(entry => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const beginning = /(?<![\p{L}\p{N}])[A-Z]{2}[ -]?[0-9]{2}(?=[ -]?[0-9A-Z])/giu;

/** Bank account numbers, in one piece or in groups, with right check digits. Text of plain marks. */
export function findIbans(text: string): Found[] {
  const found: Found[] = [];
  for (const { 0: start, index } of text.matchAll(beginning)) {
    const length = lengths[start.slice(0, 2).toUpperCase()];
    const end = length === undefined ? null : endOf(text, index, length);
    if (end === null) continue;
    const compact = text.slice(index, end).replace(/[ -]/g, '').toUpperCase();
    if (iban(compact)) found.push({ kind: 'iban', start: index, end });
  }
  return found;
}

/** Where `length` characters with single gaps between them end; null where something else stands there. */
function endOf(text: string, from: number, length: number): number | null {
  let count = 0;
  for (let at = from; at < text.length && at < from + length * 2; at += 1) {
    if (/[0-9A-Za-z]/.test(text[at] ?? '')) count += 1;
    else if (!/[ -]/.test(text[at] ?? '') || /[ -]/.test(text[at - 1] ?? '')) return null;
    if (count === length) return /[\p{L}\p{N}]/u.test(text[at + 1] ?? '') ? null : at + 1;
  }
  return null;
}
