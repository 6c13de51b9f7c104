import type { Router } from 'express';
import { z } from 'zod';
import { forbidden, invalid, notFound } from '../errors.ts';
import type { CustomField, CustomValues, FieldValue, Lead } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { may } from './actor.ts';
import { selfLink, sendHal } from './answer.ts';
import { findVisible } from './entities.ts';
import { actorOf } from './locals.ts';
import { faultsOf } from './tasks.ts';

const LeadChange = z.object({
  name: z.string().min(1).optional(),
  price: z.int().nonnegative().optional(),
  status_id: z.int().optional(),
  pipeline_id: z.int().optional(),
  responsible_user_id: z.int().optional(),
  loss_reason_id: z.int().nullable().optional(),
  custom_fields_values: z
    .array(
      z.object({
        field_id: z.int().optional(),
        field_code: z.string().optional(),
        values: z
          .array(
            z.object({
              value: z.union([z.string(), z.number(), z.boolean()]).optional(),
              enum_id: z.int().optional(),
              enum_code: z.string().optional(),
            }),
          )
          .nullable(),
      }),
    )
    .nullable()
    .optional(),
  tags_to_add: z.array(z.object({ id: z.int().optional(), name: z.string().optional() })).optional(),
  tags_to_delete: z.array(z.object({ id: z.int().optional(), name: z.string().optional() })).optional(),
});
type LeadChange = z.infer<typeof LeadChange>;

/** Changing one lead. A faulty body changes nothing. */
export function leadChangeRoutes(site: Site, router: Router): void {
  router.patch('/leads/:id', async (req, res) => {
    const actor = actorOf(res);
    const lead = findVisible(site, actor, 'leads', req.params.id) as Lead | undefined;
    if (!lead) throw notFound();
    if (!may(actor, 'leads', 'edit', lead)) throw forbidden();
    const parsed = LeadChange.safeParse(req.body);
    if (!parsed.success) throw invalid([{ errors: faultsOf(parsed.error) }]);
    const before = structuredClone(lead);
    const next = apply(site, structuredClone(lead), parsed.data);
    Object.assign(lead, next, { updated_at: site.clock.now(), updated_by: actor.user.id });
    site.leadMoved(before, lead);
    await site.store.flush();
    sendHal(res, { id: lead.id, updated_at: lead.updated_at, _links: selfLink(site, `leads/${lead.id}`) });
  });
}

function apply(site: Site, lead: Lead, change: LeadChange): Lead {
  const { name, price, loss_reason_id } = change;
  if (name !== undefined) lead.name = name;
  if (price !== undefined) lead.price = price;
  if (loss_reason_id !== undefined) lead.loss_reason_id = loss_reason_id;
  if (change.responsible_user_id !== undefined) {
    const owner = site.data.users.find(({ id }) => id === change.responsible_user_id);
    if (!owner) throw refused('responsible_user_id');
    lead.responsible_user_id = owner.id;
    lead.group_id = owner.rights.group_id;
  }
  if (change.status_id !== undefined || change.pipeline_id !== undefined) move(site, lead, change);
  (change.custom_fields_values ?? []).forEach((given, index) => {
    const path = `custom_fields_values.${index}.field_id`;
    const field = site.data.fields.find(
      ({ id, code, entity_type }) =>
        entity_type === 'leads' && (id === given.field_id || (code !== null && code === given.field_code)),
    );
    if (!field) throw refused(path);
    setField(lead, field, given.values?.map(value => readValue(field, value, path)) ?? null);
  });
  for (const tag of change.tags_to_add ?? []) {
    if (lead.tags.some(({ id, name: known }) => id === tag.id || known === tag.name)) continue;
    lead.tags.push({ id: tag.id ?? nextId(site), name: tag.name ?? `tag ${tag.id}`, color: null });
  }
  const gone = change.tags_to_delete ?? [];
  lead.tags = lead.tags.filter(
    tag => !gone.some(({ id, name: known }) => id === tag.id || known === tag.name),
  );
  return lead;
}

/** Kommo: stages 142 and 143 exist in every pipeline, so only the pair names a stage. */
function move(site: Site, lead: Lead, change: LeadChange): void {
  const pipelineId = change.pipeline_id ?? lead.pipeline_id;
  const pipeline = site.data.pipelines.find(({ id }) => id === pipelineId);
  if (!pipeline) throw refused('pipeline_id');
  const statusId = change.status_id ?? pipeline.statuses.find(({ type }) => type === 0)?.id;
  const status = pipeline.statuses.find(({ id }) => id === statusId);
  if (!status) throw refused('status_id');
  lead.pipeline_id = pipeline.id;
  lead.status_id = status.id;
  const closed = status.id === 142 || status.id === 143;
  lead.closed_at = closed ? (lead.closed_at ?? site.clock.now()) : null;
  if (status.id !== 143) lead.loss_reason_id = null;
}

function setField(lead: Lead, field: CustomField, values: FieldValue[] | null): void {
  const others = (lead.custom_fields_values ?? []).filter(({ field_id }) => field_id !== field.id);
  const own: CustomValues[] = values
    ? [{ field_id: field.id, field_name: field.name, field_code: field.code, field_type: field.type, values }]
    : [];
  const all = [...others, ...own];
  lead.custom_fields_values = all.length > 0 ? all : null;
}

function readValue(
  field: CustomField,
  given: {
    value?: string | number | boolean | undefined;
    enum_id?: number | undefined;
    enum_code?: string | undefined;
  },
  path: string,
): FieldValue {
  if (!field.enums) {
    if (given.value === undefined) throw refused(path);
    return { value: given.value };
  }
  const choice = field.enums.find(
    one =>
      one.id === given.enum_id ||
      one.value === given.value ||
      (one.code !== null && one.code === given.enum_code),
  );
  if (!choice) throw refused(path.replace('field_id', 'values'));
  return { value: choice.value, enum_id: choice.id, enum_code: choice.code };
}

function refused(path: string) {
  return invalid([
    {
      errors: [{ code: 'NotSupportedChoice', path, detail: 'The value you selected is not a valid choice.' }],
    },
  ]);
}
