/**
 * How telephone numbers are dialled and written where our tenants sell. Not the library libphonenumber-js: its
 * patterns answer whether digits could be a number in a given country, but of the texts of a CRM the question is
 * rather whether they look like one; it would add 13 MB to an install of 80.
 */
export interface NumberPlan {
  /** All digits as written, with a trunk or country prefix where one was. */
  digits: RegExp;
  /** Lengths of the groups as people write them, `2 5 4` for 11 98765-4321. */
  shapes: ReadonlySet<string>;
  /** Digits that count as a number even when they stand in one piece. */
  solid: RegExp | null;
}

export const numberPlans: NumberPlan[] = [
  // United States, Canada, Caribbean
  plan(/^1?[2-9]\d\d[2-9]\d{6}$/, ['3 3 4', '1 3 3 4', '3 7', '1 3 7', '1 10'], /^1?[2-9]\d\d[2-9]\d{6}$/),
  // Mexico
  plan(
    /^(?:52)?1?[2-9]\d{9}$/,
    [
      '2 4 4',
      '3 3 4',
      '2 2 2 2 2',
      '3 3 2 2',
      '2 8',
      '3 7',
      '2 2 4 4',
      '2 3 3 4',
      '2 10',
      '2 1 2 4 4',
      '2 1 3 3 4',
    ],
    /^(?:521?)?[2-9]\d{9}$/,
  ),
  plan(
    /^(?:01|04[45])[2-9]\d{9}$/,
    ['2 2 4 4', '2 3 3 4', '3 2 4 4', '3 3 3 4', '2 10', '3 10'],
    /^04[45][2-9]\d{9}$/,
  ),
  // Brazil: two digits of the area, then nine of a mobile or eight of a landline
  plan(
    /^(?:55)?0?[1-9][1-9](?:9\d{8}|[2-5]\d{7})$/,
    [
      '2 5 4',
      '2 4 4',
      '2 9',
      '2 8',
      '2 1 4 4',
      '3 5 4',
      '3 4 4',
      '3 9',
      '2 2 5 4',
      '2 2 4 4',
      '2 2 9',
      '2 2 1 4 4',
      '2 11',
    ],
    /^(?:(?:55)?0?[1-9][1-9]9\d{8}|55[1-9][1-9][2-5]\d{7})$/,
  ),
  // Spain
  plan(
    /^(?:34)?[6-9]\d{8}$/,
    ['3 3 3', '3 2 2 2', '2 3 2 2', '3 6', '2 7', '2 3 3 3', '2 3 2 2 2', '2 2 3 2 2', '2 9'],
    /^(?:34[6-9]\d|[67]\d|9[1-8])\d{7}$/,
  ),
  // Russia, Kazakhstan
  plan(
    /^[78]?[3489]\d{9}$/,
    [
      '1 3 3 2 2',
      '1 3 3 4',
      '1 3 7',
      '1 10',
      '1 4 2 2 2',
      '1 4 6',
      '1 4 3 3',
      '3 3 2 2',
      '4 2 2 2',
      '1 3 2 2 3',
    ],
    /^(?:[78][3489]|9)\d{9}$/,
  ),
  // Germany, in groups as people please
  plan(
    /^(?:49)?1[5-7]\d{8,9}$/,
    ['2 3 7', '2 3 8', '2 4 7', '2 10', '2 11', '2 3 3 4', '2 3 3 5'],
    /^491[5-7]\d{8,9}$/,
  ),
  plan(
    /^49[2-9]\d{6,10}$/,
    ['2 2 6', '2 2 7', '2 2 8', '2 3 6', '2 3 7', '2 3 8', '2 4 5', '2 4 6'],
    /^49[2-9]\d{8,9}$/,
  ),
  // Türkiye
  plan(
    /^(?:90|0)?[2-58]\d{9}$/,
    [
      '3 3 2 2',
      '3 3 4',
      '3 7',
      '4 3 2 2',
      '4 3 4',
      '4 7',
      '1 3 3 2 2',
      '1 3 3 4',
      '1 3 7',
      '2 3 3 2 2',
      '2 3 3 4',
      '2 3 7',
      '2 10',
    ],
    /^(?:(?:90|0)[2-58]\d{9}|5[0-5]\d{8})$/,
  ),
];

/** A trunk zero and eight to thirteen digits: Germany, Türkiye, and most of Europe besides. */
export const trunkZero = /^0[1-9]\d{7,12}$/;

/** How many digits follow a country's code; what is not listed takes 4 to 14. */
const nationalLengths: [RegExp, number[]][] = [
  [/^1/, [10]],
  [/^7/, [10]],
  [/^52/, [10, 11]],
  [/^55/, [10, 11]],
  [/^34/, [9]],
  [/^90/, [10]],
  [/^49/, [10, 11, 9, 8, 7]],
];

/** Do these digits, after a `+` or `00`, have exactly the length that their country gives? Null: not known here. */
export function fitsCountry(digits: string): boolean | null {
  for (const [code, lengths] of nationalLengths) {
    const prefix = code.exec(digits)?.[0];
    if (prefix !== undefined) return lengths.includes(digits.length - prefix.length);
  }
  return null;
}

function plan(digits: RegExp, shapes: string[], solid: RegExp | null): NumberPlan {
  return { digits, shapes: new Set(shapes), solid };
}
