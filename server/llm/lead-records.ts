import type { AnswerSource } from './llm.ts';
import { fitsIntent, type LeadIntent } from './offline-words.ts';
import { joined, type Quotable, quotables, shortened } from './quotable.ts';
import { fold } from './terms.ts';

const recordsMax = 6;
const charsPerRecord = 240;

/**
 * What the lead's records say for a question about the lead itself: those whose title fits come first and
 * alone where there are any, each with its beginning, or with the client's question in it.
 */
export function leadQuotes(intent: LeadIntent, sources: AnswerSource[]): Quotable[] {
  const records = sources.filter(source => source.kind === 'lead');
  const fitting = records.filter(record => fitsIntent(intent, fold(record.title)));
  return (fitting.length > 0 ? fitting : records)
    .map(record => excerpt(record, intent))
    .filter(quotable => quotable !== null)
    .slice(0, recordsMax);
}

function excerpt(record: AnswerSource, intent: LeadIntent): Quotable | null {
  const sentences = [...quotables(record)];
  const asked = intent === 'client-asked' ? sentences.findIndex(({ text }) => /[?？]/.test(text)) : -1;
  const [first, ...rest] = sentences.slice(Math.max(asked, 0));
  if (first === undefined) return null;
  let quote = first;
  for (const next of rest) {
    const longer = joined(quote, next);
    if (longer === null || longer.text.length > charsPerRecord) break;
    quote = longer;
  }
  return shortened(quote, charsPerRecord);
}
