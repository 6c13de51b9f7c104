import { z } from 'zod';

/** Where a turn came in. */
export const Door = z.enum(['widget', 'rest', 'openai', 'mcp', 'salesbot']);
export type Door = z.infer<typeof Door>;

/** `auto`: done at once. `ask`: a person approves it first. `never`: not even proposed. From loose to strict. */
export const Mode = z.enum(['auto', 'ask', 'never']);
export type Mode = z.infer<typeof Mode>;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00');

/** What may pass without a person. Beyond it the mode is `beyond`; within it the mode stays what it is. */
export const Limits = z.strictObject({
  /** A change of the budget by at most so many per cent of what it was. */
  priceChangePercentMax: z.number().min(0).max(1_000).optional(),
  /** Only these stages. */
  stages: z
    .array(z.strictObject({ pipelineId: z.int().positive(), statusId: z.int().positive() }))
    .min(1)
    .max(200)
    .optional(),
  /** A time that is due at most so many days from now. */
  daysAheadMax: z.int().min(0).max(3_650).optional(),
  /** In the account's time zone; days are 1 (Monday) to 7. Until midnight and past it when `to` is before `from`. */
  hours: z
    .strictObject({
      days: z.array(z.int().min(1).max(7)).min(1).max(7),
      from: TimeOfDay,
      to: TimeOfDay,
    })
    .optional(),
  beyond: z.enum(['ask', 'never']).default('ask'),
});
export type Limits = z.infer<typeof Limits>;

export const ToolPolicy = z.strictObject({
  mode: Mode.default('ask'),
  /** Where one door is stricter, or looser, than the others. */
  doors: z.partialRecord(Door, Mode).optional(),
  limits: Limits.optional(),
});
export type ToolPolicy = z.infer<typeof ToolPolicy>;

/** By the name of what is done: `note`, `stage`, `search-knowledge`, ... What is not named waits for a person. */
export const AgentPolicy = z.record(
  z.string().regex(/^[a-z][a-z0-9_.:-]{0,99}$/, 'must be the name of a tool'),
  ToolPolicy,
);
export type AgentPolicy = z.infer<typeof AgentPolicy>;
