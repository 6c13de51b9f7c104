import { z } from 'zod';

const Call = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
const Counted = {
  name: z.string(),
  failureCode: z.string().nullable(),
  startedAt: z.iso.datetime(),
  durationMs: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: z.int(),
};

const Source = z.object({
  n: z.int(),
  kind: z.enum(['document', 'lead']),
  title: z.string(),
  text: z.string(),
  score: z.number(),
  record: z.enum(['lead', 'contact', 'note', 'task', 'message']).optional(),
  direction: z.enum(['in', 'out']).optional(),
  state: z.enum(['open', 'overdue', 'done']).optional(),
  /** Of a document: the stretch of the stored version it is. */
  passage: z
    .object({
      documentId: z.uuid(),
      versionId: z.uuid(),
      start: z.int(),
      end: z.int(),
    })
    .nullable(),
});

/** One call of a model or a tool, with its words as the model saw them: masked. */
export const TraceStep = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    ...Counted,
    /** Numbers of the sources it was shown. */
    sources: z.array(z.int()),
    text: z.string(),
    calls: z.array(Call),
  }),
  z.object({
    kind: z.literal('tool'),
    ...Counted,
    callId: z.string(),
    arguments: z.string(),
    content: z.string(),
  }),
]);
export type TraceStep = z.output<typeof TraceStep>;

/**
 * Everything a turn was made of, enough to make it again: what the model was given first, what might be called,
 * and each call with its answer. Money is in millionths of a US dollar, offsets are UTF-16 units.
 */
export const Trace = z.object({
  format: z.literal(1),
  runId: z.uuid(),
  leadId: z.int(),
  userId: z.int(),
  startedAt: z.iso.datetime(),
  /** SHA-256 of the instructions: runs of equal digests had the same ones. */
  promptDigest: z.string(),
  request: z.object({
    instructions: z.string(),
    locale: z.string(),
    /** What was said before `history`; absent where all was sent. */
    summary: z.string().optional(),
    history: z.array(z.object({ role: z.enum(['rep', 'assistant']), text: z.string() })),
    question: z.string(),
    sources: z.array(Source),
    maxOutputTokens: z.int(),
  }),
  tools: z.array(
    z.object({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  ),
  steps: z.array(TraceStep),
  end: z.object({ state: z.string(), errorCode: z.string().nullable() }),
});
export type Trace = z.output<typeof Trace>;
