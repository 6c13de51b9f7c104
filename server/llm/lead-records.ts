import { type LeadIntent, promises } from './lead-intents.ts';
import type { AnswerSource } from './llm.ts';
import { type Excerpt, type Quotable, quotables, shortened } from './quotable.ts';
import { fold } from './terms.ts';

const charsPerRecord = 350;

/** The records that answer a question about the lead itself, the most telling first. */
export function leadQuotes(intent: LeadIntent, sources: AnswerSource[]): Excerpt[] {
  return chosen(intent, recordsOf(sources))
    .map(source => ({ source, lines: excerpt(source, intent) }))
    .filter(({ lines }) => lines.length > 0);
}

/** The lead's records by what they are, each list newest first, as they are given. */
interface Records {
  lead: AnswerSource[];
  contacts: AnswerSource[];
  overdue: AnswerSource[];
  /** The next one first. */
  open: AnswerSource[];
  messages: AnswerSource[];
  incoming: AnswerSource[];
  outgoing: AnswerSource[];
  notes: AnswerSource[];
}

function recordsOf(sources: AnswerSource[]): Records {
  const those = (fits: (source: AnswerSource) => boolean) =>
    sources.filter(source => source.kind === 'lead' && fits(source));
  const messages = those(({ record }) => record === 'message');
  return {
    lead: those(({ record }) => record === 'lead'),
    contacts: those(({ record }) => record === 'contact'),
    overdue: those(({ state }) => state === 'overdue'),
    open: those(({ state }) => state === 'open').reverse(),
    messages,
    incoming: messages.filter(({ direction }) => direction === 'in'),
    outgoing: messages.filter(({ direction }) => direction === 'out'),
    notes: those(({ record }) => record === 'note'),
  };
}

function chosen(intent: LeadIntent, records: Records): AnswerSource[] {
  const { lead, contacts, overdue, open, messages, incoming, outgoing, notes } = records;
  switch (intent) {
    case 'client-asked':
      return clientAsked(records).slice(0, 4);
    case 'overdue':
      return (overdue.length > 0 ? overdue : open).slice(0, 4);
    case 'agreed': {
      const binding = [...outgoing, ...notes].filter(({ text }) => promises(fold(text)));
      return binding.length > 0 ? binding.slice(0, 5) : outgoing.slice(0, 3);
    }
    case 'next-step': {
      const unanswered = messages[0]?.direction === 'in' ? clientAsked(records) : [];
      return [...[...overdue, ...open].slice(0, 4), ...unanswered.slice(0, 1), ...notes.slice(0, 1)];
    }
    case 'summary': {
      const tasks = [...overdue, ...open].slice(0, 3);
      const said = [...incoming.slice(0, 1), ...outgoing.slice(0, 1)];
      return [...lead, ...contacts.slice(0, 1), ...tasks, ...said, ...notes.slice(0, 1)];
    }
    default:
      return intent satisfies never;
  }
}

/** What the client wrote since we last did, from the newest question on; where none is among it, the last one too. */
function clientAsked({ messages, incoming }: Records): AnswerSource[] {
  const [newest] = incoming;
  if (newest === undefined) return [];
  const since = messages.slice(messages.indexOf(newest));
  const answered = since.findIndex(({ direction }) => direction === 'out');
  const burst = answered < 0 ? since : since.slice(0, answered);
  const question = burst.findIndex(asks);
  if (question >= 0) return [...burst.slice(question), ...burst.slice(0, question)];
  return [...burst.slice(0, 3), ...incoming.filter(asks).slice(0, 1)];
}

function asks({ text }: AnswerSource): boolean {
  return /[?？]/.test(text);
}

/** A contact is its name; all else is whole, or, where that is too long, from the client's question on. */
function excerpt(source: AnswerSource, intent: LeadIntent): Quotable[] {
  const sentences = [...quotables(source)];
  if (source.record === 'contact') return sentences.slice(0, 1);
  const tooLong = source.text.length > charsPerRecord;
  const asked =
    intent === 'client-asked' && tooLong ? sentences.findIndex(({ text }) => /[?？]/.test(text)) : 0;
  const kept: Quotable[] = [];
  let left = charsPerRecord;
  for (const sentence of sentences.slice(Math.max(asked, 0))) {
    if (kept.length > 0 && sentence.text.length > left) break;
    kept.push(shortened(sentence, charsPerRecord));
    left -= sentence.text.length;
  }
  return linesOf(kept);
}

/** Sentences of one line as one again. */
function linesOf(sentences: Quotable[]): Quotable[] {
  const lines: Quotable[] = [];
  for (const sentence of sentences) {
    const before = lines.at(-1);
    const { source, end } = sentence;
    if (before && !/[\r\n\u2028\u2029]|\[\d+\]|!\[/.test(source.text.slice(before.end, sentence.start)))
      lines[lines.length - 1] = {
        source,
        start: before.start,
        end,
        text: source.text.slice(before.start, end),
      };
    else lines.push(sentence);
  }
  return lines;
}
