/** Check digits of identifiers, each over the compact spelling (no blanks, points or hyphens, capitals). */

/** Brazil, persons: two digits, each the weighted sum of those before it. */
export function cpf(digits: string): boolean {
  return (
    !allAlike(digits) && [9, 10].every(length => modEleven(digits, length, length + 1) === at(digits, length))
  );
}

/** Brazil, companies; since 2026 the first twelve may be letters, which count as their code less 48. */
export function cnpj(text: string): boolean {
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return (
    !allAlike(text) &&
    [12, 13].every(length => {
      const rest = weighted(text, weights.slice(13 - length), length) % 11;
      return (rest < 2 ? 0 : 11 - rest) === at(text, length);
    })
  );
}

/** Spain, persons: DNI, and NIE, whose first letter counts as 0, 1 or 2. */
export function dni(text: string): boolean {
  const number = text.slice(0, -1).replace(/^[XYZ]/, letter => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === text.at(-1);
}

/** Spain, companies: Luhn over the seven digits, written as a digit or as a letter. */
export function cif(text: string): boolean {
  let sum = 0;
  for (let index = 1; index <= 7; index += 1) {
    const twice = index % 2 === 1 ? at(text, index) * 2 : at(text, index);
    sum += twice > 9 ? twice - 9 : twice;
  }
  const check = (10 - (sum % 10)) % 10;
  return text.at(-1) === String(check) || text.at(-1) === 'JABCDEFGHI'[check];
}

/** Mexico, persons. */
export function curp(text: string): boolean {
  const alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += alphabet.indexOf(text[index] ?? '') * (18 - index);
  return (10 - (sum % 10)) % 10 === at(text, 17);
}

/** Russia, taxpayers: ten digits for companies, twelve for persons. */
export function inn(digits: string): boolean {
  const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
  const checked = digits.length === 10 ? [9] : [10, 11];
  return (
    !allAlike(digits) &&
    checked.every(
      length => (weighted(digits, weights.slice(11 - length), length) % 11) % 10 === at(digits, length),
    )
  );
}

/** Russia, insured persons. */
export function snils(digits: string): boolean {
  const sum = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1], 9) % 101;
  return (sum === 100 ? 0 : sum) === Number(digits.slice(9)) && !allAlike(digits);
}

/** Türkiye, persons. */
export function tckn(digits: string): boolean {
  const odd = weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1], 9);
  const even = weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1], 8);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return digits[0] !== '0' && tenth === at(digits, 9) && (odd + even + tenth) % 10 === at(digits, 10);
}

/** Germany, taxpayers: ISO 7064 MOD 11,10, and one of the first ten digits stands more than once. */
export function steuerId(digits: string): boolean {
  const most = Math.max(...[...'0123456789'].map(digit => digits.slice(0, 10).split(digit).length - 1));
  if (digits[0] === '0' || most < 2) return false;
  let product = 10;
  for (let index = 0; index < 10; index += 1) {
    const sum = (at(digits, index) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === at(digits, 10);
}

/** Argentina, persons and companies; ten is written as nine. */
export function cuit(digits: string): boolean {
  const rest = weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 10) % 11;
  return Math.min((11 - rest) % 11, 9) === at(digits, 10) && /^(?:2[03457]|3[034]|50|51|55)/.test(digits);
}

/** Chile; a K stands for ten. */
export function rut(text: string): boolean {
  const number = [...text.slice(0, -1)].reverse();
  const sum = number.reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  return '0K987654321'[sum % 11] === text.at(-1);
}

/** Poland, persons. */
export function pesel(digits: string): boolean {
  const sum = weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3], 10);
  return (10 - (sum % 10)) % 10 === at(digits, 10) && !allAlike(digits);
}

/** France, insured persons: the key is 97 less the number's rest. */
export function nir(digits: string): boolean {
  return 97 - Number(BigInt(digits.slice(0, 13)) % 97n) === Number(digits.slice(13));
}

/** ISO 13616: letters count from ten, the first four characters stand last. */
export function iban(text: string): boolean {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

function modEleven(digits: string, length: number, first: number): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += at(digits, index) * (first - index);
  return ((sum * 10) % 11) % 10;
}

function weighted(text: string, weights: number[], length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += at(text, index) * (weights[index] ?? 0);
  return sum;
}

/** Of a letter its code less 48, as CNPJ counts. */
function at(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}

function allAlike(text: string): boolean {
  return [...text].every(character => character === text[0]);
}
