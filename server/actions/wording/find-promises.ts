import { findWhen } from '../../texts/index.ts';
import { promiseWords } from './promise-words.ts';
import { type Sentence, sentencesOf } from './sentences.ts';

export interface PromiseMade extends Sentence {
  language: string;
  /** In so many words; otherwise something is said of a time to come, and what it says has to be carried by a source. */
  certain: boolean;
  /** Null where it names no time that anybody could keep it by. */
  dueAt: Date | null;
}

/** "I cannot send it": the verb stands, but denied. */
const refusals: Record<string, RegExp> = {
  en: /(?:n't|\bnot|\bnever|\bunable to|\bcannot)(?: \p{L}+){0,2}$/iu,
  es: /(?<![\p{L}])(?:no|nunca|tampoco|ni)(?: \p{L}+){1,5}$/iu,
  pt: /(?<![\p{L}])(?:n[ãa]o|nunca|nem)(?: \p{L}+){1,4}$/iu,
  ru: /(?<![\p{L}])(?:не|ни)(?: \p{L}+){1,2}$/iu,
};
const whole = (patterns: string[]) =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}])`, 'iu');
const languages = Object.entries(promiseWords).map(([language, { always, withTime }]) => ({
  language,
  always: whole(always),
  withTime: whole(withTime),
  refused: refusals[language],
}));
/** Of all languages: related ones share their endings. */
const never = whole(Object.values(promiseWords).flatMap(words => words.never));
const excused = whole(Object.values(promiseWords).flatMap(words => words.excused));
/** "The offer, tomorrow": without a verb nobody says who does what. */
const wordsMin = 3;

/**
 * What a message to a client promises for later, by rules alone and in any of the languages we speak. A question
 * promises nothing, nor does a refusal. In doubt it is a promise: a task too many is dropped with one click.
 */
export function findPromises(text: string, context: { now: Date; timeZone: string }): PromiseMade[] {
  return sentencesOf(text).flatMap(sentence => {
    if (isQuestion(sentence.text)) return [];
    const written = sentence.text.replaceAll('’', "'");
    const said = written.replace(never, ' ');
    const found = languages.flatMap(words => promiseIn(said, words, context) ?? []);
    const best =
      found.find(({ dueAt }) => dueAt !== null) ??
      found[0] ??
      (said === written ? byTime(said, context) : null);
    return best ? [{ ...sentence, ...best }] : [];
  });
}

/** What is said of a time to come, and is nothing of what excuses it. */
function byTime(
  said: string,
  { now, timeZone }: { now: Date; timeZone: string },
): Pick<PromiseMade, 'language' | 'dueAt' | 'certain'> | null {
  if (excused.test(said) || said.split(/\s+/).length < wordsMin) return null;
  for (const { language } of languages) {
    const found = findWhen(said, { locale: language, now, timeZone });
    if (found && found.dueAt.getTime() > now.getTime() && /\p{L}{2}/u.test(found.rest))
      return { language, dueAt: found.dueAt, certain: false };
  }
  return null;
}

function promiseIn(
  said: string,
  { language, always, withTime, refused }: (typeof languages)[number],
  { now, timeZone }: { now: Date; timeZone: string },
): Pick<PromiseMade, 'language' | 'dueAt' | 'certain'> | null {
  const certain = always.exec(said);
  const says = certain ?? withTime.exec(said);
  if (says === null || refused?.test(said.slice(0, says.index + says[0].length))) return null;
  const dueAt = findWhen(said, { locale: language, now, timeZone })?.dueAt ?? null;
  if (dueAt === null) return certain ? { language, dueAt, certain: true } : null;
  // A time that has passed tells of what was.
  return dueAt.getTime() > now.getTime() ? { language, dueAt, certain: true } : null;
}

function isQuestion(sentence: string): boolean {
  return /\?["»”')]*$/.test(sentence) || /^["«“(]*¿/.test(sentence);
}
