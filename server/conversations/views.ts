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
    })
    .nullable(),
  citations: z.array(CitationView),
  feedback: FeedbackView.nullable(),
  offline: z.boolean(),
});
export type MessageView = z.output<typeof MessageView>;
