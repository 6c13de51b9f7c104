import { fill, textsFor } from '../../texts/index.ts';
import type { Wish } from '../look.ts';
import { findPromises, type PromiseMade } from './find-promises.ts';
import type { Wording } from './rules.ts';
import { withoutSentences } from './sentences.ts';
import { unsupportedIn } from './unsupported.ts';

export interface WordingContext {
  /** What becomes of a promise that a task could keep. */
  promises: 'task' | 'rewrite';
  locale: string;
  now: Date;
  timeZone: string;
}

export interface CheckedWish {
  wish: Wish;
  /** Null for what is no message to a client. */
  wording: Omit<Wording, 'tasks'> | null;
  /** The place among the checked of the message whose promise this task keeps. */
  keeps: number | null;
}

const taskTextMax = 300;

/**
 * Rules for what an agent writes to clients, whatever model wrote it. A promise with a time becomes a task beside
 * the message; one without, or where the company wants none, is taken out. What nothing carries makes the message
 * a draft for a person.
 */
export function checkWishes(wishes: Wish[], context: WordingContext): CheckedWish[] {
  const checked: CheckedWish[] = [];
  const tasks: CheckedWish[] = [];
  for (const wish of wishes) {
    const text = textOf(wish);
    if (text === null) {
      checked.push({ wish, wording: null, keeps: null });
      continue;
    }
    const found = findPromises(text, context);
    const dropped = found.filter(({ dueAt }) => dueAt === null || context.promises === 'rewrite');
    const kept = found.filter(promise => !dropped.includes(promise));
    const rest = withoutSentences(text, dropped);
    // Of a message that is nothing but the promise nothing would be left to send.
    const sendable = /\p{L}/u.test(rest);
    const said = sendable ? rest : text;
    const unsupported: Wording['unsupported'] = [
      ...(sendable ? [] : dropped.map(promise => ({ kind: 'promise' as const, text: promise.text }))),
      ...unsupportedIn(subjectOf(wish) + said, {
        support: wish.support ?? [],
        promises: sendable ? findPromises(subjectOf(wish) + said, context) : [],
        context,
      }),
    ];
    const at = checked.length;
    checked.push({
      wish: { ...wish, arguments: { ...(wish.arguments as object), text: said } },
      wording: { unsupported, leftOut: sendable ? dropped.map(promise => promise.text) : [] },
      keeps: null,
    });
    for (const promise of kept)
      if (!isKept(promise, wishes, context.timeZone))
        tasks.push({ wish: toTask(promise, context), wording: null, keeps: at });
  }
  return [...checked, ...tasks];
}

/** The same; the company's rule is read only where there is a message. */
export async function checkWording(
  readRule: () => Promise<WordingContext['promises']>,
  wishes: Wish[],
  context: Omit<WordingContext, 'promises'>,
): Promise<CheckedWish[]> {
  const promises = wishes.some(wish => textOf(wish) !== null) ? await readRule() : 'task';
  return checkWishes(wishes, { ...context, promises });
}

/** The words of a message to a client; null for anything else. */
function textOf({ action, arguments: given }: Wish): string | null {
  if (action !== 'message' && action !== 'email') return null;
  const text = (given as { text?: unknown } | null)?.text;
  return typeof text === 'string' ? text : null;
}

function subjectOf({ arguments: given }: Wish): string {
  const subject = (given as { subject?: unknown }).subject;
  return typeof subject === 'string' && subject !== '' ? `${subject}.\n` : '';
}

/** Asked for at once with a task of the same day: that is the one that keeps it. */
function isKept({ dueAt }: PromiseMade, wishes: Wish[], timeZone: string): boolean {
  const day = (at: Date) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);
  return wishes.some(({ action, arguments: given }) => {
    const due = new Date(String((given as { dueAt?: unknown } | null)?.dueAt));
    return (
      action === 'task-create' && dueAt !== null && !Number.isNaN(due.getTime()) && day(due) === day(dueAt)
    );
  });
}

function toTask({ text, dueAt }: PromiseMade, { locale }: WordingContext): Wish {
  const promised = fill(textsFor(locale).promised, { text: text.slice(0, taskTextMax).toWellFormed() });
  return { action: 'task-create', arguments: { text: promised, dueAt: dueAt?.toISOString() } };
}
