import { areaUnder, type Measures, measureAbstention } from './measures.ts';

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

export interface Asked {
  language: string;
  spoiling: string;
  answerable: boolean;
  /** Of the passage that supports an answer most. */
  score: number;
}

const thresholds = [0.2, 0.3, 0.4, 0.5, 0.6];

/**
 * How well scores tell questions that have an answer from those that have none: the area under the ROC, then at each
 * threshold the share refused of those without and, after the stroke, of those with an answer.
 */
export function abstentionTable(asked: Asked[], usual: number): string {
  const lines = [
    ['', 'language', 'ROC-AUC', ...thresholds.map(at => (at === usual ? `${at} (default)` : String(at)))],
  ];
  for (const spoiling of new Set(asked.map(each => each.spoiling)))
    for (const language of [...new Set(asked.map(each => each.language)), 'all']) {
      const these = asked.filter(
        each => each.spoiling === spoiling && (language === 'all' || each.language === language),
      );
      const cells = thresholds.map(threshold => {
        const { recall, wronglyRefused } = measureAbstention(
          these.map(({ answerable, score }) => ({ answerable, refused: score < threshold })),
        );
        return `${figure(recall)} / ${figure(wronglyRefused)}`;
      });
      lines.push([spoiling, language, figure(areaUnder(these)), ...cells]);
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
