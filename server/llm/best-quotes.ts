import { type Candidate, candidatesOf } from './candidates.ts';
import { type ExpectedAnswer, expectedAnswer, holdsAnswer } from './expected-answer.ts';
import type { AnswerSource } from './llm.ts';
import { frameWords, stopWords } from './offline-words.ts';
import { type Excerpt, joined, type Quotable, shortened } from './quotable.ts';
import { fold, wordsOf } from './terms.ts';

/** A question of 200 kB has no more to say than its first words. */
const termsMax = 60;

/** The least part of the question, weighed by rarity, that a quote must hold. */
const coverageMin = 0.34;

/** What a word counts that only frames a question, such as "take" in "how many days does it take". */
const frameShare = 0.3;

/** Quotes below this part of the best one's score are left out. */
const shareMin = 0.6;

/** What a term of the question counts that is not in the sentence itself but around it. */
const around = { sameQuestion: 1.1, headingNear: 0.8, heading: 0.5, before: 0.4, title: 0.4 };

interface Asked {
  expected: ExpectedAnswer | null;
  /** The least part of the question that a quote must hold. */
  coverage: number;
  /** Of each term: one in few of the sentences tells more than one in all of them. */
  weights: number[];
  /** Whether any sentence holds the term. */
  known: boolean[];
}

interface Scored {
  candidate: Candidate;
  score: number;
}

/**
 * The excerpts that fit the question best, best first, at most `limit`.
 *
 * A sentence counts the terms it shares with the question, a rare one for more, and part of those in its
 * heading and in the sentence before it. Where the question asks for a time, a price or a number, one that
 * holds such comes first. Neighbours are joined. Ties keep the order of the sources.
 */
