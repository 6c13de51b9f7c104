import { z } from 'zod';
import type { Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { applyOwned, ownedShape } from './owned-body.ts';
import type { Refusals } from './refusals.ts';
import { GivenTags } from './set-tags.ts';

const priceMax = 2_147_483_647;

export const LeadBody = z.object({
  ...ownedShape,
  price: z.int().nonnegative().max(priceMax).optional(),
  status_id: z.int().optional(),
  pipeline_id: z.int().optional(),
  loss_reason_id: z.int().nullable().optional(),
  closed_at: z.int().positive().nullable().optional(),
  score: z.int().nullable().optional(),
  _embedded: z
    .object({
      tags: GivenTags.nullish(),
      contacts: z.array(z.object({ id: z.int(), is_main: z.boolean().optional() })).optional(),
      companies: z
        .array(z.object({ id: z.int() }))
        .max(1)
        .optional(),
      source: z.object({ external_id: z.union([z.string(), z.int()]), type: z.string() }).optional(),
    })
    .optional(),
});
export type LeadBody = z.infer<typeof LeadBody>;

export function blankLead(site: Site, userId: number, groupId: number): Lead {
  const now = site.clock.now();
  const pipeline = site.data.pipelines.find(({ is_main }) => is_main) ?? site.data.pipelines[0];
  return {
    id: 0,
    name: '',
    price: 0,
    status_id: pipeline?.statuses.find(({ type }) => type === 0)?.id ?? 142,
    pipeline_id: pipeline?.id ?? 0,
    loss_reason_id: null,
    closed_at: null,
    responsible_user_id: userId,
    group_id: groupId,
    created_by: userId,
    updated_by: userId,
    created_at: now,
    updated_at: now,
    custom_fields_values: null,
    tags: [],
    contact_ids: [],
    company_id: null,
    source: null,
  };
}

export function applyLead(site: Site, draft: Lead, body: LeadBody, refusals: Refusals): void {
  applyOwned(site, 'leads', draft, body, refusals);
  if (body.price !== undefined) draft.price = body.price;
  if (body.loss_reason_id !== undefined) {
    const known = site.data.lossReasons.some(({ id }) => id === body.loss_reason_id);
    if (body.loss_reason_id !== null && !known) refusals.add('NotSupportedChoice', 'loss_reason_id');
    draft.loss_reason_id = body.loss_reason_id;
  }
  if (body.status_id !== undefined || body.pipeline_id !== undefined) move(site, draft, body, refusals);
  if (body.closed_at !== undefined && draft.closed_at !== null) {
    draft.closed_at = body.closed_at ?? draft.closed_at;
  }
  if (draft.status_id !== 143) draft.loss_reason_id = null;
  applyLinks(site, draft, body, refusals);
}

/** Kommo: stages 142 and 143 exist in every pipeline, so only the pair names a stage. */
function move(site: Site, draft: Lead, body: LeadBody, refusals: Refusals): void {
  const pipeline = site.data.pipelines.find(({ id }) => id === (body.pipeline_id ?? draft.pipeline_id));
  if (!pipeline) {
    refusals.add('NotSupportedChoice', 'pipeline_id');
    return;
  }
  const statusId = body.status_id ?? pipeline.statuses.find(({ type }) => type === 0)?.id;
  const status = pipeline.statuses.find(({ id }) => id === statusId);
  if (!status) {
    refusals.add('NotSupportedChoice', 'status_id');
    return;
  }
  draft.pipeline_id = pipeline.id;
  draft.status_id = status.id;
  const closed = status.id === 142 || status.id === 143;
  draft.closed_at = closed ? (draft.closed_at ?? site.clock.now()) : null;
}

function applyLinks(site: Site, draft: Lead, body: LeadBody, refusals: Refusals): void {
  const { contacts, companies, source } = body._embedded ?? {};
  contacts?.forEach(({ id }, at) => {
    if (!site.data.contacts.some(contact => contact.id === id)) {
      refusals.add('NotSupportedChoice', `_embedded.contacts.${at}.id`);
    }
  });
  companies?.forEach(({ id }, at) => {
    if (!site.data.companies.some(company => company.id === id)) {
      refusals.add('NotSupportedChoice', `_embedded.companies.${at}.id`);
    }
  });
  if (contacts) {
    const main = contacts.filter(({ is_main }) => is_main === true);
    const ordered = [...main, ...contacts.filter(one => !main.includes(one))];
    draft.contact_ids = [...new Set([...ordered.map(({ id }) => id), ...draft.contact_ids])];
  }
  if (companies?.[0]) draft.company_id = companies[0].id;
  if (source) {
    const known = site.data.sources.find(one => one.external_id === String(source.external_id));
    if (known) draft.source = { id: known.id, name: known.name };
    else refusals.add('NotSupportedChoice', '_embedded.source.external_id');
  }
}
