/**
 * A table as lines of which each answers alone: every cell stands behind the header of its column.
 *
 * Empty cells are left out; a column without a header gives its cell alone. Lines are what is stored and cited.
 */
export function tableLines(headers: string[], rows: string[][]): string[] {
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const header = oneLine(headers[column] ?? '').replace(/\s*:$/, '');
          const value = oneLine(cell);
          if (value === '') return '';
          return header === '' || header === value ? value : `${header}: ${value}`;
        })
        .filter(cell => cell !== '')
        .join(' | '),
    )
    .filter(line => line !== '');
}

/** A table without headers: its cells as they stand. */
export function plainLines(rows: string[][]): string[] {
  return tableLines([], rows);
}

/**
 * Whether a first row reads like headers where the format does not say: words, all different, over a column
 * with figures. Two columns without figures may as well be names and values, where a header would be a lie.
 */
export function looksLikeHeaders(first: string[], rest: string[][]): boolean {
  const cells = first.map(oneLine);
  if (rest.length === 0 || cells.length < 2) return false;
  if (cells.some(cell => cell === '' || cell.length > 80 || figure.test(cell))) return false;
  if (new Set(cells).size < cells.length) return false;
  const overFigures = cells.some((_, column) => rest.some(row => figure.test(oneLine(row[column] ?? ''))));
  return overFigures || cells.length > 2;
}

/** A number, perhaps with a currency or unit around it; a date; a percentage. */
const figure = /^[^\p{L}]*\d[\d\s.,:/%-]*(?:\p{L}{1,4}\.?)?[^\p{L}]*$/u;

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