export function bestQuotes(
  question: string,
  sources: AnswerSource[],
  limit: number,
  coverage = coverageMin,
): Excerpt[] {
  const terms = questionTerms(question);
  if (terms.length === 0) return [];
  const expected = expectedAnswer(fold(question.slice(0, 2_000)));
  const candidates = sources.flatMap(source => candidatesOf(source, terms));
  const counts = countsOf(terms.length, candidates);
  const asked: Asked = {
    expected,
    coverage,
    weights: counts.map((count, term) => {
      const rarity = Math.log(1 + (candidates.length + 1) / (count + 1));
      return frameWords.has(terms[term] ?? '') ? rarity * frameShare : rarity;
    }),
    known: counts.map(count => count > 0),
  };
  const scored = candidates
    .map(candidate => ({ candidate, score: scoreOf(candidate, asked) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = scored[0]?.score ?? 0;
  return select(
    scored.filter(({ score }) => score >= best * shareMin),
    limit,
  );
}

function questionTerms(question: string): string[] {
  const words = wordsOf(question.slice(0, 20_000)).filter(
    word => (word.length > 1 || /\d/.test(word)) && !stopWords.has(word),
  );
  return [...new Set(words)].slice(0, termsMax);
}

function countsOf(termCount: number, candidates: Candidate[]): number[] {
  const counts = new Array<number>(termCount).fill(0);
  for (const { own } of candidates) for (const term of own) counts[term] = (counts[term] ?? 0) + 1;
  return counts;
}

/** 0 for what holds too little of the question to be quoted. */
function scoreOf(candidate: Candidate, asked: Asked): number {
  const { own, before, heading, ofTitle, source } = candidate;
  const { weights, expected } = asked;
  const ofHeading = headingShare(candidate, asked);
  if (own.size === 0 && !heading?.terms.size && !before?.terms.size) return 0;
  const covered = sum(
    weights.map((weight, term) => {
      const shares = [
        own.has(term) ? 1 : 0,
        heading?.terms.has(term) ? ofHeading : 0,
        before?.terms.has(term) ? around.before : 0,
        ofTitle.has(term) ? around.title : 0,
      ];
      return weight * Math.max(...shares);
    }),
  );
  if (covered < asked.coverage * sum(weights)) return 0;
  const trust = 0.7 + 0.3 * Math.min(Math.max(source.score, 0), 1);
  const form = candidate.announces ? 0.4 : candidate.lines.length > 2 ? 1.1 : 1;
  const fit = trust * form * topicFactor(candidate, asked) * answerFactor(candidate, expected);
  return covered * fit * lengthFactor(candidate.wordCount);
}

/** What stands under a heading that asks the very question is its answer. */
function headingShare({ heading }: Candidate, { weights, known, expected }: Asked): number {
  if (heading === null) return 0;
  const covered = sum([...heading.terms].map(term => weights[term] ?? 0));
  const whole = sum(weights.filter((_, term) => known[term]));
  const asksTheSame =
    expected === null || /[?？]$/.test(heading.text) || expectedAnswer(fold(heading.text)) === expected;
  if (heading.near && asksTheSame && covered >= 0.6 * whole) return around.sameQuestion;
  return heading.near ? around.headingNear : around.heading;
}

/** What lacks the most telling word of the question is beside the point, unless it holds the fact asked for. */
function topicFactor({ own, heading, before }: Candidate, { weights, known, expected }: Asked): number {
  if (expected !== null) return 1;
  const rarest = Math.max(0, ...weights.filter((_, term) => known[term]));
  const holds = weights.some(
    (weight, term) =>
      weight === rarest && (own.has(term) || heading?.terms.has(term) || before?.terms.has(term)),
  );
  return holds ? 1 : 0.55;
}

/**
 * Does it hold what was asked for? Our terms are in the documents: what a rep wrote tells less about them, and
 * a client's own words, such as what a rival offers, next to nothing.
 */
function answerFactor({ source, lines }: Candidate, expected: ExpectedAnswer | null): number {
  const theirs = source.direction === 'in';
  if (expected === null) return theirs ? 0.6 : 1;
  const holds = holdsAnswer(expected, fold(lines.map(({ text }) => text).join(' ')));
  const trusted = source.kind === 'document' ? 1 : theirs ? 0.25 : 0.8;
  return trusted * (holds ? 1.35 : 0.6);
}

/** Among equals the shorter sentence is more to the point, but scraps are not. */
function lengthFactor(wordCount: number): number {
  if (wordCount < 3) return 0.8;
  return wordCount > 60 ? 0.85 : 1;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Joins neighbours, drops what is equal in words or quoted already, keeps the first `limit`. */
function select(ranked: Scored[], limit: number): Excerpt[] {
  const chosen: Excerpt[] = [];
  for (const { candidate } of ranked) {
    const lines = withSubject(candidate).map(long => shortened(long));
    const [line] = lines;
    if (line === undefined || chosen.some(other => covers(other, lines))) continue;
    const neighbour = lines.length === 1 ? chosen.find(other => joinedWith(other, line) !== null) : undefined;
    if (neighbour) neighbour.lines = [joinedWith(neighbour, line) ?? line];
    else if (chosen.length < limit) chosen.push({ source: candidate.source, lines });
  }
  return chosen;
}

/** A sentence that is about what the one before it names, such as "It costs 95 euros", comes with that one. */
function withSubject({ lines, own, before }: Candidate): Quotable[] {
  const [line] = lines;
  if (line === undefined || lines.length > 1 || before === null) return lines;
  const missing = [...before.terms].some(term => !own.has(term));
  const both = missing ? joined(before.quotable, line) : null;
  return both ? [both] : lines;
}

function joinedWith({ lines: [other, ...more] }: Excerpt, line: Quotable): Quotable | null {
  if (other === undefined || more.length > 0) return null;
  return joined(other, line) ?? joined(line, other);
}

function covers(other: Excerpt, lines: Quotable[]): boolean {
  const last = lines.at(-1)?.text ?? '';
  return other.lines.some(({ text }) => text.includes(last));
}
