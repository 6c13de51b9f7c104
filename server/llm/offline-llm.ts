import { setImmediate } from 'node:timers/promises';
import { bestQuotes } from './best-quotes.ts';
import { leadQuotes } from './lead-records.ts';
import type { AnswerRequest, Llm, LlmEvent } from './llm.ts';
import { leadIntent, offlineWords } from './offline-words.ts';
import { estimateTokens } from './prices.ts';
import type { Quotable } from './quotable.ts';
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
    yield { type: 'done', finish, usage: { inputTokens: 0, outputTokens: 0, costMicros: 0, reported: true } };
  }

  estimateCostMicros(): number {
    return 0;
  }
}

/** The answer in the pieces it is streamed in: whole lines, so that one that is cut short still reads well. */
function compose({ question, locale, sources }: AnswerRequest): string[] {
  const words = offlineWords(locale);
  const intent = leadIntent(fold(question.slice(0, 2_000)));
  const records = intent === null ? [] : leadQuotes(intent, sources);
  if (records.length > 0) return [words.lead, '\n', ...records.map(record => `\n- ${labelled(record)}`)];
  const quotes = bestQuotes(question, sources, quotesMax);
  if (quotes.length === 0) return [words.nothing];
  return [words.quotes, ...quotes.map(quote => `\n\n> ${quote.text} [${quote.source.n}]`)];
}

function labelled({ source, text }: Quotable): string {
  return `**${plain(source.title)}:** ${text} [${source.n}]`;
}

/** A title is a label of ours around somebody's words: without brackets and marks it cannot be Markdown. */
function plain(title: string): string {
  return title
    .replace(/[[\]<>*_`!\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
