/** One measured figure with its floor; `floor` is missing where the budget is absolute. */
export interface Row {
  what: string;
  unit: string;
  floor?: number;
  ours: number;
  budget: string;
}

const format = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** A table a person reads: ours, the floor, the ratio, the budget. */
export function report(rows: Row[]): string {
  const cells = rows.map(({ what, unit, floor, ours, budget }) => [
    what,
    `${format(ours)} ${unit}`,
    floor === undefined ? '' : `${format(floor)} ${unit}`,
    floor === undefined ? '' : format(ours / floor),
    budget,
  ]);
  const table = [['what', 'ours', 'floor', 'ours ÷ floor', 'budget'], ...cells];
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...table.map(row => row[column]?.length ?? 0)));
  return table
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
