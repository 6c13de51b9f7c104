import { z } from 'zod';
import { Wording } from './wording/rules.ts';

export const ActionName = z.enum([
  'note',
  'task-create',
  'task-complete',
  'task-reschedule',
  'stage',
  'price',
  'field',
  'tags',
  'responsible',
  'link-contact',
  'message',
  'email',
  'call-tool',
]);
export type ActionName = z.infer<typeof ActionName>;

const Shown = z.union([z.string(), z.number()]).nullable();

/** One difference that a person is shown. Times are ISO, a stage is "Pipeline · Stage", users are named. */
export const ChangeView = z.object({
  /** `stage`, `price`, `dueAt`, `text`, `field:123`. */
  field: z.string(),
  /** The name of a custom field. */
  label: z.string().nullable(),
  kind: z.enum(['text', 'money', 'number', 'time', 'user', 'stage', 'tags', 'boolean', 'choice']),
  before: Shown,
  after: Shown,
});
export type ChangeView = z.infer<typeof ChangeView>;

export const Target = z.object({
  kind: z.enum(['lead', 'task', 'contact', 'client', 'address']),
  id: z.string().nullable(),
  name: z.string().nullable(),
});
export type Target = z.infer<typeof Target>;

export const EffectResult = z.object({
  record: z.enum(['note', 'task', 'lead', 'message', 'email', 'contact', 'tool']),
  recordId: z.string().nullable(),
  url: z.string().nullable(),
  /** The record held it before: nothing was written, so nothing is ours to take back. */
  already: z.literal(true).optional(),
  /** What a tool answered, cut to a bound: words of somebody outside. */
  answer: z.string().optional(),
});
export type EffectResult = z.infer<typeof EffectResult>;

/** `failed` is tried again by itself at `nextAttemptAt`; `dead` and `unknown` wait for a person. */
export const EffectState = z.enum(['queued', 'performing', 'done', 'failed', 'dead', 'unknown']);
export type EffectState = z.infer<typeof EffectState>;

export const EffectView = z.object({
  id: z.uuid(),
  state: EffectState,
  attempts: z.int(),
  nextAttemptAt: z.iso.datetime().nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  result: EffectResult.nullable(),
});
export type EffectView = z.infer<typeof EffectView>;

export const UndoWay = z.enum(['write-back', 'compensate', 'none']);
export type UndoWay = z.infer<typeof UndoWay>;
export const UndoState = z.enum(['queued', 'performing', 'done', 'failed', 'conflict', 'unknown']);

export const ProposalState = z.enum(['draft', 'open', 'approved', 'refused', 'expired']);
export type ProposalState = z.infer<typeof ProposalState>;

export const ProposalView = z.object({
  id: z.uuid(),
  groupId: z.uuid(),
  leadId: z.int(),
  runId: z.uuid().nullable(),
  messageId: z.uuid().nullable(),
  action: ActionName,
  arguments: z.record(z.string(), z.unknown()),
  digest: z.string(),
  state: ProposalState,
  changes: z.array(ChangeView),
  conflict: z.object({ at: z.iso.datetime(), differences: z.array(ChangeView) }).nullable(),
  /** What the rules say of a message that an agent composed; null for all else, and once a person rewrote it. */
  wording: Wording.nullable(),
  effect: EffectView.nullable(),
  undo: z.object({
    way: UndoWay,
    possible: z.boolean(),
    why: z.string().nullable(),
    state: UndoState.nullable(),
  }),
  target: Target,
  proposedBy: z.object({ kind: z.enum(['rep', 'agent', 'admin']), name: z.string() }),
  approvedBy: z.object({ id: z.int(), name: z.string() }).nullable(),
  refusedReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  decidedAt: z.iso.datetime().nullable(),
});
export type ProposalView = z.infer<typeof ProposalView>;
