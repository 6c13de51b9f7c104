import type { ApiFault } from '../../api/api-fault.ts';
import type { Citation, Message, Session, StepKind, Suggestion, ToolUse } from '../../api/types.ts';
import type { Desk } from './desk.ts';

export const QUESTION_LENGTH_MAX = 4_000;

/** An answer on its way. It becomes a `Message` when it ends, however it ends. */
export type LiveAnswer = {
  key: string;
  /** Shown until the API has given the question its place in the thread; `null` once it has. */
  question: string | null;
  answerId: string | null;
  runId: string | null;
  /** Started here: leaving the card cancels it. */
  mine: boolean;
  step: StepKind | 'starting' | 'reconnecting' | 'stopping';
  text: string;
  citations: Citation[];
  tools: LiveTool[];
};

export type LiveTool = ToolUse & { id: string };

/** A question that never reached the API. */
export type Unsent = { key: string; text: string; fault: ApiFault };

export type PanelState = {
  phase: 'unsaved' | 'loading' | 'ready' | 'failed';
  /** Why the panel could not be loaded. */
  fault: ApiFault | null;
  session: Session | null;
  messages: Message[];
  hasMore: boolean;
  loadingEarlier: boolean;
  suggestions: Suggestion[];
  live: LiveAnswer | null;
  unsent: Unsent[];
  draft: string;
  online: boolean;
  /** Why the last try at an old question could not begin. */
  notice: ApiFault | null;
  /** Finished sentences, for those who listen. */
  spoken: string[];
  /** The desk where proposals are decided; `null` while there is nothing for it. */
  desk: Desk | 'loading' | 'failed' | null;
};

export const emptyState: PanelState = {
  phase: 'loading',
  fault: null,
  session: null,
  messages: [],
  hasMore: false,
  loadingEarlier: false,
  suggestions: [],
  live: null,
  unsent: [],
  draft: '',
  online: true,
  notice: null,
  spoken: [],
  desk: null,
};

/** `item` in the place of the one with its id, or at the end. */
export function upsert<Item extends { id: string }>(items: Item[], item: Item): Item[] {
  const at = items.findIndex(({ id }) => id === item.id);
  return at < 0 ? [...items, item] : items.map((old, index) => (index === at ? item : old));
}

/** What an answer that was cut leaves behind, until the thread is read again. */
export function cutAnswer(
  live: LiveAnswer,
  status: 'cancelled' | 'interrupted' | 'failed',
  code: string,
): Message {
  return {
    id: live.answerId ?? live.key,
    role: 'assistant',
    author: { kind: 'agent', id: null, name: '' },
    text: live.text,
    createdAt: new Date().toISOString(),
    run:
      live.runId === null ? null : { id: live.runId, status, error: { code, detail: '', retryable: true } },
    citations: live.citations,
    feedback: null,
    offline: false,
  };
}

/** Leaves out unfinished answers that a later try at the same question has replaced, or is replacing. */
export function shownMessages({ messages, live }: Pick<PanelState, 'messages' | 'live'>): Message[] {
  return messages.filter((message, at) => {
    if (message.role !== 'assistant' || message.run === null || message.run.status === 'done') return true;
    const next = messages[at + 1];
    return next ? next.role !== 'assistant' : live === null || live.question !== null;
  });
}

/** Where the answer's words are plain enough to be read aloud. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[\d+\]/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^[\s>#|*-]+|[*_`~|]+/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The sentences of `text` that have ended since `from`, and where the next one begins. */
export function finishedSentences(
  text: string,
  from: number,
  last = false,
): { sentences: string; next: number } {
  const rest = text.slice(from);
  let end = last ? rest.length : 0;
  if (!last)
    for (const { index, 0: stop } of rest.matchAll(/[.!?\u2026](?=\s)|\n/g)) end = index + stop.length;
  return { sentences: plain(rest.slice(0, end)), next: from + end };
}
