import { z } from 'zod';
import { KommoUnavailable } from './errors.ts';

const CustomValue = z.object({
  field_name: z.string().catch(''),
  field_code: z.string().nullish(),
  field_type: z.string().nullish(),
  values: z.array(z.object({ value: z.unknown(), enum_code: z.string().nullish() })).catch([]),
});
const CustomValues = z.array(CustomValue).nullish().catch(null);
export const Lead = z.object({
  id: z.int(),
  name: z.string().nullish(),
  price: z.number().nullish(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  status_id: z.int().nullish(),
  pipeline_id: z.int().nullish(),
  created_at: z.int().nullish(),
  updated_at: z.int().nullish(),
  custom_fields_values: CustomValues,
  _embedded: z
    .object({
      tags: z.array(z.object({ name: z.string() })).nullish(),
      contacts: z.array(z.object({ id: z.int(), is_main: z.boolean().nullish() })).nullish(),
    })
    .nullish(),
});
export const Contact = z.object({
  id: z.int(),
  name: z.string().nullish(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  custom_fields_values: CustomValues,
});
export const Note = z.object({
  id: z.int(),
  note_type: z.string(),
  created_at: z.int(),
  params: z.unknown(),
});
export const Task = z.object({
  id: z.int(),
  text: z.string().nullish(),
  complete_till: z.int(),
  is_completed: z.boolean(),
  updated_at: z.int().nullish(),
  result: z.unknown(),
});
export const Talk = z.object({
  talk_id: z.int(),
  updated_at: z.int().nullish(),
  origin: z.string().nullish(),
  entity_id: z.int().nullish(),
  entity_type: z.string().nullish(),
});
export const Message = z.object({
  id: z.union([z.string(), z.number()]),
  type: z.string(),
  text: z.string().nullish(),
  created_at: z.int(),
  author: z.object({ name: z.string().nullish() }).nullish(),
});
export const Pipeline = z.object({
  id: z.int(),
  name: z.string(),
  _embedded: z.object({ statuses: z.array(z.object({ id: z.int(), name: z.string() })) }),
});

export type LeadRecord = z.output<typeof Lead>;
export type ContactRecord = z.output<typeof Contact>;
export type NoteRecord = z.output<typeof Note>;
export type TaskRecord = z.output<typeof Task>;
export type MessageRecord = z.output<typeof Message>;
export type PipelineRecord = z.output<typeof Pipeline>;

/** Strict about what we use, relaxed about the rest; an answer of another shape is Kommo's failure, not ours. */
export function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new KommoUnavailable(parsed.error);
  return parsed.data;
}

/** The items of a list that have the shape we know; one odd item does not spoil the others. */
export function embedded<S extends z.ZodType>(body: unknown, name: string, schema: S): z.output<S>[] {
  const list = parse(z.object({ _embedded: z.record(z.string(), z.unknown()) }), body)._embedded[name];
  return Array.isArray(list) ? readable(list, schema) : [];
}

export function readable<S extends z.ZodType>(items: unknown[], schema: S): z.output<S>[] {
  return items.flatMap(item => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
