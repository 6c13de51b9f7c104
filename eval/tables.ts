import type { Abstention, Measures } from './measures.ts';

export interface Result extends Measures {
  method: string;
  language: string;
  spoiling: string;
}

export const figure = (value: number) => value.toFixed(3).replace(/^0/, '');

/** nDCG@10 and recall@5 of each method, a column per language and the mean of all. */
export function qualityTable(results: Result[]): string {
  const languages = [...new Set(results.map(({ language }) => language))];
  const lines = [['', 'method', ...languages.flatMap(language => [language, 'r@5']), 'mean', 'r@5', 'mrr']];
  for (const spoiling of new Set(results.map(result => result.spoiling)))
    for (const method of new Set(results.map(result => result.method))) {
      const row = results.filter(result => result.method === method && result.spoiling === spoiling);
      const mean = (value: (result: Result) => number) =>
        figure(row.reduce((sum, result) => sum + value(result), 0) / row.length);
      const cells = languages.flatMap(language => {
        const result = row.find(each => each.language === language);
        return result ? [figure(result.ndcg10), figure(result.recall5)] : ['', ''];
      });
      lines.push([spoiling, method, ...cells, mean(r => r.ndcg10), mean(r => r.recall5), mean(r => r.mrr)]);
    }
  return aligned(lines);
}

/** How often "not in the knowledge" was said, and how rightly. */
export function abstentionTable(
  asked: { language: string; spoiling: string; answerable: boolean; refused: boolean }[],
  measure: (asked: { answerable: boolean; refused: boolean }[]) => Abstention,
): string {
  const lines = [
    ['', 'language', 'refused of unanswerable', 'precision of refusing', 'refused of answerable'],
  ];
  for (const spoiling of new Set(asked.map(each => each.spoiling)))
    for (const language of [...new Set(asked.map(each => each.language)), 'all']) {
      const { precision, recall, wronglyRefused } = measure(
        asked.filter(
          each => each.spoiling === spoiling && (language === 'all' || each.language === language),
        ),
      );
      lines.push([spoiling, language, figure(recall), figure(precision), figure(wronglyRefused)]);
    }
  return aligned(lines);
}

export function aligned(lines: string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map(line => line[column]?.length ?? 0)),
  );
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
