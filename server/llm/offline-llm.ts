import { setImmediate } from 'node:timers/promises';
import { bestQuotes } from './best-quotes.ts';
import { documentQuotes } from './document-quotes.ts';
import { askedTitle, leadIntent } from './lead-intents.ts';
import { leadQuotes } from './lead-records.ts';
import type { AnswerRequest, Llm, LlmEvent } from './llm.ts';
import { offlineWords } from './offline-words.ts';
import { estimateTokens } from './prices.ts';
import type { Excerpt } from './quotable.ts';
import { fold } from './terms.ts';

const quotesMax = 4;

/**
 * Stands in where no model is set, and does not pretend to be one: it quotes the sources that fit, word for
 * word and numbered, or says that it found nothing. The same request gives the same answer.
 */
export class OfflineLlm implements Llm {
  readonly kind = 'offline';
  readonly name = 'offline';

  async *answer(request: AnswerRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    signal.throwIfAborted();
    let tokensLeft = request.maxOutputTokens;
    let finish: 'stop' | 'length' = 'stop';
    for (const text of compose(request)) {
      tokensLeft -= estimateTokens(text);
      if (tokensLeft < 0) {
        finish = 'length';
        break;
      }
      yield { type: 'text', text };
      await setImmediate(); // lets an abort through between two lines
      signal.throwIfAborted();
    }
    yield {
      type: 'done',
      finish,
      calls: [],
      usage: { inputTokens: 0, outputTokens: 0, costMicros: 0, reported: true },
    };
  }

  estimateTokens(): number {
    return 0;
  }

  estimateCostMicros(): number {
    return 0;
  }
}

/** The answer in the pieces it is streamed in: whole lines, so that one that is cut short still reads well. */
function compose({ question, locale, sources }: AnswerRequest): string[] {
  const words = offlineWords(locale);
  const beginning = question.slice(0, 2_000);
  const title = askedTitle(beginning);
  if (title !== null) {
    const quotes = documentQuotes(title, sources, quotesMax);
    return quotes.length > 0 ? [words.quotes, ...quotes.map(quoted)] : [words.nothingIn(plain(title))];
  }
  const intent = leadIntent(fold(beginning));
  if (intent !== null && sources.some(({ kind }) => kind === 'lead')) {
    const records = leadQuotes(intent, sources);
    return records.length > 0 ? [words.lead, '\n', ...records.map(labelled)] : [words.nothing];
  }
  const quotes = bestQuotes(question, sources, quotesMax);
  return quotes.length > 0 ? [words.quotes, ...quotes.map(quoted)] : [words.nothing];
}

function quoted({ source, lines }: Excerpt): string {
  return `\n\n${lines.map(({ text }) => `> ${text}`).join('\n')} [${source.n}]`;
}

/** The lines of a record side by side: a list of fields would be longer than the panel is high. */
function labelled({ source, lines }: Excerpt): string {
  return `\n- **${plain(source.title)}:** ${lines.map(({ text }) => text).join(' · ')} [${source.n}]`;
}

/** A title is a label of ours around somebody's words: without brackets and marks it cannot be Markdown. */
function plain(title: string): string {
  return title
    .replace(/[[\]<>*_`!\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
