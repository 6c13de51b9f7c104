import { z } from 'zod';
import { KommoForbidden, KommoUnavailable } from '../kommo/index.ts';
import type { Place, Sight } from './action.ts';
import type { Fields } from './json.ts';

const CustomValue = z.object({
  field_id: z.int(),
  field_type: z.string().nullish(),
  values: z.array(
    z.looseObject({ value: z.unknown(), enum_id: z.int().nullish(), enum_code: z.string().nullish() }),
  ),
});
const Lead = z.object({
  id: z.int(),
  name: z.string().nullish(),
  price: z.number().nullish(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  status_id: z.int(),
  pipeline_id: z.int(),
  loss_reason_id: z.int().nullish(),
  updated_at: z.int().nullish(),
  custom_fields_values: z.array(CustomValue).nullish(),
  _embedded: z
    .object({
      tags: z.array(z.object({ id: z.int(), name: z.string() })).nullish(),
      contacts: z.array(z.object({ id: z.int(), is_main: z.boolean().nullish() })).nullish(),
    })
    .nullish(),
});
const Task = z.object({
  id: z.int(),
  text: z.string().nullish(),
  complete_till: z.int(),
  is_completed: z.boolean(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  entity_id: z.int().nullish(),
  entity_type: z.string().nullish(),
  updated_at: z.int().nullish(),
  result: z.unknown(),
});

export type Lead = z.output<typeof Lead>;
export type Task = z.output<typeof Task>;
export type CustomValue = z.output<typeof CustomValue>;

/** The lead as the person sees it now; null if it is gone or not theirs to see. */
export async function readLead({ kommo, leadId }: Place): Promise<Lead | null> {
  return readRecord(kommo.get(`/leads/${leadId}?with=contacts`), Lead);
}

/** A task of this lead. */
export async function readTask({ kommo, leadId }: Place, taskId: number): Promise<Task | null> {
  const task = await readRecord(kommo.get(`/tasks/${taskId}`), Task);
  return task && task.entity_type === 'leads' && task.entity_id === leadId ? task : null;
}

export async function readRecord<S extends z.ZodType>(
  reading: Promise<unknown>,
  schema: S,
): Promise<z.output<S> | null> {
  const body = await reading.catch(error => {
    if (error instanceof KommoForbidden) return null;
    throw error;
  });
  if (body === null) return null;
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new KommoUnavailable(parsed.error);
  return parsed.data;
}

export function sightOfLead(lead: Lead, fields: Fields, beside: Fields = {}): Sight {
  return {
    fields,
    beside,
    target: { kind: 'lead', id: String(lead.id), name: lead.name ?? null },
    guarded: {
      by: 'leads',
      responsibleUserId: lead.responsible_user_id ?? null,
      groupId: lead.group_id ?? null,
      pipelineId: lead.pipeline_id,
      statusId: lead.status_id,
    },
    updatedAt: lead.updated_at ?? null,
  };
}

/** For what belongs to a lead and adds to it: nothing of the lead is changed, so nothing conflicts. */
export async function seeLeadOnly(place: Place): Promise<Sight | null> {
  const lead = await readLead(place);
  return lead && sightOfLead(lead, {});
}

export function leadUrl({ account, leadId }: Place): string {
  return `${account.origin}/leads/detail/${leadId}`;
}

const Answer = z.object({ updated_at: z.int() });

/** Kommo answers a change with the record's new time and nothing else of it. */
export function timeOfAnswer(body: unknown): number | null {
  const parsed = Answer.safeParse(body);
  return parsed.success ? parsed.data.updated_at : null;
}
