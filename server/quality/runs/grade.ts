import type { Expected } from '../golden/question.ts';

/** A found passage with all the names its document goes by. */
export interface NamedHit {
  documentId: string;
  externalId: string | null;
  title: string;
  fileName: string;
  body: string;
}

/** Does this passage answer the question? Any place that was expected will do. */
export function answersQuestion(hit: NamedHit, expected: Expected[], facts: string[]): boolean {
  if (expected.length === 0) return facts.some(fact => holds(hit.body, fact));
  return expected.some(
    place =>
      (place.documentId === undefined || place.documentId === hit.documentId) &&
      (place.externalId === undefined || place.externalId === hit.externalId) &&
      (place.document === undefined || [hit.title, hit.fileName].includes(place.document)) &&
      (place.quote === undefined || holdsQuote(hit.body, place.quote)),
  );
}

/** Case and the kind of space between words do not matter. */
export function holds(text: string, fact: string): boolean {
  return plain(text).includes(plain(fact));
}

const quoteShareMin = 0.6;
const wordsInARow = 3;

/**
 * A new version is cut elsewhere, and a quote may then stand half in one passage and half in the next: most of
 * its words in their order are enough.
 */
function holdsQuote(body: string, quote: string): boolean {
  if (holds(body, quote)) return true;
  const rows = inRows(quote);
  if (rows.length < wordsInARow) return false;
  const there = new Set(inRows(body));
  return rows.filter(row => there.has(row)).length / rows.length >= quoteShareMin;
}

function inRows(text: string): string[] {
  const words = plain(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.slice(wordsInARow - 1).map((_, at) => words.slice(at, at + wordsInARow).join(' '));
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
