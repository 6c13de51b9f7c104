/**
 * How many tokens a model really counts for one of our estimate, as its provider has reported of late. The estimate
 * before a call is the highest of these and a tenth more, so that it errs upwards.
 */
export interface TokenRatio {
  observe(estimated: number, reported: number): void;
  expect(estimated: number): number;
}

const remembered = 50;
const margin = 1.1;
/** Outside of these bounds it is the report that is wrong. */
const bounds = { least: 0.2, most: 3 };

export function tokenRatio(): TokenRatio {
  const seen: number[] = [];
  return {
    observe(estimated, reported) {
      if (estimated <= 0 || reported <= 0) return;
      seen.push(Math.min(Math.max(reported / estimated, bounds.least), bounds.most));
      if (seen.length > remembered) seen.shift();
    },
    expect(estimated) {
      const expected = estimated * (seen.length === 0 ? 1 : Math.max(...seen)) * margin;
      // 1.1 times 1000 is 1100.0000000000002 here.
      return Math.ceil(Number(expected.toFixed(6)));
    },
  };
}
