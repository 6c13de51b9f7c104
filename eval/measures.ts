/** One set of measures for the shipped questions and for those of tenants. */
export * from '../server/quality/measures.ts';

/** How often an answerable question scores higher than another one, ties counting half: the area under the ROC. */
export function areaUnder(asked: { score: number; answerable: boolean }[]): number {
  const no = asked.filter(({ answerable }) => !answerable).map(({ score }) => score);
  const yes = asked.filter(({ answerable }) => answerable).map(({ score }) => score);
  let higher = 0;
  for (const score of yes) for (const other of no) higher += score > other ? 1 : score === other ? 0.5 : 0;
  return yes.length * no.length === 0 ? 0.5 : higher / (yes.length * no.length);
}
