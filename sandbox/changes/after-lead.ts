import { isDeepStrictEqual } from 'node:util';
import { announce } from '../hooks/index.ts';
import type { Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { journalFields, journalTags } from './after-fields.ts';
import { leadItem } from './hook-items.ts';
import { journal } from './journal.ts';

/** What follows once leads were added, changed, deleted or restored: hooks and the journal of events. */

const ref = (lead: Lead) => ({ type: 'lead', id: lead.id });
const stageOf = (lead: Lead) => [{ lead_status: { id: lead.status_id, pipeline_id: lead.pipeline_id } }];

export function leadAdded(site: Site, lead: Lead): void {
  announce(site, { entity: 'leads', action: 'add', item: leadItem(site, lead) });
  journal(site, { type: 'lead_added', entity: ref(lead), by: lead.created_by });
}

/** Kommo: a move comes as `update` with the old stage, and as `status` to those who listen to that. */
export function leadChanged(site: Site, before: Lead, lead: Lead): void {
  const moved = before.status_id !== lead.status_id || before.pipeline_id !== lead.pipeline_id;
  const given = before.responsible_user_id !== lead.responsible_user_id;
  const item = leadItem(site, lead);
  const oldStage = moved ? { old_status_id: before.status_id } : {};
  announce(site, { entity: 'leads', action: 'update', item: { ...item, ...oldStage } });
  if (moved) {
    const old = { old_status_id: before.status_id, old_pipeline_id: before.pipeline_id };
    announce(site, { entity: 'leads', action: 'status', item: { ...item, ...old } });
  }
  if (given) {
    const old = { old_responsible_user_id: before.responsible_user_id };
    announce(site, { entity: 'leads', action: 'responsible', item: { ...item, ...old } });
  }
  journalChange(site, before, lead);
}

function journalChange(site: Site, before: Lead, lead: Lead): void {
  const by = lead.updated_by;
  if (!isDeepStrictEqual(stageOf(before), stageOf(lead))) {
    journal(site, {
      type: 'lead_status_changed',
      entity: ref(lead),
      by,
      after: stageOf(lead),
      before: stageOf(before),
    });
  }
  if (before.price !== lead.price) {
    journal(site, {
      type: 'sale_field_changed',
      entity: ref(lead),
      by,
      after: [{ sale_field_value: { sale: lead.price } }],
      before: [{ sale_field_value: { sale: before.price } }],
    });
  }
  journalFields(site, ref(lead), by, before, lead);
  journalTags(site, ref(lead), by, before.tags, lead.tags);
}

export function leadDeleted(site: Site, lead: Lead): void {
  const { id, status_id, pipeline_id } = lead;
  announce(site, { entity: 'leads', action: 'delete', item: { id, status_id, pipeline_id } });
  journal(site, { type: 'lead_deleted', entity: ref(lead), by: lead.updated_by });
}

export function leadRestored(site: Site, lead: Lead): void {
  announce(site, { entity: 'leads', action: 'restore', item: leadItem(site, lead) });
  journal(site, { type: 'lead_restored', entity: ref(lead), by: lead.updated_by });
}
