import { z } from 'zod';
import { type EntityKind, entityKinds, type Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { leadChanged } from './after-lead.ts';
import { personChanged } from './after-person.ts';
import { entityNames, journal } from './journal.ts';

export const LinkBody = z.object({
  to_entity_id: z.int(),
  to_entity_type: z.enum([...entityKinds, 'catalog_elements']),
  metadata: z
    .object({
      is_main: z.boolean().optional(),
      catalog_id: z.int().optional(),
      quantity: z.number().positive().optional(),
      price_id: z.int().nullish(),
    })
    .nullish(),
});
export type LinkBody = z.infer<typeof LinkBody>;

export interface End {
  kind: EntityKind;
  id: number;
}

/** Whether two kinds can be linked: leads to contacts and companies, contacts to companies. */
export function areLinkable(from: EntityKind, to: LinkBody['to_entity_type']): boolean {
  return from !== to;
}

export function link(site: Site, from: End, given: LinkBody, userId: number): void {
  if (given.to_entity_type === 'catalog_elements') {
    linkElement(site, from, given);
    return;
  }
  const to = { kind: given.to_entity_type, id: given.to_entity_id };
  const main = given.metadata?.is_main === true;
  if (!set(site, from, to, userId, { on: true, main })) return;
  tellBoth(site, from, to, userId, 'linked');
}

export function unlink(site: Site, from: End, given: LinkBody, userId: number): void {
  if (given.to_entity_type === 'catalog_elements') {
    site.data.elementLinks = site.data.elementLinks.filter(
      one =>
        !(
          one.entity_type === from.kind &&
          one.entity_id === from.id &&
          one.element_id === given.to_entity_id
        ),
    );
    return;
  }
  const to = { kind: given.to_entity_type, id: given.to_entity_id };
  if (set(site, from, to, userId, { on: false, main: false })) tellBoth(site, from, to, userId, 'unlinked');
}

function linkElement(site: Site, from: End, { to_entity_id, metadata }: LinkBody): void {
  const known = site.data.elementLinks.find(
    one => one.entity_type === from.kind && one.entity_id === from.id && one.element_id === to_entity_id,
  );
  const amounts = { quantity: metadata?.quantity ?? 1, price_id: metadata?.price_id ?? null };
  if (known) Object.assign(known, amounts);
  else {
    site.data.elementLinks.push({
      entity_type: from.kind,
      entity_id: from.id,
      element_id: to_entity_id,
      catalog_id: metadata?.catalog_id ?? 0,
      ...amounts,
    });
  }
}

/** Links are kept on the lead, or on the contact for its company. */
function set(
  site: Site,
  from: End,
  to: End,
  userId: number,
  { on, main }: { on: boolean; main: boolean },
): boolean {
  const ends = [from, to];
  const idOf = (kind: EntityKind) => ends.find(end => end.kind === kind)?.id;
  const stamp = { updated_at: site.clock.now(), updated_by: userId };
  const [leadId, contactId, companyId] = [idOf('leads'), idOf('contacts'), idOf('companies')];
  const lead = site.data.leads.find(({ id }) => id === leadId);
  if (lead) {
    const before = structuredClone(lead);
    if (contactId !== undefined) linkContact(lead, contactId, on, main);
    else if (companyId !== undefined) {
      if (!on && lead.company_id !== companyId) return false;
      lead.company_id = on ? companyId : null;
    }
    Object.assign(lead, stamp);
    leadChanged(site, before, lead);
    return true;
  }
  const contact = site.data.contacts.find(({ id }) => id === contactId);
  if (!contact || companyId === undefined || (!on && contact.company_id !== companyId)) return false;
  const before = structuredClone(contact);
  Object.assign(contact, stamp, { company_id: on ? companyId : null });
  personChanged(site, 'contacts', before, contact);
  return true;
}

/** The first contact of a lead is its main one. */
function linkContact(lead: Lead, contactId: number, on: boolean, main: boolean): void {
  const others = lead.contact_ids.filter(id => id !== contactId);
  if (!on) lead.contact_ids = others;
  else if (main) lead.contact_ids = [contactId, ...others];
  else if (!lead.contact_ids.includes(contactId)) lead.contact_ids = [...others, contactId];
}

function tellBoth(site: Site, from: End, to: End, userId: number, verb: 'linked' | 'unlinked'): void {
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const value = [{ link: { entity: { type: entityNames[other.kind], id: other.id } } }];
    journal(site, {
      type: `entity_${verb}`,
      entity: { type: entityNames[one.kind], id: one.id },
      by: userId,
      ...(verb === 'linked' ? { after: value } : { before: value }),
    });
  }
}
