import { z } from 'zod';

export const CitationView = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('document'),
    id: z.uuid(),
    n: z.int(),
    documentId: z.uuid(),
    title: z.string(),
    start: z.int(),
    end: z.int(),
    quote: z.string(),
    deleted: z.boolean(),
  }),
  z.object({
    kind: z.literal('lead'),
    id: z.uuid(),
    n: z.int(),
    record: z.enum(['lead', 'contact', 'note', 'task', 'message']),
    recordId: z.string(),
    label: z.string(),
    quote: z.string(),
    at: z.iso.datetime().nullable(),
  }),
]);
export type CitationView = z.output<typeof CitationView>;

export const FeedbackView = z.object({
  rating: z.enum(['up', 'down']),
  reason: z.enum(['wrong', 'incomplete', 'outdated', 'tone', 'other']).nullable(),
  comment: z.string().nullable(),
});
export type FeedbackView = z.output<typeof FeedbackView>;

export const RunState = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunState = z.output<typeof RunState>;

/** A tool that a run called. */
export const ToolUse = z.object({ name: z.string(), state: z.enum(['running', 'done', 'refused']) });
export type ToolUse = z.output<typeof ToolUse>;

export const MessageView = z.object({
  id: z.uuid(),
  role: z.enum(['rep', 'assistant']),
  author: z.object({ kind: z.enum(['user', 'agent']), id: z.int().nullable(), name: z.string() }),
  text: z.string(),
  createdAt: z.iso.datetime(),
  run: z
    .object({
      id: z.uuid(),
      status: RunState,
      error: z.object({ code: z.string(), detail: z.string(), retryable: z.boolean() }).nullable(),
      /** What it called on the way, in order. */
      tools: z.array(ToolUse),
    })
    .nullable(),
  citations: z.array(CitationView),
  feedback: FeedbackView.nullable(),
  offline: z.boolean(),
});
export type MessageView = z.output<typeof MessageView>;

/** A question as the thread shows it. */
export function questionView(question: {
  id: string;
  userId: number;
  userName: string;
  text: string;
  createdAt: Date;
}): MessageView {
  return {
    id: question.id,
    role: 'rep',
    author: { kind: 'user', id: question.userId, name: question.userName },
    text: question.text,
    createdAt: question.createdAt.toISOString(),
    run: null,
    citations: [],
    feedback: null,
    offline: false,
  };
}

/** An answer as the thread shows it, before anybody gave it a thumb. */
export function answerView(answer: {
  id: string;
  agentName: string;
  text: string;
  createdAt: Date;
  run: MessageView['run'];
  citations: CitationView[];
  offline: boolean;
}): MessageView {
  return {
    id: answer.id,
    role: 'assistant',
    author: { kind: 'agent', id: null, name: answer.agentName },
    text: answer.text,
    createdAt: answer.createdAt.toISOString(),
    run: answer.run,
    citations: answer.citations,
    feedback: null,
    offline: answer.offline,
  };
}
