import { z } from 'zod';
import type { Catalogue } from './catalogue.ts';

const Named = z.object({ id: z.int(), name: z.string() });

export const Way = z.enum(['talk', 'field-bot', 'salesbot', 'channel', 'draft']);
export type Way = z.infer<typeof Way>;
export const WayView = z.object({
  way: Way,
  available: z.boolean(),
  reason: z.string().nullable(),
  /** `own-bot-run-only`: it answers inside of a run of its own bot, and only while that waits. */
  note: z.enum(['own-bot-run-only']).nullable(),
});
export type WayView = z.infer<typeof WayView>;

export const ChoicesView = z.object({
  stages: z.array(
    z.object({
      pipelineId: z.int(),
      statusId: z.int(),
      pipeline: z.string(),
      status: z.string(),
      color: z.string().nullable(),
    }),
  ),
  users: z.array(Named),
  taskTypes: z.array(Named),
  tags: z.array(Named),
  fields: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      type: z.string(),
      enums: z.array(z.object({ id: z.int(), value: z.string() })).nullable(),
    }),
  ),
  lossReasons: z.array(Named),
  ways: z.array(WayView),
});

export type Choices = z.infer<typeof ChoicesView>;

/** What a person may choose from when they make or edit a proposal. */
export function choicesOf(catalogue: Catalogue, ways: WayView[]): Choices {
  return {
    stages: catalogue.stages,
    users: catalogue.users.filter(user => user.isActive).map(({ id, name }) => ({ id, name })),
    taskTypes: catalogue.taskTypes,
    tags: catalogue.tags,
    fields: catalogue.fields,
    lossReasons: catalogue.lossReasons,
    ways,
  };
}
