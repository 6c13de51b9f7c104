import { bestQuotes } from './best-quotes.ts';
import type { AnswerSource } from './llm.ts';
import type { Excerpt } from './quotable.ts';
import { fold } from './terms.ts';

const wishesMax = 14;

/** A wish is a few words: a passage that holds less than half of them speaks of something else. */
const coverage = 0.5;

/** What the client wants, as far as the records tell: clauses of their newest messages and of open tasks. */
export function clientWishes(
  records: Pick<AnswerSource, 'record' | 'direction' | 'state' | 'text'>[],
): string[] {
  const messages = records.filter(({ direction }) => direction === 'in').slice(0, 5);
  const tasks = records.filter(({ state }) => state === 'overdue' || state === 'open').slice(0, 3);
  return [...messages, ...tasks]
    .flatMap(({ text }) => text.slice(0, 600).split(/[.!?;:,]+\s+|\n+/))
    .map(clause => clause.trim())
    .filter(clause => /\p{L}{4}/u.test(clause))
    .slice(0, wishesMax);
}

/** Suggestions shorten a long title and end it with "…". */
export function isTitled(title: string, asked: string): boolean {
  const [whole, wanted] = [title, asked].map(text => fold(text.replaceAll(/\s+/g, ' ').trim()));
  if (whole === undefined || wanted === undefined) return false;
  return wanted.endsWith('…') || wanted.endsWith('...')
    ? whole.startsWith(wanted.replace(/(?:…|\.{3})$/, ''))
    : whole === wanted;
}

/** What the document of that title says about what the client wants, the newest wish first. */
export function documentQuotes(title: string, sources: AnswerSource[], limit: number): Excerpt[] {
  const passages = sources.filter(source => source.kind === 'document' && isTitled(source.title, title));
  const quotes = clientWishes(sources).flatMap(wish => bestQuotes(wish, passages, 1, coverage));
  const seen = new Set<string>();
  return quotes
    .filter(({ lines }) => {
      const text = lines.at(-1)?.text ?? '';
      return !seen.has(text) && seen.add(text);
    })
    .slice(0, limit);
}
