import type { AnswerSource } from './llm.ts';
import { stopWords } from './offline-words.ts';
import { joined, type Quotable, quotables, shortened } from './quotable.ts';
import { sameStem, wordsOf } from './terms.ts';

/** A question of 200 kB has no more to say than its first words. */
const termsMax = 60;

/** The least part of the question, weighed by rarity, that a quote must hold. */
const coverageMin = 0.25;

interface Candidate {
  quotable: Quotable;
  /** Which terms of the question it holds, by their position. */
  terms: Set<number>;
  /** Ends with a question mark, or is a heading: what follows is the better quote. */
  announces: boolean;
  wordCount: number;
  score: number;
}

/**
 * The sentences that fit the question best, best first, at most `limit`.
 *
 * A sentence counts the terms it shares with the question, a rare one for more; the sentence after a matching
 * question or heading inherits part of that score; neighbours are joined. Ties keep the order of the sources.
 */
export function bestQuotes(question: string, sources: AnswerSource[], limit: number): Quotable[] {
  const terms = questionTerms(question);
  if (terms.length === 0) return [];
  const candidates = sources.flatMap(source => candidatesOf(source, terms));
  const weights = rarity(terms.length, candidates);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  score(candidates, weights);
  const fitting = candidates
    .filter(candidate => candidate.score >= coverageMin * total)
    .sort((a, b) => b.score - a.score);
  const best = fitting[0]?.score ?? 0;
  return select(
    fitting.filter(candidate => candidate.score >= best / 2).map(({ quotable }) => quotable),
    limit,
  );
}

function questionTerms(question: string): string[] {
  const words = wordsOf(question.slice(0, 20_000)).filter(word => word.length > 1 && !stopWords.has(word));
  return [...new Set(words)].slice(0, termsMax);
}

function candidatesOf(source: AnswerSource, terms: string[]): Candidate[] {
  const ofTitle = matches(wordsOf(source.title), terms);
  return [...quotables(source)].map(quotable => {
    const words = wordsOf(quotable.text);
    const found = matches(words, terms);
    // A title says what its sentences are about, but alone it makes none of them an answer.
    if (found.size > 0) for (const term of ofTitle) found.add(term);
    const heading = words.length <= 6 && !/[.!…:;]$/.test(quotable.text);
    return {
      quotable,
      terms: found,
      announces: heading || /[?？]$/.test(quotable.text),
      wordCount: words.length,
      score: 0,
    };
  });
}

function matches(words: string[], terms: string[]): Set<number> {
  const found = new Set<number>();
  for (const [position, term] of terms.entries()) {
    if (words.some(word => sameStem(word, term))) found.add(position);
  }
  return found;
}

/** A term in one of many sentences tells more than one in all of them. */
function rarity(termCount: number, candidates: Candidate[]): number[] {
  const counts = new Array<number>(termCount).fill(0);
  for (const { terms } of candidates) for (const term of terms) counts[term] = (counts[term] ?? 0) + 1;
  return counts.map(count => Math.log(1 + (candidates.length + 1) / (count + 1)));
}

function score(candidates: Candidate[], weights: number[]): void {
  let before: Candidate | undefined;
  let announced = 0;
  for (const candidate of candidates) {
    const own = [...candidate.terms].reduce((sum, term) => sum + (weights[term] ?? 0), 0);
    const inherits = before?.announces && before.quotable.source === candidate.quotable.source;
    const bonus = inherits && !candidate.announces ? 0.8 * announced : 0;
    const trust = 0.75 + 0.25 * Math.min(Math.max(candidate.quotable.source.score, 0), 1);
    candidate.score =
      (candidate.announces ? own * 0.4 : own + bonus) * trust * lengthFactor(candidate.wordCount);
    announced = own;
    before = candidate;
  }
}

/** Among equals the shorter sentence is more to the point, but scraps are not. */
function lengthFactor(wordCount: number): number {
  if (wordCount < 3) return 0.8;
  return wordCount > 60 ? 0.85 : 1;
}

/** Joins neighbours, drops what is equal in words, keeps the first `limit`. */
function select(ranked: Quotable[], limit: number): Quotable[] {
  const chosen: Quotable[] = [];
  for (const quotable of ranked.map(long => shortened(long))) {
    const neighbour = chosen.findIndex(
      other => (joined(other, quotable) ?? joined(quotable, other)) !== null,
    );
    const other = chosen[neighbour];
    if (other !== undefined) chosen[neighbour] = joined(other, quotable) ?? joined(quotable, other) ?? other;
    else if (chosen.length < limit && !chosen.some(({ text }) => text === quotable.text))
      chosen.push(quotable);
  }
  return chosen;
}
