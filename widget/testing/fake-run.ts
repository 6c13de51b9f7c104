import type { ServerResponse } from 'node:http';
import type { ProposalView } from '../api/proposal-types.ts';
import type { Citation, Message, RunEvent, StepKind } from '../api/types.ts';

/** One move of a scripted answer. */
export type Move =
  | { step: StepKind }
  | { say: string }
  | { cite: Citation }
  | { propose: ProposalView }
  /** Waits until the test lets it go on. */
  | { hold: Promise<unknown> }
  /** Drops every connection; the run itself goes on. */
  | 'cut'
  /** Puts a line on the wire that is not JSON, and an event that nobody knows. */
  | 'noise'
  | { fail: string };

let made = 0;
const nextId = (kind: string) => `${kind}-${++made}`;

export const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 14, minute)).toISOString();

export function question(text: string, id = nextId('question')): Message {
  const author = { kind: 'user' as const, id: 9100001, name: 'Olga Brandt' };
  return {
    id,
    role: 'rep',
    author,
    text,
    createdAt: at(5),
    run: null,
    citations: [],
    feedback: null,
    offline: false,
  };
}

export function answer(text: string, more: Partial<Message> = {}): Message {
  const id = nextId('answer');
  return {
    id,
    role: 'assistant',
    author: { kind: 'agent', id: null, name: 'Cardwise' },
    text,
    createdAt: at(6),
    run: { id: `run-of-${id}`, status: 'done', error: null },
    citations: [],
    feedback: null,
    offline: false,
    ...more,
  };
}

/** A run of the fake API: its events are kept, so that a stream can be joined or taken up again. */
export class FakeRun {
  readonly id = nextId('run');
  readonly #events: string[] = [];
  readonly #readers = new Set<ServerResponse>();
  readonly question: Message;
  message: Message;
  ended = false;

  constructor(asked: Message) {
    this.question = asked;
    this.message = answer('', { run: { id: this.id, status: 'running', error: null } });
    const { id: answerId } = this.message;
    this.#push({
      name: 'run.started',
      data: { runId: this.id, conversationId: 'c-1', question: asked, answerId },
    });
  }

  async play(moves: Move[]): Promise<void> {
    for (const move of moves) {
      if (this.ended) return;
      if (move === 'cut') for (const reader of this.#readers) reader.destroy();
      else if (move === 'noise')
        this.#write('id: 99\nevent: text.delta\ndata: {"offset":\n\nevent: news\ndata: {}\n\n: ping\n\n');
      else if ('hold' in move) await move.hold;
      else if ('step' in move) this.#push({ name: 'step', data: { kind: move.step } });
      else if ('say' in move) this.#say(move.say);
      else if ('cite' in move) this.#cite(move.cite);
      else if ('propose' in move)
        this.#push({
          name: 'proposal',
          data: { ...move.propose, runId: this.id, messageId: this.message.id },
        });
      else this.fail(move.fail, 'failed');
    }
    if (this.ended) return;
    this.message = { ...this.message, run: { id: this.id, status: 'done', error: null } };
    this.#end({ name: 'done', data: { message: this.message } });
  }

  fail(code: string, status: 'failed' | 'cancelled') {
    if (this.ended) return;
    const error = { code, detail: 'For people to read.', retryable: true };
    this.message = { ...this.message, run: { id: this.id, status, error } };
    this.#end({ name: 'error', data: { ...error, requestId: 'req-7', message: this.message } });
  }

  stream(response: ServerResponse, after: number) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    for (const event of this.#events.slice(after)) response.write(event);
    if (this.ended) response.end();
    else {
      this.#readers.add(response);
      response.on('close', () => this.#readers.delete(response));
    }
  }

  #say(text: string) {
    const offset = this.message.text.length;
    this.message = { ...this.message, text: this.message.text + text };
    this.#push({ name: 'text.delta', data: { offset, text } });
  }

  #cite(citation: Citation) {
    this.message = { ...this.message, citations: [...this.message.citations, citation] };
    this.#push({ name: 'citation', data: citation });
  }

  #end(event: RunEvent) {
    this.ended = true;
    this.#push(event);
    for (const reader of this.#readers) reader.end();
  }

  #push({ name, data }: RunEvent) {
    const event = `id: ${this.#events.length + 1}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#events.push(event);
    this.#write(event);
  }

  #write(text: string) {
    for (const reader of this.#readers) reader.write(text);
  }
}
